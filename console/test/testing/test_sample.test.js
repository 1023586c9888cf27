/* The data of a test or a preview, as somebody edits it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { TestSample } from "../../src/testing/test_sample.js";
import { reading } from "../../test_support/reading.js";

test("what is wrong with the data of one event type is not said of another's", async () => {
  await reading("en");
  globalThis.requestAnimationFrame ??= () => {};
  const sample = new TestSample({ id: "test-data", sampleOf: (name) => ({ name }), changed() {} });
  assert.equal(sample.entered("A"), null);
  assert.equal(sample.takeProblems({ status: 422, problem: { errors: [{ field: "event.data.name", message: "is too long" }] } }), true);
  const [own, other] = ["A", "B"].map((name) => JSON.stringify(sample.view(name)));
  assert.match(own, /field-wrong/);
  assert.doesNotMatch(other, /field-wrong/);
});
