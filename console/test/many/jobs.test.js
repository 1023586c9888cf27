/* The jobs of a webhook, as answers about them come. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Jobs } from "../../src/many/jobs.js";

const job = (jobId, state = "RUNNING") => ({ jobId, state, kind: "REDELIVERY", requeued: 0, cancelled: 0 });

/** Jobs whose lists come when they are told to: `answer[n]` ends the nth request. */
function asked() {
  const answer = [];
  const leaving = new AbortController();
  const api = { get: () => new Promise((resolve) => answer.push({ come: (...jobs) => resolve({ data: { jobs } }) })) };
  globalThis.document ??= { getElementById: () => null };
  const jobs = new Jobs({ api, account: "1010", params: { webhookId: "wh_1" }, signal: leaving.signal, redraw() {}, t: (key) => key }, () => {});
  return { jobs, answer, leave: () => leaving.abort() };
}

test("a list that was asked for before another tells nothing when it comes late", async () => {
  const { jobs, answer, leave } = asked();
  const older = jobs.reload();
  const newer = jobs.reload();
  answer[2].come(job("j2"), job("j1"));
  await newer;
  assert.equal(jobs.unfinished, 2);
  answer[0].come();
  answer[1].come(job("j1", "DONE"));
  await older;
  assert.equal(jobs.unfinished, 2);
  leave();
});
