/* Filter, transform and format in the form. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { bodyOf, changesOf, lightProblems, previewedParts, sendsWhatWaits, testedParts, valuesOf } from "../../src/form/model.js";
import { FORMATS, LONGEST_EXPRESSION, warningsOf } from "../../src/form/shaping/model.js";

const SAVED = { name: "CRM", targetUrl: "https://example.com/a", eventNames: ["order.paid"], authentication: { type: "NONE" }, headers: {}, filter: "data.total", format: "RAW", transform: "data" };
const entered = (changes) => ({ ...valuesOf(SAVED), ...changes });
const python = (name) => readFileSync(new URL(`../../../layers/core/recado/rules/shaping/${name}.py`, import.meta.url), "utf8");

test("a new webhook says nothing of what is as usual", () => {
  const body = bodyOf(valuesOf(null));
  assert.deepEqual(["filter", "transform", "format"].filter((field) => field in body), []);
  const chosen = bodyOf({ ...valuesOf(null), filter: " data.paid ", format: "STANDARD" });
  assert.deepEqual([chosen.filter, chosen.format, "transform" in chosen], ["data.paid", "STANDARD", false]);
});

test("an expression that is emptied is taken away", () => {
  assert.deepEqual(changesOf(entered({ filter: " ", transform: "", format: "ENVELOPE" }), valuesOf(SAVED)), { filter: null, transform: null, format: "ENVELOPE" });
  assert.deepEqual(changesOf(entered({ filter: "data.total " }), valuesOf(SAVED)), {});
});

test("what the transform makes needs a transform", () => {
  assert.deepEqual(lightProblems(entered({ transform: " " }), SAVED), { transform: "problem.transform" });
  assert.deepEqual(lightProblems(entered({ transform: " ", format: "STANDARD" }), SAVED), {});
});

test("a preview asks for what differs from what is saved, of a draft for all that decides", () => {
  assert.deepEqual(previewedParts(entered({ name: "x", filter: "data.paid" }), valuesOf(SAVED), "order.paid"), { filter: "data.paid", eventName: "order.paid" });
  assert.deepEqual(previewedParts(entered({ filter: "" }), valuesOf(SAVED), ""), { filter: null });
  assert.deepEqual(previewedParts(entered({}), null, ""), { eventNames: ["order.paid"], filter: "data.total", transform: "data", format: "RAW" });
});

test("a draft without a name is previewed as if it had any", () => {
  assert.deepEqual(previewedParts(valuesOf(null), null, "order.paid"), { filter: null, transform: null, format: "ENVELOPE", eventName: "order.paid" });
});

test("a test sends the shape that is entered, for CloudEvents how many events a POST may hold", () => {
  assert.deepEqual(testedParts(entered({ format: "CLOUDEVENTS", filter: "x", "delivery.maxEvents": "1" }), valuesOf(SAVED)), { format: "CLOUDEVENTS", delivery: { maxEvents: 1 } });
  const { format, transform } = testedParts({ ...valuesOf(null), format: "RAW", transform: "data" }, null);
  assert.deepEqual([format, transform], ["RAW", "data"]);
});

test("what waits leaves with another transform or format, not with another filter", () => {
  const before = { ...SAVED, status: "ACTIVE", waiting: { count: 1, setAside: 0 } };
  assert.equal(sendsWhatWaits(entered({ format: "STANDARD" }), before, { status: "ACTIVE" }), "settings");
  assert.equal(sendsWhatWaits(entered({ transform: "data.a" }), before, { status: "ACTIVE" }), "settings");
  assert.equal(sendsWhatWaits(entered({ filter: "" }), before, { status: "ACTIVE" }), "");
});

test("a warning stands at its field", () => {
  const preview = { warnings: [{ field: "filter", message: "a" }, { field: "transform", message: "b" }] };
  assert.deepEqual([warningsOf(preview, "filter"), warningsOf(preview, "format"), warningsOf(null, "filter")], [["a"], [], []]);
});

test("the formats and the length of an expression are those of the API", () => {
  const [, formats] = /class Format\(StrEnum\):(.+?)@property/s.exec(python("formats"));
  assert.deepEqual([...formats.matchAll(/^ {4}([A-Z]+) = /gm)].map(([, name]) => name), FORMATS);
  assert.ok(python("allowance").includes(`MOST_CHARACTERS = ${LONGEST_EXPRESSION}\n`));
});
