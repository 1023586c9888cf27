/* The browser's storage and channels, which it may refuse: pages inside those of another site, and settings of privacy. */

/**
 * `name` ("localStorage" or "sessionStorage") with `getItem`, `setItem` and `removeItem` that never throw: what the browser
 * does not keep is kept in memory, until the page is left.
 */
export function sheltered(name) {
  const memory = new Map();
  const attempt = (use) => {
    try {
      return use(globalThis[name]);
    } catch {
      // Refused, full, or not there.
      return undefined;
    }
  };
  return {
    getItem: (key) => memory.get(key) ?? attempt((area) => area.getItem(key)) ?? null,
    setItem(key, value) {
      memory.delete(key);
      const kept = attempt((area) => {
        area.setItem(key, value);
        return true;
      });
      if (!kept) memory.set(key, value);
    },
    removeItem(key) {
      memory.delete(key);
      attempt((area) => area.removeItem(key));
    },
  };
}

/** What belongs to this tab. */
export const tabStorage = sheltered("sessionStorage");

/** What belongs to this browser. */
export const browserStorage = sheltered("localStorage");

/** The channel of this name to the other tabs: `{post(message), close()}`; `hear(message)` gets theirs. Silent where there is none. */
export function channel(name, hear) {
  try {
    const opened = new BroadcastChannel(name);
    opened.onmessage = ({ data }) => hear(data);
    return { post: (message) => opened.postMessage(message), close: () => opened.close() };
  } catch {
    return { post() {}, close() {} };
  }
}
