/* What tabs of the portal tell each other about its session. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FromTabs } from "../../src/portal/ways.js";
import { portal, until } from "../../test_support/portal.js";

test("a session that nobody renews is over, and goes on with what another tab has later", async (t) => {
  const good = { link: "1", late: "1", others: "2" };
  const page = portal(t, { token: "link", good });
  await page.session.finish();
  delete good["link+"];
  const renewal = page.session.renew();
  await until(() => page.sent.some(({ type }) => type === "wanted"));
  page.pass(500);
  assert.equal(await renewal, false);
  assert.equal(page.session.why, "over");
  await page.hear({ type: "session", accountId: "2", token: "others" });
  assert.equal(page.session.active, false);
  await page.hear({ type: "session", accountId: "1", token: "late" });
  assert.equal(await page.session.token(), "late");
});

test("what is offered while nothing is wanted is not taken", async (t) => {
  const page = portal(t, { token: "link", good: { link: "1", late: "1" } });
  await page.session.finish();
  await page.hear({ type: "session", accountId: "1", token: "late" });
  assert.equal(await page.session.token(), "link+");
});

test("another person's session of the same account is not taken, from a tab or from the parent", async (t) => {
  const origin = "https://app.example.com";
  const good = { link: { accountId: "1", user: "ana" }, bea: { accountId: "1", user: "bea" }, ana: { accountId: "1", user: "ana" } };
  for (const embedded of [false, true]) {
    const page = portal(t, { token: "link", good: { ...good }, embedded, origins: [origin] });
    await page.session.finish();
    const asked = page.session.retry();
    const offer = (token) => (embedded ? page.say({ origin, data: { type: "recado.token", token } }) : page.hear({ type: "session", accountId: "1", token }));
    offer("bea");
    await until(() => page.sent.some((one) => one[2] === "bea"));
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
    assert.equal(await page.session.token(), embedded ? "link" : "link+");
    offer("ana");
    await asked;
    assert.deepEqual([await page.session.token(), page.session.user], ["ana", "ana"]);
    t.mock.timers.reset();
    t.mock.restoreAll();
  }
});

test("a session that ends earlier is not taken as long as the current one is good, and is once that was refused", async (t) => {
  const good = { link: "1", short: { accountId: "1", minutes: 5 } };
  const page = portal(t, { token: "link", good });
  await page.session.finish();
  const asked = page.session.retry();
  await page.hear({ type: "session", accountId: "1", token: "short" });
  assert.equal(await page.session.token(), "link+");
  page.pass(500);
  await asked;
  delete good["link+"];
  const renewal = page.session.renew();
  await until(() => page.sent.filter(({ type }) => type === "wanted").length === 2);
  await page.hear({ type: "session", accountId: "1", token: "short" });
  assert.equal(await renewal, true);
  assert.equal(await page.session.token(), "short");
});

test("what another tab offers in time is waited for, however long its check takes, and is checked once", async (t) => {
  let answer;
  const checked = new Promise((resolve) => (answer = resolve));
  const page = portal(t, { path: "/console/portal/accounts/1/webhooks", good: { theirs: "1" }, slow: () => checked });
  const finished = page.session.finish();
  const taken = page.hear({ type: "session", accountId: "1", token: "theirs" });
  page.hear({ type: "session", accountId: "1", token: "theirs" });
  page.pass(5_000);
  answer();
  await Promise.all([finished, taken]);
  assert.equal(await page.session.token(), "theirs");
  assert.equal(page.sent.filter((one) => one[2] === "theirs").length, 1);
});

test("a session that was signed out in another tab does not come back by itself", async (t) => {
  const good = { link: "1", late: "1" };
  const page = portal(t, { token: "link", good });
  await page.session.finish();
  const asked = page.session.retry();
  await page.hear({ type: "ended", sessionId: "s" });
  assert.deepEqual([page.session.why, page.told.at(-1)], ["closed", "signed-out"]);
  page.pass(500);
  await asked;
  await page.hear({ type: "session", accountId: "1", token: "late" });
  const asksBefore = page.sent.length;
  assert.equal(await page.session.renew(), false);
  assert.deepEqual([page.session.active, page.sent.length], [false, asksBefore]);
});

test("of three tabs, that which works is not told that it can be closed", async (t) => {
  const before = globalThis.BroadcastChannel;
  t.after(() => Object.assign(globalThis, { BroadcastChannel: before }));
  const ends = [];
  globalThis.BroadcastChannel = class {
    constructor() { ends.push(this); }
    postMessage(data) { ends.filter((end) => end !== this).forEach((end) => end.onmessage({ data })); }
  };
  const helped = [];
  const tab = (name, mine, takes) => new FromTabs({
    mine: () => mine, over() {}, helped: () => helped.push(name),
    take: async () => takes && Object.assign(mine, { token: "t2", sessionId: "s2" }),
  });
  const working = tab("working", { token: "t1", accountId: "1", sessionId: "s1" }, true);
  working.tell();
  tab("waiting", { token: "", accountId: "1", sessionId: "" }, true);
  tab("renewal", { token: "t2", accountId: "1", sessionId: "s2" }, false).tell();
  await new Promise(setImmediate);
  assert.deepEqual([...new Set(helped)], ["renewal"]);
});

test("a tab that has its session from another looks as that does, once", async (t) => {
  const took = [];
  const looks = { mine: () => ({ locale: "pt" }), take: (theirs) => took.push(theirs) };
  const page = portal(t, { path: "/console/portal/accounts/1/webhooks", good: { theirs: "1", later: "1" }, looks });
  const finished = page.session.finish();
  await page.hear({ type: "session", accountId: "1", token: "theirs", looks: { locale: "es", theme: "dark" } });
  await finished;
  const asked = page.session.retry();
  await page.hear({ type: "session", accountId: "1", token: "later", looks: { locale: "en", theme: "light" } });
  await asked;
  assert.deepEqual(took, [{ locale: "es", theme: "dark" }]);
  await page.hear({ type: "wanted", accountId: "1" });
  assert.deepEqual(page.sent.at(-1).looks, { locale: "pt" });
});
