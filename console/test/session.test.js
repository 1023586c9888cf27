/* What is read out of tokens. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { accountsOf, claimsOf } from "../src/session.js";

const token = (claims) => `x.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.y`;

test("the accounts are those of the groups, which are a list, or a text as the name of one", () => {
  const groups = ["account:2020", "staff", "account:101", "account:2020", "account:user@example.com"];
  assert.deepEqual(accountsOf({ "cognito:groups": groups }, "cognito:groups"), ["101", "2020", "user@example.com"]);
  assert.deepEqual(accountsOf({ groups: "account:2020" }, "groups"), ["2020"]);
});

test("a group with a blank, a comma or brackets names no account", () => {
  for (const group of ["a account:1", "account:1 readers", "account:2,account:1", "[account:1]", "account:", "account:é"]) {
    for (const claim of [group, [group]]) assert.deepEqual(accountsOf({ groups: claim }, "groups"), []);
  }
});

test("a token without the claim, or with something else in it, reaches no account", () => {
  for (const claim of [undefined, null, 7, {}, "account", ["accounts:1"]]) {
    assert.deepEqual(accountsOf({ groups: claim }, "groups"), []);
  }
});

test("claims are read as UTF-8, and what is no token has none", () => {
  assert.deepEqual(claimsOf(token({ name: "Conceição" })), { name: "Conceição" });
  for (const text of ["opaque", "a.b.c", "", undefined, null]) assert.deepEqual(claimsOf(text), {});
});
