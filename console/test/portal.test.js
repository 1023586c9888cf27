/* The portal: what its link brings, whose tokens are taken, how text stands out from the platform's colour. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Arrival } from "../src/portal/arrival.js";
import { inkOn, luminanceOf } from "../src/portal/colours.js";
import { accountIn, apiRoot, inPortal, pagesRoot, routed } from "../src/portal/mode.js";
import { PortalSession } from "../src/portal/session.js";
import { channel, sheltered } from "../src/storage.js";

const until = async (done) => {
  while (!done()) await new Promise(setImmediate);
};

/** A page at `path` with a link's token; `good` are the accounts of the tokens that the API knows. */
function portal(t, { path = "/console/portal", token = "", good = {}, embedded = false, origins = [] } = {}) {
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
    const session = { sessionId: "s", accountId: good[name], capabilities: ["read"], endsAt: new Date(Date.now() + 600_000).toISOString() };
    return Response.json({ ...session, ...swapped });
  });
  const session = new PortalSession({ origins }, () => {}, { embedded, arrived: { take: () => token } });
  return {
    session, sent, asked, parent,
    say: (message) => listeners.forEach((hear) => hear({ source: parent, ...message })),
    hear: (data) => tabs[0].onmessage({ data }),
    pass: (ms) => t.mock.timers.tick(ms),
  };
}

test("the token leaves the address at once, and is given once", () => {
  const history = { replaceState: (...told) => (history.told = told) };
  const arrived = new Arrival({ location: { pathname: "/console/portal", search: "", hash: "#token=rps_x&theme=dark" }, history });
  assert.deepEqual(history.told, [null, "", "/console/portal"]);
  assert.equal(arrived.theme, "dark");
  assert.deepEqual([arrived.take(), arrived.take()], ["rps_x", ""]);
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

test("text on any colour has a contrast of 4.5:1", () => {
  for (const colour of ["#000000", "#ffffff", "#0a7d4f", "#ffd400", "#757575", "#777777", "#ff0000"]) {
    const [lighter, darker] = [luminanceOf(colour), inkOn(colour) === "#fff" ? 1 : 0].sort((one, other) => other - one);
    assert.ok((lighter + 0.05) / (darker + 0.05) >= 4.5, colour);
  }
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
