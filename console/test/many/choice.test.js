/* Which deliveries a job takes, and how many those are. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { filtersOf } from "../../src/deliveries/delivery_query.js";
import { beginning, bodyOf, choiceOf, notTaken, problemsOf } from "../../src/many/choice.js";
import { estimate } from "../../src/many/estimate.js";

const NOW = Date.parse("2026-11-24T12:34:56Z");
const FROM = "2026-11-24T10:00:00.000Z";
const TO = "2026-11-24T10:59:59.999Z";
const NOTHING = { count: 0, more: false, setAside: 0, setAsideMore: false };

const begin = (kind, query = "") => beginning(kind, filtersOf(new URLSearchParams(query)), NOW);

function estimated(choice, { waiting = NOTHING, hours = [], list = { deliveries: [] } } = {}) {
  const asked = [];
  const read = (answer) => async (query) => {
    asked.push(query);
    return answer;
  };
  const told = estimate({ by: "event", from: "", to: "", eventNames: [], ...choice }, {
    waiting, readCounts: read({ hours }), readList: read(list), now: NOW,
  });
  return told.then((found) => ({ ...found, asked }));
}

test("a redelivery begins with what the log shows: its status, event type and time", () => {
  const choice = begin("redeliver", `status=SKIPPED&eventName=CI_STATS&from=${FROM}&to=${TO}`);
  assert.deepEqual(bodyOf(choice), { status: "SKIPPED", from: FROM, to: TO, eventNames: ["CI_STATS"] });
});

test("without a time in the log a redelivery takes the last day, and has no end: what has arrived by now", () => {
  assert.deepEqual(bodyOf(begin("redeliver")), { status: "EXPIRED", from: "2026-11-23T12:00:00.000Z" });
  assert.deepEqual(bodyOf(begin("redeliver", "status=PENDING")), { status: "EXPIRED", from: "2026-11-23T12:00:00.000Z" });
});

test("the log's filters that no job knows are named, and so is a status of which nothing is sent again, or withdrawn", () => {
  const of = (kind, query) => notTaken(kind, filtersOf(new URLSearchParams(query)));
  assert.deepEqual(of("redeliver", "status=SKIPPED&eventName=CI_STATS&range=24h&by=arrival"), []);
  assert.deepEqual(of("redeliver", "status=PENDING&failure=DNS&eventId=e1"), ["deliveries.status", "deliveries.failure", "deliveries.event_id"]);
  assert.deepEqual(of("withdraw", "status=PENDING&statusCode=503"), ["deliveries.status_code"]);
  assert.deepEqual(of("withdraw", "status=DELIVERED"), ["deliveries.status"]);
});

test("a withdrawal takes everything that waits unless the log shows less", () => {
  assert.deepEqual(bodyOf(begin("withdraw")), {});
  assert.deepEqual(bodyOf(begin("withdraw", `from=${FROM}`)), { from: FROM });
});

test("a time of arrival, and what is set aside, have names of their own", () => {
  const choice = { ...begin("redeliver"), which: "ASIDE", by: "arrival", from: FROM, to: TO };
  assert.deepEqual(bodyOf(choice), { setAside: true, arrivedFrom: FROM, arrivedTo: TO });
  assert.deepEqual(bodyOf({ ...begin("withdraw"), which: "ASIDE" }), { setAside: true });
});

test("a job's selection is the choice that it was started with", () => {
  const choice = { ...begin("withdraw"), by: "arrival", from: FROM, eventNames: ["CI_STATS"] };
  assert.deepEqual(choiceOf({ kind: "CANCELLATION", ...bodyOf(choice) }), choice);
  assert.deepEqual(choiceOf({ kind: "REDELIVERY", ...bodyOf(begin("redeliver")) }), begin("redeliver"));
});

test("all of a status needs a start, what waits does not; an end before its start is wrong", () => {
  assert.deepEqual(problemsOf({ ...begin("redeliver"), from: "" }), { from: "many.from_missing", to: "" });
  assert.deepEqual(problemsOf({ ...begin("redeliver"), which: "ASIDE", from: "" }), { from: "", to: "" });
  assert.deepEqual(problemsOf(begin("withdraw")), { from: "", to: "" });
  assert.equal(problemsOf({ ...begin("withdraw"), from: TO, to: FROM }).to, "deliveries.to_before_from");
});

test("a status is counted by whole hours, exactly or at most; of some event types it is at most", async () => {
  const hours = [{ expired: 3 }];
  const counted = (choice) => estimated({ which: "EXPIRED", from: FROM, to: TO, ...choice }, { hours });
  assert.deepEqual(await counted({}).then(({ kind, count }) => [kind, count]), ["exact", 3]);
  assert.equal((await counted({ from: "2026-11-24T10:30:00.000Z" })).why, "hours");
  assert.equal((await counted({ eventNames: ["CI_STATS"] })).why, "types");
  assert.equal((await counted({ from: "2026-11-01T00:00:00.000Z" })).kind, "unknown");
  assert.deepEqual(await estimated({ which: "EXPIRED", from: FROM, eventNames: ["A"] }).then(({ kind, count }) => [kind, count]), ["exact", 0]);
});

test("by arrival nothing is counted", async () => {
  const { kind, asked } = await estimated({ which: "EXPIRED", by: "arrival", from: FROM });
  assert.deepEqual([kind, asked], ["unknown", []]);
});

test("of what was withdrawn a page of the log is looked at", async () => {
  const deliveries = [{ eventName: "A" }, { eventName: "B" }];
  const listed = (choice, nextCursor) => estimated({ which: "CANCELLED", from: FROM, ...choice }, { list: { deliveries, nextCursor } });
  const { kind, count, asked } = await listed({});
  assert.deepEqual([kind, count], ["exact", 2]);
  assert.match(asked[0], /^\?status=CANCELLED&from=/);
  assert.equal((await listed({ eventNames: ["A", "C"] })).count, 1);
  assert.equal((await listed({}, "more")).kind, "at_least");
});

test("what waits is told by the webhook: exactly all of it, at most a part of it", async () => {
  const waiting = { count: 7, more: false, setAside: 2, setAsideMore: false };
  const told = (choice, some = waiting) => estimated(choice, { waiting: some }).then(({ kind, count }) => [kind, count]);
  assert.deepEqual(await told({ which: "ALL" }), ["exact", 9]);
  assert.deepEqual(await told({ which: "ASIDE" }), ["exact", 2]);
  assert.deepEqual(await told({ which: "ALL", from: FROM }), ["up_to", 9]);
  assert.deepEqual(await told({ which: "ALL", eventNames: ["A"] }, NOTHING), ["exact", 0]);
  assert.deepEqual(await told({ which: "ALL" }, { ...waiting, more: true }), ["at_least", 9]);
  assert.equal((await told({ which: "ALL", by: "arrival", from: FROM }, { ...waiting, more: true }))[0], "unknown");
});
