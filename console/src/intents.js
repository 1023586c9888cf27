/* Twice is once: what is asked for again, because nobody knows whether it was heard, is asked for under the same key. */

// Whoever asks for the same after this wants it a second time: they have seen meanwhile how things stand.
const KEPT_MS = 10 * 60_000;

/**
 * The keys of requests whose outcome is not known. `newKey()` makes one, `now()` is the time in milliseconds.
 */
export class Intents {
  #kept = new Map();
  #newKey;
  #now;

  constructor({ newKey = () => crypto.randomUUID(), now = Date.now } = {}) {
    this.#newKey = newKey;
    this.#now = now;
  }

  /** The key to ask under for `meant`, a text that tells path and body: the one of before, unless that was settled. */
  keyOf(meant) {
    const before = this.#kept.get(meant);
    const key = before && this.#now() - before.at < KEPT_MS ? before.key : this.#newKey();
    this.#kept.set(meant, { key, at: this.#now() });
    return key;
  }

  /** It was answered: the same request is from now on another intent. */
  settle(meant) {
    this.#kept.delete(meant);
  }
}

/** Whether a request that failed with this `ApiError` may have had its effect all the same, or may have it yet. */
export function isOpen({ kind, status, retryAfter }) {
  return kind === "offline" || status >= 500 || isUnderWay({ status, retryAfter });
}

/** Whether the first request under this key is being worked on still. */
export function isUnderWay({ status, retryAfter }) {
  return status === 409 && Boolean(retryAfter);
}
