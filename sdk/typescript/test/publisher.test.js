import assert from "node:assert/strict";
import { test } from "node:test";

import { MOST_EVENT_BYTES, NotPublishedError, Publisher, UnfitEventError } from "../dist/publisher.js";
import { withoutWaiting } from "../test_support/api.js";

/** A bus that takes every entry for which `judge(detail, call)` gives no code; an error is of the whole call. */
function busThat(judge = () => undefined) {
  const bus = { calls: [], taken: [] };
  bus.send = async ({ input }) => {
    const details = input.Entries.map(({ Detail }) => JSON.parse(Detail));
    bus.calls.push(details);
    const codes = details.map((detail) => judge(detail, bus.calls.length));
    const error = codes.find((code) => code instanceof Error);
    if (error) throw error;
    bus.taken.push(...details.filter((_, place) => !codes[place]).map(({ eventId }) => eventId));
    return { Entries: codes.map((code) => (code ? { ErrorCode: code } : { EventId: "x" })) };
  };
  return bus;
}

function events(count, data = { total: 1 }) {
  return Array.from({ length: count }, (_, place) => ({
    accountId: "1010",
    eventName: "order.paid",
    eventId: `e-${place}`,
    timestamp: place,
    data,
  }));
}

const publish = (bus, batch) => new Publisher("bus", "shop", bus).publish(batch);
const named = (name) => Object.assign(new Error(name), { name });

test("ten go in a call, in order; large ones in smaller calls, by their bytes", async () => {
  const [small, large] = [busThat(), busThat()];

  await publish(small, events(25));
  await publish(large, events(4, { text: "ä".repeat(60_000) }));

  assert.deepEqual(
    small.calls.map(({ length }) => length),
    [10, 10, 5],
  );
  assert.deepEqual(
    small.taken,
    events(25).map(({ eventId }) => eventId),
  );
  assert.deepEqual(
    large.calls.map(({ length }) => length),
    [2, 2],
  );
});

test("only what was refused is put again, with the id and time that it had", async (t) => {
  withoutWaiting(t);
  const bus = busThat(({ eventId }, call) => (call === 1 && eventId === "e-1" ? "ThrottlingException" : undefined));

  await publish(bus, events(3));

  assert.deepEqual(bus.calls[1], [bus.calls[0][1]]);
});

test("one that is never taken harms no other, and is named with its code", async (t) => {
  const waits = withoutWaiting(t);
  const never = { "e-1": "InternalFailure", "e-2": "NotAuthorizedForSourceException" };
  const inOrder = Object.entries(never);
  const bus = busThat(({ eventId }) => never[eventId]);

  const refused = await publish(bus, events(4)).catch((error) => error);

  assert.ok(refused instanceof NotPublishedError);
  assert.deepEqual(
    refused.refused.map(({ event, code }) => [event.eventId, code]),
    inOrder,
  );
  assert.deepEqual(bus.taken, ["e-0", "e-3"]);
  assert.deepEqual(
    bus.calls.map(({ length }) => length),
    [4, 1, 1, 1, 1],
  );
  assert.equal(waits.length, 4);
});

test("a call that is refused for one of its events takes the others", async () => {
  const bus = busThat(({ eventId }) => (eventId === "e-1" ? named("ValidationException") : undefined));

  const refused = await publish(bus, events(3)).catch((error) => error);

  assert.deepEqual(
    refused.refused.map(({ event }) => event.eventId),
    ["e-1"],
  );
  assert.deepEqual(bus.taken, ["e-0", "e-2"]);
});

test("a lost answer is asked for again with the same ids", async (t) => {
  withoutWaiting(t);
  const bus = busThat((_, call) => (call === 1 ? named("TimeoutError") : undefined));

  await publish(bus, events(2));

  assert.deepEqual(bus.calls[0], bus.calls[1]);
});

test("a fault of the service is waited for, by whatever name", async (t) => {
  withoutWaiting(t);
  const fault = Object.assign(named("UnknownError"), { $metadata: { httpStatusCode: 500 } });
  const bus = busThat((_, call) => (call === 1 ? fault : undefined));

  await publish(bus, events(2));

  assert.deepEqual(bus.taken, ["e-0", "e-1"]);
});

test("an event of which the answer says nothing is not taken for published", async (t) => {
  withoutWaiting(t);
  const bus = { send: async () => ({ Entries: [{ EventId: "x" }] }) };

  const refused = await publish(bus, events(2)).catch((error) => error);

  // The answer to the second, put alone, says that it was taken.
  assert.equal(refused, undefined);
  const silent = await publish({ send: async () => ({}) }, events(2)).catch((error) => error);
  assert.deepEqual(
    silent.refused.map(({ event, code }) => [event.eventId, code]),
    [
      ["e-0", "NoAnswer"],
      ["e-1", "NoAnswer"],
    ],
  );
});

test("one that cannot be published stops all before the first", async () => {
  const circular = {};
  circular.self = circular;
  const large = { text: "x".repeat(MOST_EVENT_BYTES) };
  for (const data of [large, circular, { n: 1n }, { n: NaN }, { at: [new Date(NaN)] }, undefined]) {
    const bus = busThat();
    const unfit = { ...events(1)[0], eventId: "unfit", data };

    await assert.rejects(publish(bus, [...events(11), unfit]), (error) => {
      return error instanceof UnfitEventError && error.event === unfit;
    });
    assert.deepEqual(bus.calls, []);
  }
});

test("whole numbers that EventBridge would round travel as a text", async () => {
  const bus = busThat();

  await publish(bus, events(1, { n: 2 ** 63 }));

  assert.match(bus.calls[0][0].detailText, /"n":9223372036854775808|"n":9223372036854776000/);
});
