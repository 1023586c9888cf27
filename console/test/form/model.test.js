/* What the form sends, and where it shows what was refused. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { answerSeconds, bodyOf, changesOf, deliveryChosen, lightProblems, onTopOf, problemsByField, sendsWhatWaits, testedAbout, testedParts, valuesOf } from "../../src/form/model.js";

const USUAL = { maxEvents: 100, maxBytes: 98304, timeoutSeconds: 5, partialResponses: false, digest: false };
const SAVED = {
  name: "CRM", description: "", targetUrl: "https://example.com/a", eventNames: ["B", "A"], active: true, ordered: false,
  authentication: { type: "BASIC", username: "me" }, headers: { "X-Source": "recado" },
  delivery: USUAL,
};
const entered = (changes) => ({ ...valuesOf(SAVED), ...changes });

test("nothing changed sends nothing, in whatever order the events were chosen", () => {
  assert.deepEqual(changesOf(entered({ eventNames: ["A", "B"] }), valuesOf(SAVED)), {});
});

test("only what differs is sent", () => {
  const headers = [{ name: "X-Source", value: "recado" }, { name: " X-New ", value: " 1 " }, { name: "", value: "" }];
  assert.deepEqual(changesOf(entered({ name: " CRM 2 ", headers }), valuesOf(SAVED)), {
    name: "CRM 2", headers: { "X-Source": "recado", "X-New": "1" },
  });
});

test("an empty form names every field that must be filled", () => {
  assert.deepEqual(Object.keys(lightProblems(valuesOf(null), null)), ["name", "targetUrl", "authentication.secret", "eventNames"]);
});

test("somebody else's changes stay where this form touched nothing", () => {
  const theirs = valuesOf({ ...SAVED, name: "Theirs", targetUrl: "https://example.com/theirs" });
  const mine = onTopOf(entered({ name: "Mine" }), valuesOf(SAVED), theirs);
  assert.deepEqual([mine.name, mine.targetUrl], ["Mine", "https://example.com/theirs"]);
});

test("a test of a saved webhook sends what is not saved yet, that of a new one everything it needs", () => {
  assert.deepEqual(testedParts(entered({ name: "x" }), valuesOf(SAVED)), {});
  assert.deepEqual(testedParts(entered({ targetUrl: "https://example.com/b" }), valuesOf(SAVED)), { targetUrl: "https://example.com/b" });
  assert.deepEqual(Object.keys(testedParts(valuesOf(null), null)), ["targetUrl", "authentication", "headers", "delivery"]);
});

test("a test sends the time that the receiver has, and no other delivery setting", () => {
  assert.deepEqual(testedParts(valuesOf(null), null).delivery, { timeoutSeconds: 5 });
  assert.deepEqual(testedParts(entered({ "delivery.timeoutSeconds": "8", "delivery.maxEvents": "9" }), valuesOf(SAVED)), { delivery: { timeoutSeconds: 8 } });
});

test("a receiver has the time that is entered, or the usual one", () => {
  const seconds = (typed) => answerSeconds(entered({ "delivery.timeoutSeconds": typed }));
  assert.deepEqual(["8", " 15 ", "1", "", "16", "0", "ten"].map(seconds), [8, 15, 1, 5, 5, 5, 5]);
});

test("a result is of what was tested, and not of what is entered later", () => {
  const about = testedAbout(entered({}));
  assert.equal(testedAbout(entered({ name: "Another" })), about);
  for (const change of [{ targetUrl: "https://example.com/b" }, { format: "STANDARD" }, { "delivery.timeoutSeconds": "8" }]) {
    assert.notEqual(testedAbout(entered(change)), about);
  }
});

test("delivery settings are sent as numbers, and only those that differ", () => {
  const changed = entered({ "delivery.maxEvents": " 10 ", "delivery.maxPostsPerMinute": "60", "delivery.partialResponses": true, "delivery.digest": true });
  assert.deepEqual(changesOf(changed, valuesOf(SAVED)), { delivery: { maxEvents: 10, maxPostsPerMinute: 60, partialResponses: true, digest: true } });
  const limited = { ...SAVED, delivery: { ...USUAL, maxPostsPerMinute: 60 } };
  assert.deepEqual(changesOf({ ...valuesOf(limited), "delivery.maxPostsPerMinute": " " }, valuesOf(limited)), { delivery: { maxPostsPerMinute: null } });
  assert.deepEqual(bodyOf(valuesOf(null)).delivery, { ...USUAL, maxPostsPerMinute: null });
});

test("what is no number is sent as it was typed: the API says what it accepts", () => {
  for (const typed of ["ten", "", "5.5", "-1", "1e2"]) {
    const changed = entered({ "delivery.maxEvents": typed });
    assert.deepEqual(changesOf(changed, valuesOf(SAVED)), { delivery: { maxEvents: typed } });
  }
  assert.deepEqual(changesOf(entered({ "delivery.maxEvents": "0100" }), valuesOf(SAVED)), {});
});

test("somebody else's delivery setting stays beside one's own", () => {
  const theirs = valuesOf({ ...SAVED, delivery: { ...USUAL, timeoutSeconds: 8 } });
  const mine = onTopOf(entered({ "delivery.maxEvents": "10" }), valuesOf(SAVED), theirs);
  assert.deepEqual(changesOf(mine, theirs), { delivery: { maxEvents: 10 } });
});

test("settings are unfolded where they are not the usual ones", () => {
  assert.equal(deliveryChosen(valuesOf(null)), false);
  assert.equal(deliveryChosen(valuesOf(SAVED)), false);
  for (const settings of [{ maxEvents: 10 }, { maxPostsPerMinute: 1 }, { partialResponses: true }, { digest: true }]) {
    assert.equal(deliveryChosen(valuesOf({ ...SAVED, delivery: { ...USUAL, ...settings } })), true);
  }
});

test("what the API refuses is shown at its field", () => {
  const values = entered({ headers: [{ name: "X-A", value: "1" }, { name: "Host", value: "2" }] });
  const errors = [
    { field: "headers.Host", message: "is reserved" }, { field: "eventNames[3]", message: "is not in the catalogue" },
    { field: "authentication.username", message: "must be …" }, { field: "headers", message: "must be at most 10" },
  ];
  assert.deepEqual(problemsByField(errors, values), {
    "headers.1": "is reserved", eventNames: "is not in the catalogue", "authentication.username": "must be …", headers: "must be at most 10",
  });
});

test("a change of where or how a POST goes sends what waits, if the webhook is on and anything does", () => {
  const before = { ...SAVED, status: "ACTIVE", waiting: { count: 2, setAside: 0 } };
  const on = { status: "ACTIVE", backlog: 0 };
  assert.equal(sendsWhatWaits(entered({ targetUrl: "https://example.com/b" }), before, on), "address");
  assert.equal(sendsWhatWaits(entered({ headers: [] }), before, on), "settings");
  assert.equal(sendsWhatWaits(entered({ "delivery.maxEvents": "10" }), before, on), "settings");
  assert.equal(sendsWhatWaits(entered({ name: "CRM 2" }), before, on), "");
  assert.equal(sendsWhatWaits(entered({ headers: [] }), { ...before, waiting: { count: 0, setAside: 0 } }, on), "");
  assert.equal(sendsWhatWaits(entered({ headers: [] }), { ...before, waiting: { count: 0, setAside: 1 } }, on), "settings");
  assert.equal(sendsWhatWaits(entered({ headers: [] }), before, { ...on, status: "RETIRED" }), "");
  assert.equal(sendsWhatWaits(entered({ headers: [] }), null, on), "");
});
