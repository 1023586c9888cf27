/* What tabs of one browser tell each other about the session. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Session } from "../../src/session/session.js";

const CONFIG = { clientId: "c", issuer: "https://login.example.com/", tokenUrl: "https://login.example.com/token", logoutUrl: "" };
const token = (claims) => `x.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.y`;
const kept = (changes = {}) => ({
  id: "one", turn: 0, since: 1000, accessToken: token({ sub: "ana" }), refreshToken: "r0", expiresAt: Date.now() + 3_600_000, user: "ana", ...changes,
});

/** A browser whose tabs hear each other at once: `tab(session)` opens one with what it keeps, and gives `{session, storage, changes}`. */
function browser(t) {
  const channels = new Set();
  const shared = new Map();
  const storageOf = (map) => ({
    getItem: (name) => map.get(name) ?? null, setItem: (name, value) => map.set(name, value),
    removeItem: (name) => map.delete(name), clear: () => map.clear(),
  });
  class Channel {
    constructor() {
      channels.add(this);
    }

    postMessage(data) {
      for (const other of channels) if (other !== this) other.onmessage({ data: structuredClone(data) });
    }
  }
  // Newer versions of Node.js have locks, whose turn comes later than a clock that a test sets forward.
  const given = { navigator: {}, BroadcastChannel: Channel, localStorage: storageOf(shared), location: { origin: "https://hooks.example.com", assign() {} } };
  for (const name of [...Object.keys(given), "sessionStorage"]) {
    const before = Object.getOwnPropertyDescriptor(globalThis, name);
    Object.defineProperty(globalThis, name, { value: given[name], configurable: true, writable: true });
    t.after(() => (before ? Object.defineProperty(globalThis, name, before) : delete globalThis[name]));
  }
  t.mock.timers.enable({ apis: ["setTimeout"] });
  return {
    shared,
    tab(session = null) {
      const map = new Map(session ? [["recado.session", JSON.stringify(session)]] : []);
      globalThis.sessionStorage = storageOf(map);
      const changes = [];
      return { session: new Session(CONFIG, (what) => changes.push(what)), changes };
    },
  };
}

test("a tab that asks gets the session of another, and nothing of it is in storage that tabs share", async (t) => {
  const { tab, shared } = browser(t);
  tab(kept());
  const { session, changes } = tab();
  assert.equal(session.active, false);
  await session.join();
  assert.deepEqual([session.active, session.user, changes], [true, "ana", ["begun"]]);
  assert.equal(shared.size, 0);
});

test("where no other tab has a session, one goes on without after half a second", async (t) => {
  const { tab } = browser(t);
  tab();
  const { session } = tab();
  const joined = session.join();
  t.mock.timers.tick(500);
  await joined;
  assert.equal(session.active, false);
});

test("signing out is told to every tab, and to one that was away", async (t) => {
  const { tab, shared } = browser(t);
  const [first, second] = [tab(kept()), tab(kept())];
  const end = first.session.end();
  assert.deepEqual([second.session.active, second.changes], [false, ["signed-out"]]);
  assert.equal(tab(kept()).session.active, false);
  assert.deepEqual([...shared.keys()], ["recado.signed_out_at"]);
  t.mock.timers.tick(3000);
  await end;
});

test("a tab whose session has ended takes over that of the same person alone", async (t) => {
  const { tab } = browser(t);
  const mine = tab(kept({ refreshToken: null }));
  const renewal = mine.session.renew();
  t.mock.timers.tick(500);
  assert.equal(await renewal, false);
  const other = tab(kept({ id: "two", accessToken: token({ sub: "bea" }) }));
  tab().session.join();
  assert.deepEqual([other.session.active, mine.session.active], [true, false]);
  tab(kept({ id: "three" }));
  tab().session.join();
  assert.equal(mine.session.active, true);
});

test("what another tab has renewed is taken over in place of a refresh token that was used", async (t) => {
  const { tab } = browser(t);
  t.mock.method(globalThis, "fetch", () => assert.fail("nothing is asked of the identity provider"));
  const late = tab(kept({ expiresAt: Date.now() + 600_000 }));
  tab(kept({ turn: 1, refreshToken: "r1", accessToken: token({ sub: "ana", n: 1 }) }));
  assert.equal(await late.session.renew(), true);
  assert.equal(await late.session.token(), token({ sub: "ana", n: 1 }));
});
