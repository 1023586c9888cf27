/* Storage and channels of the browser, which it may refuse. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { channel, sheltered } from "../src/storage.js";

test("storage and channels that a browser refuses cost nothing", (t) => {
  t.after(() => delete globalThis.refusing);
  Object.defineProperty(globalThis, "refusing", { configurable: true, get() { throw new Error("SecurityError"); } });
  const storage = sheltered("refusing");
  storage.setItem("a", "1");
  assert.equal(storage.getItem("a"), "1");
  storage.removeItem("a");
  assert.equal(storage.getItem("a"), null);
  const { BroadcastChannel } = globalThis;
  t.after(() => Object.assign(globalThis, { BroadcastChannel }));
  globalThis.BroadcastChannel = class {
    constructor() { throw new Error("SecurityError"); }
  };
  channel("x", () => {}).post("y");
});
