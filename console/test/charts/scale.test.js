/* The arithmetic of the charts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { axisTop, barsOf, labelled, runsOf, stacked } from "../../src/charts/scale.js";

const START = Date.parse("2026-11-23T12:00:00Z");
const hour = (index, counts = {}) => ({
  hour: new Date(START + index * 3_600_000).toISOString(), delivered: 0, pending: 0, expired: 0, skipped: 0, cancelled: 0, ...counts,
});
const hours = (count, counts) => Array.from({ length: count }, (_, index) => hour(index, counts));

test("a day has a bar an hour, and what is given up is one part", () => {
  const bars = barsOf([...hours(23), hour(23, { delivered: 5, pending: 2, expired: 1, skipped: 3, cancelled: 2 })]);
  assert.equal(bars.length, 24);
  const { from, to, ...counts } = bars.at(-1);
  assert.deepEqual(counts, { delivered: 5, pending: 2, given_up: 6, total: 13 });
  assert.deepEqual([from, to], ["2026-11-24T11:00:00.000Z", "2026-11-24T11:59:59.999Z"]);
});

test("a week has bars of six hours that lose nothing, and the last is whole", () => {
  const bars = barsOf(hours(169, { delivered: 1 }));
  assert.equal(bars.length, 29);
  assert.deepEqual([bars[0].total, bars.at(-1).total], [1, 6]);
  assert.equal(bars.reduce((all, { total }) => all + total, 0), 169);
});

test("an axis ends at a round even number that holds everything", () => {
  for (const [most, top] of [[1, 2], [2, 2], [3, 4], [7, 8], [11, 20], [99, 100], [101, 200], [450, 600], [1000, 1000]]) {
    assert.equal(axisTop(most), top, `of ${most}`);
  }
});

test("the parts of a bar stand on each other and reach its total", () => {
  const parts = stacked({ delivered: 2, pending: 0, given_up: 1, total: 3 }, 4);
  assert.deepEqual(parts.map(({ name, y, height }) => [name, y, height]), [["delivered", 50, 50], ["given_up", 25, 25]]);
});

test("a line is broken where nothing was attempted", () => {
  const latency = { p50Ms: 50, p95Ms: 100, maxMs: 120 };
  const runs = runsOf([hour(0, { latency }), hour(1), hour(2, { latency }), hour(3, { latency })], "p95Ms", 200);
  assert.deepEqual(runs.map((run) => run.map(({ x, y }) => [x, y])), [[[12.5, 50]], [[62.5, 50], [87.5, 50]]]);
});

test("no more places are labelled than there is room for, and the last one is", () => {
  assert.deepEqual(labelled(24, 6), [3, 7, 11, 15, 19, 23]);
  assert.equal(labelled(29, 6).at(-1), 28);
});
