/* The form over time: what others save meanwhile, and what comes back after signing in again. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { WebhookForm } from "../../src/form/form.js";
import { clashing, valuesOf } from "../../src/form/model.js";

const SAVED = {
  webhookId: "wh_1", name: "CRM", targetUrl: "https://example.com/a", eventNames: ["A"], active: true, ordered: false, headers: {},
  authentication: { type: "BASIC", username: "me" }, delivery: {},
};

function formOf(saved, etag = "1", values = undefined, context = {}) {
  globalThis.requestAnimationFrame ??= () => {};
  return new WebhookForm({ t: (key) => key, api: {}, account: "1010", redraw() {}, ...context }, saved, etag, values);
}

test("only what two have changed to something different clashes", () => {
  const [base, name] = [valuesOf(SAVED), "Mine"];
  assert.deepEqual(clashing({ ...base, name }, base, { ...base, ordered: true }), []);
  assert.deepEqual(clashing({ ...base, name }, base, { ...base, name }), []);
  assert.deepEqual(clashing({ ...base, name, ordered: true }, base, { ...base, name: "Theirs", active: false }), ["name"]);
});

test("a newer reading is taken over beside what was entered", () => {
  const form = formOf(SAVED);
  form.set("name", "Mine");
  form.refresh({ ...SAVED, ordered: true }, "2");
  assert.deepEqual([form.values.name, form.values.ordered, form.etag, form.conflict], ["Mine", true, "2", null]);
});

test("a newer reading that has other values for what was entered is not saved over unasked", () => {
  const form = formOf(SAVED);
  form.set("name", "Mine");
  form.refresh({ ...SAVED, name: "Theirs" }, "2");
  assert.deepEqual([form.values.name, form.etag, form.theirChanges], ["Mine", "1", ["name"]]);
});

test("what comes back after signing in again stands on top of what it was entered on", () => {
  const before = formOf(SAVED, "1");
  before.set("name", "Mine");
  before.setAuthentication({ password: "s3cret" });
  const draft = JSON.parse(JSON.stringify(before.draft));
  assert.ok(!JSON.stringify(draft).includes("s3cret"));
  const form = formOf(draft.saved, draft.etag, draft.values);
  form.refresh({ ...SAVED, targetUrl: "https://example.com/theirs" }, "2");
  assert.deepEqual([form.values.name, form.values.targetUrl, form.etag], ["Mine", "https://example.com/theirs", "2"]);
});

test("event names that a new form begins with would not be lost, others would", () => {
  const form = formOf(null);
  form.beginWith(["A"]);
  assert.deepEqual([form.values.eventNames, form.unsaved, form.draft], [["A"], false, null]);
  form.set("eventNames", ["A", "B"]);
  assert.equal(form.unsaved, true);
  form.set("eventNames", []);
  assert.equal(form.unsaved, true);
});

test("who may not see secrets sends none with a webhook that exists: the API makes it", async () => {
  const sent = [];
  const api = { patch: async (path, { body }) => sent.push(body) && { data: {} } };
  const form = formOf(SAVED, "1", undefined, { api, can: (capability) => capability !== "secrets" });
  form.setAuthentication({ type: "SIGNATURE" });
  assert.deepEqual([form.signsFirst, form.lacksSecret(), form.values.authentication.secret], [false, false, ""]);
  await form.save();
  assert.deepEqual(sent, [{ authentication: { type: "SIGNATURE", algorithm: "HMAC_SHA256" } }]);
});

test("who may not see secrets enters one into a new webhook all the same", () => {
  const form = formOf(null, "1", undefined, { can: () => false });
  form.setAuthentication({ type: "SIGNATURE" });
  assert.equal(form.signsFirst, true);
  assert.notEqual(form.values.authentication.secret, "");
});
