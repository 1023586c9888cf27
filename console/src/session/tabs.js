/* What the tabs of one browser tell each other about the session, so that one sign-in serves them all. */

const CHANNEL = "recado.session";
const RENEWAL = "recado.session.renewal";
// When somebody last signed out in this browser: for tabs that were not there to be told.
const SIGNED_OUT_AT = "recado.signed_out_at";
const ANSWERED_WITHIN_MS = 500;
// Longer than one renewal takes, whatever becomes of it.
const TURN_WITHIN_MS = 20_000;

/**
 * The other tabs. A channel hands over the session to tabs of this origin alone, and nothing of it is stored; a browser
 * without channel, locks or storage, or one that refuses them, leaves each tab to itself.
 *
 * `held()` is the session to hand to a tab that asks, or null; `told(session)` is called with one that another tab has,
 * `ended(refreshToken)` when another has signed out, with the token that it has revoked already.
 */
export class Tabs {
  #channel;
  #told;
  #held;
  #ended;
  #signedOutAt = 0;
  #wakes = new Set();

  constructor({ held, told, ended }) {
    this.#held = held;
    this.#told = told;
    this.#ended = ended;
    this.#channel = quietly(() => new BroadcastChannel(CHANNEL)) ?? null;
    if (this.#channel) this.#channel.onmessage = ({ data }) => this.#hear(data);
    // A page that the browser had put aside for "back" has heard nothing meanwhile.
    globalThis.addEventListener?.("pageshow", ({ persisted }) => persisted && this.#ended());
  }

  /** When somebody last signed out in this browser, as `Date.now()` tells; 0 where nobody has. */
  get signedOutAt() {
    const stored = Number(quietly(() => localStorage.getItem(SIGNED_OUT_AT)) ?? 0) || 0;
    return Math.max(stored, this.#signedOutAt);
  }

  /** Ask the others for a session that `told` takes (it returns true then); resolves after half a second at most. */
  async ask() {
    if (!this.#channel) return;
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, ANSWERED_WITHIN_MS);
      this.#wakes.add(() => {
        clearTimeout(timer);
        resolve();
      });
      this.#post({ type: "wanted" });
    });
  }

  /** Tell the others of a session that is new, or was renewed. */
  tell(session) {
    this.#post({ type: "session", session });
  }

  /** Tell the others, and those that open later with what they kept, that sessions which began until `at` are over. */
  tellEnd(at, refreshToken) {
    this.#remember(at);
    quietly(() => localStorage.setItem(SIGNED_OUT_AT, String(at)));
    this.#post({ type: "ended", at, refreshToken });
  }

  /** Do what only one tab at a time may do. Rejects as `act` does, and where its turn does not come. */
  async alone(act) {
    const locks = quietly(() => globalThis.navigator.locks);
    if (!locks) return act();
    let begun = false;
    const inTurn = () => {
      begun = true;
      return act();
    };
    try {
      return await locks.request(RENEWAL, { signal: AbortSignal.timeout(TURN_WITHIN_MS) }, inTurn);
    } catch (error) {
      if (begun || error.name === "TimeoutError") throw error;
      return act();
    }
  }

  #hear(message) {
    if (message.type === "wanted") {
      const session = this.#held();
      if (session) this.tell(session);
    } else if (message.type === "session") {
      if (this.#told(message.session)) this.#wake();
    } else if (message.type === "ended") {
      this.#remember(message.at);
      this.#ended(message.refreshToken);
    }
  }

  #wake() {
    for (const wake of this.#wakes) wake();
    this.#wakes.clear();
  }

  #remember(at) {
    this.#signedOutAt = Math.max(this.#signedOutAt, at);
  }

  #post(message) {
    quietly(() => this.#channel?.postMessage(message));
  }
}

/** What `use()` returns; undefined where the browser has no such thing, or refuses it. */
function quietly(use) {
  try {
    return use();
  } catch {
    return undefined;
  }
}
