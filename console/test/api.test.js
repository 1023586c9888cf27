/* Requests: under which key what changes something is sent. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Api } from "../src/api.js";
import { Intents } from "../src/intents.js";

const PATH = "/accounts/1/webhooks";

/** An API that answers in turn with these: a status, `[status, headers]`, or an error of the network. */
function answering(t, ...answers) {
  const sent = [];
  t.mock.method(globalThis, "fetch", async (path, { headers, body }) => {
    sent.push({ path, key: headers["Idempotency-Key"], body });
    const answer = answers.shift() ?? 202;
    if (answer instanceof Error) throw answer;
    const [status, told] = [answer].flat();
    return new Response(JSON.stringify({ status, detail: "Said." }), { status, headers: told });
  });
  const waits = [];
  let made = 0;
  let now = 0;
  const intents = new Intents({ newKey: () => `key-${(made += 1)}`, now: () => now });
  const api = new Api({ token: async () => "token" }, { intents, wait: async (seconds) => waits.push(seconds) });
  return { api, sent, waits, pass: (milliseconds) => (now += milliseconds), keys: () => sent.map(({ key }) => key) };
}

const lost = () => new TypeError("Failed to fetch");

test("what changes something has a key, and the same again after its answer has another", async (t) => {
  const { api, keys } = answering(t);
  await api.postOnce(PATH, { body: { name: "a" } });
  await api.postOnce(PATH, { body: { name: "a" } });
  assert.deepEqual(keys(), ["key-1", "key-2"]);
});

test("the same again after a lost answer has the same key, and what was changed meanwhile another", async (t) => {
  const { api, keys } = answering(t, lost(), lost(), 503);
  for (const name of ["a", "b", "a", "a"]) await api.postOnce(PATH, { body: { name } }).catch(() => {});
  assert.deepEqual(keys(), ["key-1", "key-2", "key-1", "key-1"]);
});

test("what was refused had no effect: the same again has another key", async (t) => {
  const { api, keys } = answering(t, 422, 409);
  for (let turn = 0; turn < 3; turn += 1) await api.postOnce(PATH, { body: {} }).catch(() => {});
  assert.deepEqual(keys(), ["key-1", "key-2", "key-3"]);
});

test("a lost answer is forgotten after ten minutes: the same then is meant a second time", async (t) => {
  const { api, keys, pass } = answering(t, lost());
  await api.postOnce(PATH).catch(() => {});
  pass(10 * 60_000);
  await api.postOnce(PATH);
  assert.deepEqual(keys(), ["key-1", "key-2"]);
});

test("what is under way still is waited for, under its key, as long as the API says", async (t) => {
  const { api, keys, waits } = answering(t, [409, { "Retry-After": "2" }], [409, { "Retry-After": "3" }], 201);
  const { status } = await api.postOnce(PATH, { body: {} });
  assert.equal(status, 201);
  assert.deepEqual(waits, [2, 3]);
  assert.deepEqual(new Set(keys()), new Set(["key-1"]));
});

test("what stays under way is given up, and keeps its key", async (t) => {
  const { api, keys } = answering(t, ...Array(9).fill([409, { "Retry-After": "10" }]));
  await assert.rejects(api.postOnce(PATH), { status: 409 });
  const asked = keys().length;
  await api.postOnce(PATH).catch(() => {});
  assert.ok(asked < 9);
  assert.deepEqual(new Set(keys()), new Set(["key-1"]));
});

test("a form's own key is sent as it is", async (t) => {
  const { api, keys } = answering(t);
  await api.postOnce(PATH, { body: {}, key: "mine" });
  assert.deepEqual(keys(), ["mine"]);
});

test("a plain POST has no key", async (t) => {
  const { api, keys } = answering(t);
  await api.post(`${PATH}/test`, { body: {} });
  assert.deepEqual(keys(), [undefined]);
});
