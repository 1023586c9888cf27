#!/bin/sh
# Publish an event with the AWS CLI.
set -eu
event_id="order-o-1001-paid-$(date +%s)-$$"
entries=$(mktemp)
trap 'rm -f "$entries"' EXIT
cat > "$entries" <<JSON
[{
  "EventBusName": "recado",
  "Source": "recado.publisher",
  "DetailType": "order.paid",
  "Detail": "{\"accountId\": 1010, \"eventId\": \"$event_id\", \"timestamp\": $(date +%s), \"data\": {\"orderId\": \"o-1001\", \"customerId\": \"c-7\", \"status\": \"paid\", \"total\": {\"amount\": 59.90, \"currency\": \"EUR\"}, \"lines\": [{\"sku\": \"TEE-M\", \"quantity\": 2, \"price\": 29.95}]}}"
}]
JSON
failed=$(aws events put-events --entries "file://$entries" --query FailedEntryCount --output text)
[ "$failed" = 0 ] # the command itself succeeds where an entry was refused
echo "$event_id"
