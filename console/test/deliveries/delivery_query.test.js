/* What the filters of the deliveries page mean. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { boundsOf, countsQuery, FAILURES, filtersOf, fromControl, isCut, isFiltered, listQuery, matchesOf, toControl, wrongCodeOf } from "../../src/deliveries/delivery_query.js";

const NOW = Date.parse("2026-11-24T12:00:00Z");
const of = (text) => filtersOf(new URLSearchParams(text));

test("a preset is counted back from now, whatever times stand beside it", () => {
  const filters = of("range=24h&from=2020-01-01T00:00:00Z");
  assert.deepEqual(boundsOf(filters, NOW), { from: "2026-11-23T12:00:00.000Z", to: "" });
  assert.equal(filters.range, "24h");
});

test("times make a range of one's own", () => {
  const filters = of("from=2026-11-20T00:00:00Z&to=2026-11-21T00:00:00Z");
  assert.equal(filters.range, "custom");
  assert.equal(listQuery(filters, NOW), "?from=2026-11-20T00%3A00%3A00.000Z&to=2026-11-21T00%3A00%3A00.000Z");
});

test("what is no status, preset or time filters nothing", () => {
  const filters = of("status=LOST&range=2y&from=soon");
  assert.equal(isFiltered(filters), false);
  assert.equal(listQuery(filters, NOW), "");
});

test("a response code that is none is told apart from none", () => {
  const wrong = (text) => wrongCodeOf(new URLSearchParams(text));
  assert.deepEqual(["statusCode=abc", "statusCode=50", "statusCode=+99"].map(wrong), ["abc", "50", "99"]);
  assert.deepEqual(["", "statusCode=", "statusCode=+503+", "statusCode=404"].map(wrong), ["", "", "", ""]);
});

test("a cursor is sent, and is no filter", () => {
  const filters = of("cursor=abc");
  assert.equal(isFiltered(filters), false);
  assert.equal(listQuery(filters, NOW), "?cursor=abc");
});

test("a range without times yet is chosen, and filters nothing", () => {
  const filters = of("range=custom");
  assert.equal(filters.range, "custom");
  assert.equal(isFiltered(filters), false);
});

test("the chart shows the chosen time where that is a day or a week, else the last 24 hours", () => {
  const week = "?from=2026-11-17T12%3A00%3A00.000Z&to=2026-11-24T12%3A00%3A00.000Z";
  assert.equal(countsQuery(of("range=7d"), NOW), week);
  assert.equal(countsQuery(of("range=1h"), NOW), "");
  assert.equal(countsQuery(of("from=2026-01-01T00:00:00Z"), NOW), "");
  assert.equal(countsQuery(of("to=2026-01-01T00:00:00Z"), NOW), "");
});

test("a time survives its control, and an end takes in its whole minute", () => {
  const iso = "2026-11-24T10:05:00.000Z";
  assert.equal(fromControl(toControl(iso)), iso);
  assert.equal(fromControl(toControl(iso), { end: true }), "2026-11-24T10:05:59.999Z");
  assert.equal(fromControl(toControl("")), "");
});

test("matching deliveries are counted exactly for whole hours, else too high rather than too low", () => {
  const counts = { hours: [{ expired: 2, skipped: 0 }, { expired: 3, skipped: 0 }] };
  const from = "2026-11-24T10:00:00.000Z";
  assert.deepEqual(matchesOf(counts, { status: "EXPIRED", from, to: "2026-11-24T11:59:59.999Z" }), { count: 5, exact: true });
  assert.deepEqual(matchesOf(counts, { status: "EXPIRED", from, to: "" }), { count: 5, exact: true });
  assert.equal(matchesOf(counts, { status: "EXPIRED", from: "2026-11-24T10:30:00.000Z", to: "" }).exact, false);
  assert.equal(matchesOf(counts, { status: "EXPIRED", from, to: "2026-11-24T11:30:59.999Z" }).exact, false);
  assert.deepEqual(matchesOf(counts, { status: "SKIPPED", from: "2026-11-24T10:30:00Z", to: "" }), { count: 0, exact: true });
});

test("a page that is short and not the last was cut: there may be more that it would have shown", () => {
  const page = (count, nextCursor) => ({ deliveries: Array(count).fill({}), nextCursor });
  assert.equal(isCut(page(49, "c")), true);
  assert.equal(isCut(page(0, "c")), true);
  assert.equal(isCut(page(50, "c")), false);
  assert.equal(isCut(page(49)), false);
});

test("failures, the answer's code, the event's id and arrival are asked of the API by its own names", () => {
  const query = new URLSearchParams(listQuery(of("failure=TIMEOUT&statusCode=503&eventId=e-1&by=arrival&from=2026-11-20T00:00:00Z"), NOW));
  assert.deepEqual(Object.fromEntries(query), { failureClass: "TIMEOUT", statusCode: "503", eventId: "e-1", arrivedFrom: "2026-11-20T00:00:00.000Z" });
  assert.equal(listQuery(of("failure=ANY"), NOW), "?failed=true");
  assert.equal(listQuery(of("failure=NONSENSE&statusCode=abc&by=moon"), NOW), "");
  for (const text of ["failure=ANY", "statusCode=503", "eventId=e-1", "by=arrival"]) assert.ok(isFiltered(of(text)), text);
});

test("every class of failure can be looked for", () => {
  const python = readFileSync(new URL("../../../layers/core/recado/rules/sending/attempt.py", import.meta.url), "utf8");
  const [, classes] = /class FailureClass\(StrEnum\):(.+?)\n\n\n/s.exec(python);
  assert.deepEqual([...classes.matchAll(/^ {4}(\w+) = /gm)].map(([, name]) => name), FAILURES);
});

test("a range over the hour that comes twice holds it whole, on the day the clock is put back", () => {
  const zone = process.env.TZ;
  process.env.TZ = "Europe/Lisbon";
  try {
    assert.equal(fromControl("2026-10-25T01:30"), "2026-10-25T00:30:00.000Z");
    assert.equal(fromControl("2026-10-25T01:30", { end: true }), "2026-10-25T01:30:59.999Z");
    assert.equal(fromControl("2026-10-25T03:00", { end: true }), "2026-10-25T03:00:59.999Z");
    assert.equal(toControl("2026-10-25T00:30:00.000Z"), "2026-10-25T01:30");
  } finally {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  }
});

test("a time stays as it is while its year is typed, digit by digit", () => {
  const before = process.env.TZ;
  try {
    for (const zone of ["Europe/Lisbon", "Europe/Berlin", "America/New_York", "UTC"]) {
      process.env.TZ = zone;
      for (const year of ["0002", "0020", "0202", "2026"]) {
        for (const end of [false, true]) assert.equal(toControl(fromControl(`${year}-11-24T14:05`, { end })), `${year}-11-24T14:05`, zone);
      }
    }
  } finally {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  }
});
