/* A page of the portal, where there is no browser. */
import { PortalSession } from "../src/portal/session.js";

/** Wait for what other turns bring about. */
export const until = async (done) => {
  while (!done()) await new Promise(setImmediate);
};

/** A page at `path` with a link's token; `good` are the accounts of the tokens that the API knows. */
export function portal(t, { path = "/console/portal", token = "", good = {}, embedded = false, origins = [], slow = () => {}, looks } = {}) {
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
