/* What can be done with the deliveries that somebody has selected, and why not with the others. Pure. */
import { covers } from "../events/subscription.js";
import { waits } from "../deliveries/delivery_status.js";

/** What may be asked for of many at once. */
export const ACTIONS = ["redeliver", "withdraw"];

/** What a delivery is known by: one event has the same delivery id at each webhook. */
export function keyOf({ webhookId, deliveryId }) {
  return `${webhookId} ${deliveryId}`;
}

/**
 * What an action takes of `deliveries`: `{taken, delivered, leftOut}`. `delivered` is how many of those taken have arrived
 * already, `leftOut` is `[{why, count}]` of the others. `webhookOf(delivery)` is the webhook of one; of one that is not
 * known yet the API decides.
 */
export function planOf(action, deliveries, webhookOf) {
  const why = action === "redeliver" ? (one) => notSent(one, webhookOf(one)) : notWithdrawn;
  const taken = deliveries.filter((one) => !why(one));
  const counts = new Map();
  for (const reason of deliveries.map(why).filter(Boolean)) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return {
    taken,
    delivered: action === "redeliver" ? taken.filter(({ status }) => status === "DELIVERED").length : 0,
    leftOut: [...counts].map(([reason, count]) => ({ why: reason, count })),
  };
}

function notSent(delivery, webhook) {
  if (waits(delivery)) return "waiting";
  if (webhook && webhook.status !== "ACTIVE") return "off";
  return webhook?.eventNames && !covers(webhook.eventNames, delivery.eventName) ? "unwanted" : "";
}

function notWithdrawn(delivery) {
  return waits(delivery) ? "" : "ended";
}
