import assert from "node:assert/strict";
import { test } from "node:test";
import { resource } from "../src/parts/states.js";

/** A resource whose answers come when they are told to: `answer[n]` ends the nth request. */
function asked() {
  const answer = [];
  const load = () => new Promise((resolve, reject) => answer.push({ resolve, reject }));
  const self = resource({ redraw() {}, signal: new AbortController().signal }, load);
  return { self, answer };
}

test("whoever waits for a reload finds its data, even if it was asked for once more meanwhile", async () => {
  const { self, answer } = asked();
  const waited = self.reload();
  self.reload();
  answer[1].resolve("second");
  await waited;
  assert.equal(self.data, "second");
});

test("an older answer that comes late does not undo a newer one, nor does its failure", async () => {
  const { self, answer } = asked();
  const older = self.reload();
  const newer = self.reload();
  answer[2].resolve("newest");
  await newer;
  answer[1].reject(new Error("late"));
  answer[0].resolve("first");
  await older;
  assert.deepEqual([self.data, self.error], ["newest", null]);
});

test("what an answer to something else has told is not undone by a reload that began before", async () => {
  const { self, answer } = asked();
  const older = self.reload();
  self.put("told");
  answer[1].resolve("known before");
  answer[0].reject(new Error("late"));
  await older;
  assert.deepEqual([self.data, self.error, self.slow], ["told", null, false]);
});
