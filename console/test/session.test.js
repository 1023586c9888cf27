/* What is read out of tokens. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { accountsOf, claimsOf } from "../src/session.js";

const token = (claims) => `x.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.y`;

test("the accounts are those of the groups, whether the claim is a list or a text", () => {
  const groups = ["account:2020", "staff", "account:101", "account:2020"];
  for (const claim of [groups, groups.join(" "), groups.join(","), `[${groups.join(" ")}]`]) {
    assert.deepEqual(accountsOf({ "cognito:groups": claim }, "cognito:groups"), ["101", "2020"]);
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
