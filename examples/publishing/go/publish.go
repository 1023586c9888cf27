// Publish an event with the SDK for Go, version 2.
package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
)

func main() {
	id := make([]byte, 16)
	if _, err := rand.Read(id); err != nil {
		log.Fatal(err)
	}
	event, err := json.Marshal(map[string]any{
		"accountId": 1010,
		"eventId":   hex.EncodeToString(id),
		"timestamp": time.Now().UnixMilli(),
		"data": map[string]any{
			"orderId":    "o-1001",
			"customerId": "c-7",
			"status":     "paid",
			"total":      map[string]any{"amount": 59.90, "currency": "EUR"},
			"lines":      []map[string]any{{"sku": "TEE-M", "quantity": 2, "price": 29.95}},
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	settings, err := config.LoadDefaultConfig(context.TODO())
	if err != nil {
		log.Fatal(err)
	}
	answer, err := eventbridge.NewFromConfig(settings).PutEvents(context.TODO(), &eventbridge.PutEventsInput{
		Entries: []types.PutEventsRequestEntry{{
			EventBusName: aws.String("recado"),
			Source:       aws.String("recado.publisher"),
			DetailType:   aws.String("order.paid"),
			Detail:       aws.String(string(event)),
		}},
	})
	if err != nil {
		log.Fatal(err)
	}
	if answer.FailedEntryCount > 0 {
		log.Fatalf("not published: %s", aws.ToString(answer.Entries[0].ErrorMessage))
	}
	fmt.Println(hex.EncodeToString(id))
}
