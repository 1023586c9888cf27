/* The ways to another token: the page that this one is embedded in, or another tab of this browser. */
import { channel } from "../storage.js";

/** How long the embedding page has, which may have to ask its own server. */
const PARENT_ANSWERS_MS = 10_000;
const TABS_ANSWER_MS = 500;

/**
 * From the page that embeds this one, of one of these `origins`: it is told that a token is wanted, which is nothing secret,
 * and answers with one. `take(token)` gets it.
 */
export class FromParent {
  answersWithin = PARENT_ANSWERS_MS;

  constructor(origins, take) {
    const allowed = origins.map((one) => (URL.canParse(one) ? new URL(one).origin : ""));
    window.addEventListener("message", ({ source, origin, data }) => {
      // Whoever has a handle on this window can send: only who embeds it, and may, is listened to.
      if (source !== window.parent || !allowed.includes(origin)) return;
      if (data?.type === "recado.token" && typeof data.token === "string") take(data.token);
    });
  }

  ask() {
    // To whoever it is: the page cannot know which of the allowed origins embeds it.
    window.parent.postMessage({ type: "recado.token-wanted" }, "*");
  }

  /** The embedding page has its token; nobody else waits for it. */
  tell() {}

  ended() {}
}

/**
 * From the other tabs of the portal. `mine()` is `{token, accountId, sessionId, looks}`, token "" for none; `take(token, looks)`
 * gets theirs; `over(sessionId)` is called when one of them has ended a session; `helped()` when one goes on with what this
 * one has arrived with.
 */
export class FromTabs {
  answersWithin = TABS_ANSWER_MS;
  #channel;
  #mine;
  /** The id of the session that this tab was opened with, as long as it goes on with that itself; else "". */
  #told = "";

  constructor({ mine, take, over, helped }) {
    this.#mine = mine;
    this.#channel = channel("recado.portal", async (message) => {
      const { token, accountId } = mine();
      const { fresh = false } = message ?? {};
      if (message?.type === "wanted" && token && message.accountId === accountId) this.#say(false);
      if (message?.type === "session" && message.accountId === accountId && (await take(message.token, message.looks))) {
        // This tab is the one that works: nothing that it has arrived with helps another any more.
        this.#told = "";
        this.#channel.post({ type: "taken", fresh, sessionId: mine().sessionId });
      }
      if (message?.type === "ended") over(message.sessionId);
      if (message?.type === "taken" && fresh && this.#told && message.sessionId === this.#told) helped();
    });
  }

  ask() {
    this.#channel.post({ type: "wanted", accountId: this.#mine().accountId });
  }

  /** Tell of a session that has just come: others may wait for it. */
  tell() {
    this.#told = this.#mine().sessionId;
    this.#say(true);
  }

  ended(sessionId) {
    this.#channel.post({ type: "ended", sessionId });
  }

  #say(fresh) {
    this.#channel.post({ type: "session", fresh, ...this.#mine() });
  }
}
