// Receive Recado's webhooks: verify, keep, answer. Go 1.19 or later, standard library only.
//
//	WEBHOOK_SECRET=whsec_… PORT=9000 go run verify.go
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	toleranceSeconds = 300
	mostBytes        = 1_000_000
)

// verified tells whether a POST is genuine and fresh; body is its bytes as they came.
func verified(secret string, headers http.Header, body []byte) bool {
	id, timestamp := headers.Get("webhook-id"), headers.Get("webhook-timestamp")
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	now := time.Now().Unix()
	if err != nil || seconds < now-toleranceSeconds || seconds > now+toleranceSeconds {
		return false
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil || len(key) == 0 { // with an empty one anybody could sign
		return false
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.", id, timestamp)
	mac.Write(body)
	expected := []byte("v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	// For 24 hours after a rotation there are two signatures: one of them is by the secret you have.
	for _, signature := range strings.Fields(headers.Get("webhook-signature")) {
		if hmac.Equal(expected, []byte(signature)) {
			return true
		}
	}
	return false
}

type event struct{ EventID, EventName string }

var kept sync.Map

// keep keeps an event once. Yours: insert it into a table whose key is the event's id, and work on it later.
func keep(e event) {
	if _, already := kept.LoadOrStore(e.EventID, true); !already {
		fmt.Println("kept", e.EventName, e.EventID)
	}
}

func answer(r *http.Request) int {
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, mostBytes))
	if err != nil {
		return http.StatusRequestEntityTooLarge
	}
	if !verified(os.Getenv("WEBHOOK_SECRET"), r.Header, body) {
		return http.StatusUnauthorized
	}
	var payload struct{ Events []event }
	if err := json.Unmarshal(body, &payload); err != nil {
		return http.StatusBadRequest
	}
	for _, e := range payload.Events {
		keep(e)
	}
	return http.StatusAccepted
}

func main() {
	receiver := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(answer(r)) })
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), receiver))
}
