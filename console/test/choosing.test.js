/* Selected deliveries: what can be done with which, and what comes of asking for each. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { planOf } from "../src/choosing/plan.js";
import { sendEach } from "../src/choosing/run.js";

const ON = { status: "ACTIVE", eventNames: ["order.*"] };
const delivery = (deliveryId, status, more = {}) => ({ webhookId: "wh_1", deliveryId, status, eventName: "order.paid", ...more });
const ids = (deliveries) => deliveries.map(({ deliveryId }) => deliveryId);

test("what has ended is sent again, with how many have arrived already; what waits is left out", () => {
  const all = [
    delivery("d1", "DELIVERED"), delivery("d2", "EXPIRED"), delivery("d3", "PENDING"), delivery("d4", "SKIPPED"),
    delivery("d5", "DELIVERED", { redelivery: { waiting: true } }), delivery("d6", "CANCELLED", { redelivery: { waiting: false } }),
  ];
  const { taken, delivered, leftOut } = planOf("redeliver", all, () => ON);
  assert.deepEqual(ids(taken), ["d1", "d2", "d4", "d6"]);
  assert.equal(delivered, 1);
  assert.deepEqual(leftOut, [{ why: "waiting", count: 2 }]);
});

test("what is not sent to a webhook that is off, or does not want it any more, is left out and told apart", () => {
  const all = [delivery("d1", "SKIPPED"), delivery("d2", "SKIPPED", { webhookId: "off" }), delivery("d3", "EXPIRED", { eventName: "user.left" })];
  const { taken, leftOut } = planOf("redeliver", all, ({ webhookId }) => (webhookId === "off" ? { ...ON, status: "RETIRED" } : ON));
  assert.deepEqual(ids(taken), ["d1"]);
  assert.deepEqual(leftOut, [{ why: "off", count: 1 }, { why: "unwanted", count: 1 }]);
});

test("of a webhook that is not known yet the API decides", () => {
  assert.deepEqual(ids(planOf("redeliver", [delivery("d1", "SKIPPED")], () => undefined).taken), ["d1"]);
});

test("what waits is withdrawn, also from a webhook that is off, and a copy of what had ended", () => {
  const all = [delivery("d1", "PENDING"), delivery("d2", "DELIVERED"), delivery("d3", "EXPIRED", { redelivery: { waiting: true } })];
  const plan = planOf("withdraw", all, () => ({ ...ON, status: "RETIRED" }));
  assert.deepEqual(ids(plan.taken), ["d1", "d3"]);
  assert.deepEqual([plan.delivered, plan.leftOut], [0, [{ why: "ended", count: 1 }]]);
});

test("each is asked for once, no more than three at a time, and every failure is told with its delivery", async () => {
  const all = Array.from({ length: 10 }, (_, index) => delivery(`d${index}`, "EXPIRED"));
  const asked = [];
  const settled = [];
  let most = 0;
  let underWay = 0;
  const send = async ({ deliveryId }) => {
    asked.push(deliveryId);
    most = Math.max(most, (underWay += 1));
    await null;
    underWay -= 1;
    if (deliveryId === "d4") throw new Error("refused");
  };
  const { done, failed } = await sendEach(all, send, { onProgress: (count) => settled.push(count) });
  assert.deepEqual(asked.toSorted(), ids(all));
  assert.equal(most, 3);
  assert.deepEqual(settled, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  assert.deepEqual(ids(done), ids(all).filter((id) => id !== "d4"));
  assert.deepEqual(failed.map(({ delivery: one, error }) => [one.deliveryId, error.message]), [["d4", "refused"]]);
});

test("who is told to come back does so after that time, and gives up in the end", async () => {
  const waits = [];
  const busy = Object.assign(new Error("busy"), { retryAfter: 2 });
  let left = 2;
  const send = async ({ deliveryId }) => {
    if (deliveryId === "d2" || left-- > 0) throw busy;
  };
  const wait = async (seconds) => waits.push(seconds);
  const first = await sendEach([delivery("d1", "EXPIRED")], send, { wait });
  assert.deepEqual([ids(first.done), waits], [["d1"], [2, 2]]);
  const second = await sendEach([delivery("d2", "EXPIRED")], send, { wait });
  assert.equal(second.failed[0].error, busy);
  assert.equal(waits.length, 5);
});
