// Receive Recado's webhooks with Go: verify, keep, answer. Go 1.21 or later.
//
//     go build -o target/receive .
//
//     export WEBHOOK_SECRET=whsec_… PORT=9000
//     target/receive

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"sync"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

const mostBytes = 1_000_000

type event struct{ EventID, EventName string }

var kept sync.Map

// keep keeps an event once. Yours: insert it into a table whose key is the event's id, and let a job of its own work
// on the rows: what is done before the answer is done again when the answer is late.
func keep(e event) {
	if _, already := kept.LoadOrStore(e.EventID, true); !already {
		fmt.Println("kept", e.EventName, e.EventID)
	}
}

// answer returns the status for a POST.
func answer(webhook *standardwebhooks.Webhook, w http.ResponseWriter, r *http.Request) int {
	// net/http has no limit of its own. With the response writer it ends the connection of who sends more.
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostBytes))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return http.StatusRequestEntityTooLarge
	}
	if err != nil {
		return http.StatusBadRequest
	}
	if webhook.Verify(body, r.Header) != nil {
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
	secret := os.Getenv("WEBHOOK_SECRET")
	// The library takes an empty one, with which anybody could sign.
	if secret == "" {
		log.Fatal("WEBHOOK_SECRET is empty")
	}
	webhook, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		log.Fatal(err)
	}
	// Without a slash at its end: for a pattern "/hook/" a POST to "/hook" is redirected, and Recado follows none.
	http.HandleFunc("/hook", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(answer(webhook, w, r)) })
	// Without times of its own net/http waits for a body for ever.
	server := &http.Server{Addr: "127.0.0.1:" + os.Getenv("PORT"), ReadTimeout: 30 * time.Second}
	log.Fatal(server.ListenAndServe())
}
