/* What a webhook's last day comes to. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { dayOf } from "../../src/charts/day.js";

const hour = (given) => ({ hour: "2026-11-24T08:00:00Z", delivered: 0, pending: 0, expired: 0, skipped: 0, cancelled: 0, ...given });

test("the rate is the delivered part of what was to be sent: what was skipped or withdrawn was not", () => {
  const { rate, counts } = dayOf([hour({ delivered: 3, skipped: 4, cancelled: 1 }), hour({ pending: 1 })]);
  assert.equal(rate, 0.75);
  assert.deepEqual(counts, { delivered: 3, pending: 1, given_up: 5 });
});

test("where nothing was to be sent there is neither a rate nor a latency", () => {
  assert.deepEqual(dayOf([hour({}), hour({ skipped: 2 })]), { counts: { delivered: 0, pending: 0, given_up: 2 }, rate: null, p95Ms: null });
});

test("the latency is that of the slowest hour: within it 95 of 100 of the day were acknowledged", () => {
  const latency = (p95Ms) => ({ p50Ms: 1, p95Ms, maxMs: 9000 });
  assert.equal(dayOf([hour({ delivered: 1, latency: latency(40) }), hour({}), hour({ delivered: 9, latency: latency(120) })]).p95Ms, 120);
});
