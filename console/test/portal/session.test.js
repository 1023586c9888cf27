/* The portal's session: whose tokens are taken, and when it ends. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { portal, until } from "../../test_support/portal.js";

test("a page of its own takes another token for that of the link; an embedded one keeps it", async (t) => {
  const page = portal(t, { token: "link", good: { link: "1" } });
  await page.session.finish();
  assert.equal(await page.session.token(), "link+");
  assert.deepEqual(page.session.accounts, ["1"]);
  assert.deepEqual([page.session.can("read"), page.session.can("write")], [true, false]);
});

test("an embedded page takes a token of its parent alone, from an allowed origin, of the same account", async (t) => {
  const origin = "https://app.example.com";
  const good = { link: "1", other: "2", next: "1" };
  const page = portal(t, { token: "link", good, embedded: true, origins: [origin] });
  await page.session.finish();
  assert.equal(await page.session.token(), "link");
  delete good.link;
  const renewal = page.session.renew();
  await until(() => page.asked.length);
  assert.deepEqual(page.asked, [[{ type: "recado.token-wanted" }, "*"]]);
  page.say({ origin: "https://evil.example.com", data: { type: "recado.token", token: "next" } });
  page.say({ origin, source: {}, data: { type: "recado.token", token: "next" } });
  page.say({ origin, data: { type: "recado.token", token: "other" } });
  await until(() => page.sent.some(([, , name]) => name === "other"));
  assert.ok(!page.sent.some(([, , name]) => name === "next"));
  page.say({ origin, data: { type: "recado.token", token: "next" } });
  assert.equal(await renewal, true);
  assert.equal(await page.session.token(), "next");
});

test("signing out ends the session at the API and in the other tabs", async (t) => {
  const page = portal(t, { token: "link", good: { link: "1" } });
  await page.session.finish();
  await page.session.end();
  assert.deepEqual(page.sent.slice(-2), [{ type: "ended", sessionId: "s" }, ["DELETE", "/portal/session", "link+"]]);
  assert.deepEqual([page.session.active, page.session.why], [false, "closed"]);
});

test("what comes of trying again is shown, and one try is made at a time", async (t) => {
  const page = portal(t, { token: "link" });
  const answer = globalThis.fetch;
  globalThis.fetch = async () => { throw new TypeError("no network"); };
  await page.session.finish();
  globalThis.fetch = answer;
  assert.equal(page.session.why, "offline");
  const drawn = page.told.length;
  const tried = page.session.retry();
  assert.equal(page.session.retrying, true);
  await page.session.retry();
  await until(() => page.session.why === "link");
  assert.ok(page.told.length > drawn + 1);
  await until(() => page.sent.some(({ type }) => type === "wanted"));
  page.pass(500);
  await tried;
  assert.deepEqual([page.session.retrying, page.sent.filter((one) => one[0] === "POST").length], [false, 1]);
});

test("another link begins where there is no session; where there is one, it is taken of the same person alone", async (t) => {
  const good = { second: { accountId: "1", user: "ana" }, third: { accountId: "1", user: "ana" }, bea: { accountId: "1", user: "bea" } };
  const page = portal(t, { token: "used", good });
  const finished = page.session.finish();
  await until(() => page.sent.some(({ type }) => type === "wanted"));
  page.pass(500);
  await finished;
  assert.equal(page.session.why, "link");
  await page.session.arrive("second");
  assert.deepEqual([await page.session.token(), page.session.why], ["second+", ""]);
  await page.session.arrive("bea");
  assert.equal(await page.session.token(), "second+");
  await page.session.arrive("third");
  assert.equal(await page.session.token(), "third+");
});

test("another link that comes while the first is being tried waits for what comes of that", async (t) => {
  let answer;
  const tried = new Promise((resolve) => (answer = resolve));
  const good = { link: { accountId: "1", user: "ana" }, bea: { accountId: "1", user: "bea" } };
  const page = portal(t, { token: "link", good, slow: () => tried });
  const finished = page.session.finish();
  const arrived = page.session.arrive("bea");
  answer();
  await Promise.all([finished, arrived]);
  assert.equal(await page.session.token(), "link+");
});
