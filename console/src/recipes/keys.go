// Receive Recado's webhooks: verify by public keys, keep, answer. Go 1.19 or later, standard library only.
//
//	WEBHOOK_KEYS='https://…/accounts/1010/webhook-keys.json?webhookId=wh_…' PORT=9000 go run keys.go
package main

import (
	"crypto/ed25519"
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

// keySet holds the public keys of one webhook.
type keySet struct {
	sync.Mutex
	keys    []ed25519.PublicKey
	fetched time.Time
}

// youngerThan gives the keys, fetched again where they are older than that.
func (set *keySet) youngerThan(age time.Duration) ([]ed25519.PublicKey, error) {
	set.Lock()
	defer set.Unlock()
	if !set.fetched.IsZero() && time.Since(set.fetched) < age {
		return set.keys, nil
	}
	client := http.Client{Timeout: 3 * time.Second}
	answer, err := client.Get(os.Getenv("WEBHOOK_KEYS"))
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	var found struct{ Keys []struct{ Crv, X string } }
	if err := json.NewDecoder(answer.Body).Decode(&found); err != nil || answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("no keys: %s %v", answer.Status, err)
	}
	set.keys, set.fetched = nil, time.Now()
	for _, key := range found.Keys {
		x, err := base64.RawURLEncoding.DecodeString(key.X)
		if err == nil && key.Crv == "Ed25519" && len(x) == ed25519.PublicKeySize {
			set.keys = append(set.keys, x)
		}
	}
	return set.keys, nil
}

var known keySet

// verified tells whether a POST is genuine and fresh; body is its bytes as they came.
func verified(headers http.Header, body []byte) (bool, error) {
	id, timestamp := headers.Get("webhook-id"), headers.Get("webhook-timestamp")
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	now := time.Now().Unix()
	if err != nil || seconds < now-toleranceSeconds || seconds > now+toleranceSeconds {
		return false, nil
	}
	var signatures [][]byte
	for _, each := range strings.Fields(headers.Get("webhook-signature")) {
		scheme, encoded, _ := strings.Cut(each, ",")
		if signature, err := base64.StdEncoding.DecodeString(encoded); err == nil && scheme == "v1a" {
			signatures = append(signatures, signature)
		}
	}
	if len(signatures) == 0 {
		return false, nil
	}
	content := append([]byte(id+"."+timestamp+"."), body...)
	// Earlier keys sign along for 24 hours after a rotation. What no key has signed is looked at with the newest
	// ones, which nobody can make you fetch more often than once a minute.
	for _, age := range []time.Duration{time.Hour, time.Minute} {
		keys, err := known.youngerThan(age)
		if err != nil {
			return false, err
		}
		for _, key := range keys {
			for _, signature := range signatures {
				if ed25519.Verify(key, content, signature) {
					return true, nil
				}
			}
		}
	}
	return false, nil
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
	genuine, err := verified(r.Header, body)
	if err != nil {
		return http.StatusServiceUnavailable // where the keys cannot be fetched, the POST comes again
	}
	if !genuine {
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
