/* What is read out of tokens, and what becomes of them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Session } from "../../src/session/session.js";
import { accountsOf, claimsOf } from "../../src/session/claims.js";

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

test("signing out while the session is renewed keeps nothing, and revokes what the renewal brings as well", async (t) => {
  const kept = new Map([["recado.session", JSON.stringify({ accessToken: "a", refreshToken: "old", expiresAt: 0 })]]);
  const revoked = [];
  let answer;
  t.mock.timers.enable({ apis: ["setTimeout"] });
  for (const name of ["BroadcastChannel", "navigator"]) {
    const before = Object.getOwnPropertyDescriptor(globalThis, name);
    Object.defineProperty(globalThis, name, { value: undefined, configurable: true, writable: true });
    t.after(() => (before ? Object.defineProperty(globalThis, name, before) : delete globalThis[name]));
  }
  t.after(() => ["sessionStorage", "location"].forEach((name) => delete globalThis[name]));
  globalThis.sessionStorage = {
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => kept.set(name, value),
    clear: () => kept.clear(),
  };
  globalThis.location = { origin: "https://hooks.example.com", assign: (url) => (globalThis.location.left = String(url)) };
  t.mock.method(globalThis, "fetch", async (url, { body }) => {
    if (String(url).endsWith("/token")) return new Promise((resolve) => (answer = resolve));
    revoked.push(new URLSearchParams(body).get("token"));
    return new Response(null, { status: 200 });
  });
  const at = (path) => `https://login.example.com/${path}`;
  const session = new Session({ clientId: "c", issuer: at(""), tokenUrl: at("token"), revocationUrl: at("revoke"), logoutUrl: "" });

  const renewal = session.renew();
  while (!answer) await new Promise(setImmediate);
  const end = session.end();
  answer(Response.json({ access_token: "b", refresh_token: "new", token_type: "Bearer" }));

  assert.equal(await renewal, false);
  await end;
  assert.deepEqual([...kept], []);
  assert.equal(session.active, false);
  assert.deepEqual(revoked.sort(), ["new", "old"]);
  assert.equal(globalThis.location.left, "/console");
});
