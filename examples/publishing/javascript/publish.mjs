// Publish an event with the SDK for JavaScript, version 3.
import { randomUUID } from "node:crypto";

import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";

const event = {
  accountId: 1010,
  eventId: randomUUID(),
  timestamp: Date.now(),
  data: {
    orderId: "o-1001",
    customerId: "c-7",
    status: "paid",
    total: { amount: 59.9, currency: "EUR" },
    lines: [{ sku: "TEE-M", quantity: 2, price: 29.95 }],
  },
};
const entry = {
  EventBusName: "recado",
  Source: "recado.publisher",
  DetailType: "order.paid",
  Detail: JSON.stringify(event),
};
const answer = await new EventBridgeClient().send(new PutEventsCommand({ Entries: [entry] }));
if (answer.FailedEntryCount > 0) {
  throw new Error(`not published: ${JSON.stringify(answer.Entries[0])}`);
}
console.log(event.eventId);
