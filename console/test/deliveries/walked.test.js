/* The way back to a newer page. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Walked } from "../../src/deliveries/walked.js";

function storage(content = {}) {
  return { getItem: (key) => content[key] ?? null, setItem: (key, value) => { content[key] = value; } };
}

test("a page knows the one that led to it, and not that of another list", () => {
  const walked = new Walked(storage());
  walked.remember("all", "", "c1");
  walked.remember("all", "c1", "c2");
  assert.deepEqual(["c2", "c1", "c3"].map((cursor) => walked.newerThan("all", cursor)), ["c1", "", null]);
  assert.equal(walked.newerThan("failed", "c1"), null);
});

test("the way is there again after the page is loaded anew, and nothing else in its place does harm", () => {
  const kept = storage();
  new Walked(kept).remember("all", "", "c1");
  assert.equal(new Walked(kept).newerThan("all", "c1"), "");
  assert.equal(new Walked(storage({ "recado.walked": "{}" })).newerThan("all", "c1"), null);
  assert.equal(new Walked(storage({ "recado.walked": "[" })).newerThan("all", "c1"), null);
});

test("of very many steps the last ones are kept", () => {
  const walked = new Walked(storage());
  for (let step = 0; step < 300; step += 1) walked.remember("all", `c${step}`, `c${step + 1}`);
  assert.equal(walked.newerThan("all", "c300"), "c299");
  assert.equal(walked.newerThan("all", "c50"), null);
});
