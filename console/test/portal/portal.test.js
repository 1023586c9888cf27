/* The portal: what its link brings, whose tokens are taken, how text stands out from the platform's colour. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { chosenTheme, nothingChosen, themeIsForced } from "../../src/language/preferences.js";
import { Arrival } from "../../src/portal/arrival.js";
import { edgeOf, inkOn, luminanceOf } from "../../src/portal/colours.js";
import { accountIn, apiRoot, inPortal, pagesRoot, routed } from "../../src/portal/mode.js";
import { PortalSession } from "../../src/portal/session.js";
import { FromTabs } from "../../src/portal/ways.js";
import { channel, sheltered } from "../../src/storage.js";

const until = async (done) => {
  while (!done()) await new Promise(setImmediate);
};

/** A page at `path` with a link's token; `good` are the accounts of the tokens that the API knows. */
function portal(t, { path = "/console/portal", token = "", good = {}, embedded = false, origins = [], slow = () => {}, looks } = {}) {
  const sent = [];
  const asked = [];
  const listeners = [];
  const parent = { postMessage: (message, to) => asked.push([message, to]) };
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const before = { window: globalThis.window, location: globalThis.location, BroadcastChannel: globalThis.BroadcastChannel };
  t.after(() => Object.assign(globalThis, before));
  globalThis.location = { pathname: path };
  globalThis.window = { parent, addEventListener: (_, hear) => listeners.push(hear) };
  const tabs = [];
  globalThis.BroadcastChannel = class {
    constructor() { tabs.push(this); }
    postMessage(data) { sent.push(data); }
  };
  t.mock.method(globalThis, "fetch", async (address, { method, headers }) => {
    const name = headers.Authorization.slice(7);
    sent.push([method, address, name]);
    if (!good[name]) return new Response(null, { status: 401 });
    if (method === "DELETE") return new Response(null, { status: 204 });
    const swapped = method === "POST" ? { token: `${name}+` } : {};
    if (swapped.token) good[swapped.token] = good[name];
    await slow();
    const { accountId = good[name], minutes = 10, user, sessionId = "s" } = good[name];
    const session = { sessionId, accountId, user, capabilities: ["read"], endsAt: new Date(Date.now() + minutes * 60_000).toISOString() };
    return Response.json({ ...session, ...swapped });
  });
  const told = [];
  const session = new PortalSession({ origins }, (what) => told.push(what), { embedded, arrived: { take: () => token }, looks });
  return {
    session, told, sent, asked, parent,
    say: (message) => listeners.forEach((hear) => hear({ source: parent, ...message })),
    hear: (data) => tabs[0].onmessage({ data }),
    pass: (ms) => t.mock.timers.tick(ms),
  };
}

test("the token leaves the address at once, and is given once", () => {
  const history = { replaceState: (...told) => (history.told = told) };
  const arrived = new Arrival({ location: { pathname: "/console/portal", search: "", hash: "#token=rps_x" }, history });
  assert.deepEqual(history.told, [null, "", "/console/portal"]);
  assert.deepEqual([arrived.take(), arrived.take()], ["rps_x", ""]);
});

test("the token of another link to the page that is open leaves the address as well, and is told of", () => {
  const history = { replaceState: (...told) => (history.told = told) };
  const location = { pathname: "/console/portal", search: "", hash: "#token=rps_x" };
  const page = { location, history, addEventListener: (type, hear) => (page[type] = hear) };
  const arrived = new Arrival(page);
  const came = [];
  arrived.onAnother = () => came.push(arrived.take());
  history.told = null;
  location.hash = "";
  page.hashchange();
  location.hash = "#token=rps_y";
  page.hashchange();
  assert.deepEqual([history.told, came], [[null, "", "/console/portal"], ["rps_y"]]);
});

test("the theme that a link forces stays forced, until another link says nothing of it", (t) => {
  t.after(() => delete globalThis.location);
  globalThis.location = { pathname: "/console/portal", search: "", hash: "#token=rps_x&theme=dark" };
  const history = { replaceState() {} };
  assert.equal(themeIsForced(), false);
  new Arrival({ location, history });
  assert.deepEqual([themeIsForced(), chosenTheme(), nothingChosen()], [true, "dark", false]);
  new Arrival({ location: { ...location, hash: "" }, history });
  assert.equal(themeIsForced(), true);
  new Arrival({ location: { ...location, hash: "#token=rps_y" }, history });
  assert.equal(themeIsForced(), false);
});

test("outside the portal a fragment is nobody's token", () => {
  const arrived = new Arrival({ location: { pathname: "/console", search: "", hash: "#token=rps_x" }, history: {} });
  assert.equal(arrived.take(), "");
});

test("the portal has addresses of its own, for pages and for the API", (t) => {
  t.after(() => delete globalThis.location);
  globalThis.location = { pathname: "/console/portal/accounts/a%40b/webhooks" };
  assert.deepEqual([pagesRoot(), apiRoot(), accountIn(location.pathname)], ["/console/portal", "/portal", "a@b"]);
  assert.equal(routed("/console/portal/accounts/1/webhooks"), "/console/accounts/1/webhooks");
  assert.equal(inPortal("/console/portals"), false);
});

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

test("signing out ends the session at the API and in the other tabs", async (t) => {
  const page = portal(t, { token: "link", good: { link: "1" } });
  await page.session.finish();
  await page.session.end();
  assert.deepEqual(page.sent.slice(-2), [{ type: "ended", sessionId: "s" }, ["DELETE", "/portal/session", "link+"]]);
  assert.deepEqual([page.session.active, page.session.why], [false, "closed"]);
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

test("text on any colour has a contrast of 4.5:1", () => {
  for (const colour of ["#000000", "#ffffff", "#0a7d4f", "#ffd400", "#757575", "#777777", "#ff0000"]) {
    const [lighter, darker] = [luminanceOf(colour), inkOn(colour) === "#fff" ? 1 : 0].sort((one, other) => other - one);
    assert.ok((lighter + 0.05) / (darker + 0.05) >= 4.5, colour);
  }
});

test("a button that is much like a light or a dark page has an edge of its text's colour there; any other needs none", () => {
  assert.equal(edgeOf("#0a7d4f"), "#0a7d4f");
  assert.equal(edgeOf("#ffffff"), "light-dark(color-mix(in srgb, #ffffff, #000), #ffffff)");
  assert.equal(edgeOf("#101418"), "light-dark(#101418, color-mix(in srgb, #101418, #fff))");
});

test("storage and channels that a browser refuses cost nothing", (t) => {
  t.after(() => delete globalThis.refusing);
  Object.defineProperty(globalThis, "refusing", { configurable: true, get() { throw new Error("SecurityError"); } });
  const storage = sheltered("refusing");
  storage.setItem("a", "1");
  assert.equal(storage.getItem("a"), "1");
  storage.removeItem("a");
  assert.equal(storage.getItem("a"), null);
  t.mock.method(globalThis, "BroadcastChannel", () => { throw new Error("SecurityError"); });
  channel("x", () => {}).post("y");
});
