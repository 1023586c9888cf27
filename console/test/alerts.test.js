/* What the page of alerts sends, and what it reads out of a mail's link. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { cannotAdd, failurePlace, offersForm, refusedAddress, unchanged, withAddress, without } from "../src/alerts/addresses.js";
import { answerLetter } from "../src/alerts/answering.js";
import { letterOf } from "../src/alerts/letter.js";

const ANA = { addressId: "al_1", address: "ana@example.com", locale: "pt", state: "CONFIRMED", since: "2026-11-24T08:00:00.000Z" };
const BEA = { addressId: "al_2", address: "bea@example.com", locale: "en", state: "PENDING", since: "2026-11-24T08:00:00.000Z" };

test("a change sends all of the list, addresses and languages alone", () => {
  const kept = { address: "ana@example.com", locale: "pt" };
  assert.deepEqual(withAddress([ANA], { address: " carla@example.com ", locale: "es" }), [kept, { address: "carla@example.com", locale: "es" }]);
  assert.deepEqual(without([ANA, BEA], "al_2"), [kept]);
  assert.deepEqual(unchanged([ANA]), [kept]);
});

test("an address is not added twice, nor a sixth, nor none", () => {
  assert.equal(cannotAdd([ANA], "bea@example.com"), "");
  assert.equal(cannotAdd([ANA], " ANA@example.com"), "alerts.problem_twice");
  assert.equal(cannotAdd([ANA], "  "), "alerts.problem_empty");
  assert.equal(cannotAdd(Array(5).fill(ANA), "bea@example.com"), "alerts.problem_many");
});

test("the form stays as long as an address is typed, though others have filled the list", () => {
  const full = Array(5).fill(ANA);
  assert.deepEqual([offersForm([ANA], ""), offersForm(full, " "), offersForm(full, "bea@exa")], [true, false, true]);
});

test("that the session has ended is said near the form that was pressed, where there is one", () => {
  assert.deepEqual([failurePlace({ kind: "expired" }, true), failurePlace({ kind: "expired" }, false), failurePlace({ kind: "offline" }, true)], ["form", "page", "page"]);
});

test("what the API says of the added address stands at the field, anything else does not", () => {
  const error = { problem: { errors: [{ field: "addresses[1].address", message: "must be an email address" }] } };
  assert.equal(refusedAddress(error, [ANA, BEA]), "must be an email address");
  assert.equal(refusedAddress(error, [ANA]), "");
  assert.equal(refusedAddress({ kind: "offline" }, [ANA]), "");
});

test("the fragment of a mail's link says for what it is, and its token; anything else says nothing", () => {
  assert.deepEqual(letterOf("#confirm=MTAx.al_1.x-_9"), { purpose: "confirm", token: "MTAx.al_1.x-_9" });
  assert.deepEqual(letterOf("#unsubscribe=a"), { purpose: "unsubscribe", token: "a" });
  for (const other of ["", "#", "#confirm=", "#remove=a", "#confirm=a b", "#confirm=<b>"]) assert.equal(letterOf(other), null);
});

test("the button POSTs the token, and each mistake has its sentence", async (t) => {
  const sent = [];
  let answer = () => Response.json({ accountId: "101", address: "ana@example.com" });
  t.mock.method(globalThis, "fetch", async (path, { method, body }) => {
    sent.push([method, path, body]);
    return answer();
  });
  const letter = { purpose: "confirm", token: "a" };
  assert.deepEqual(await answerLetter(letter), { accountId: "101", address: "ana@example.com" });
  assert.deepEqual(sent, [["POST", "/alert-addresses/confirm", '{"token":"a"}']]);
  for (const [status, said] of [[410, "over"], [404, "unknown"], [422, "unknown"], [429, "busy"], [503, "busy"], [500, "failed"]]) {
    answer = () => new Response("{}", { status });
    await assert.rejects(answerLetter(letter), { message: said });
  }
  answer = () => Promise.reject(new TypeError("no network"));
  await assert.rejects(answerLetter(letter), { message: "offline" });
});
