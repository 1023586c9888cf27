#!/bin/sh
# Publish an event over HTTP: API is the stack's address, TOKEN one with the scope recado/events.publish.
set -eu
event_id="order-o-1001-paid-$(date +%s)-$$"
curl --silent --show-error --fail-with-body "$API/accounts/1010/events" \
  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{"events": [{
    "eventName": "order.paid", "eventId": "'"$event_id"'", "timestamp": '"$(date +%s)"',
    "data": {"orderId": "o-1001", "customerId": "c-7", "status": "paid", "total": {"amount": 59.90, "currency": "EUR"},
             "lines": [{"sku": "TEE-M", "quantity": 2, "price": 29.95}]}}]}'
