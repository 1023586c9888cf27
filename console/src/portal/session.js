/* The session of a platform's customer: its token is in this page's memory alone, and gone with the page. */
import { arrival } from "./arrival.js";
import { accountIn } from "./mode.js";
import { portalSession } from "./remote.js";
import { FromParent, FromTabs } from "./ways.js";

const RENEW_BEFORE_MS = 60_000;
// Timers of browsers take no more.
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/**
 * What the pages know as `Session`, for a portal. `onChange` is called when it begins, is renewed, is about to end or ends.
 * `why` tells, where there is none: "" (never was), "link" (what the link brought is over), "over", "closed" (signed out),
 * "offline" (nothing answered).
 */
export class PortalSession {
  #token = "";
  #session = null;
  #onChange;
  #way;
  #arrived;
  #asking = null;
  #answered = null;
  #wanting = false;
  #timers = [];

  why = "";
  /** Whether it is about to end, and no other has come. */
  ending = false;
  /** Whether another tab goes on with this session. */
  handedOn = false;

  constructor({ origins = [] }, onChange = () => {}, { embedded = window.parent !== window, arrived = arrival } = {}) {
    this.#onChange = onChange;
    this.#arrived = arrived.take();
    this.embedded = embedded;
    const take = (token) => this.#take(token);
    this.#way = embedded ? new FromParent(origins, take) : new FromTabs({
      take,
      mine: () => ({ token: this.#token, accountId: this.#account }),
      over: (sessionId) => sessionId === this.#session?.sessionId && this.active && this.#forget("closed"),
      helped: () => this.#set({ handedOn: true }),
    });
  }

  /** Whether there is a token; it may be over meanwhile. */
  get active() {
    return this.#token !== "";
  }

  /** Whom the platform says this is, or "". */
  get user() {
    return this.#session?.user ?? "";
  }

  /** As the API names who asked for something. */
  get subject() {
    return this.user ? `portal:${this.user}` : undefined;
  }

  /** The one account that it reaches. */
  get accounts() {
    return this.#session ? [this.#session.accountId] : [];
  }

  get isAdmin() {
    return false;
  }

  /** Whether it has a capability: "read", "write", "secrets" or "resend". It decides what is shown; the API decides what is allowed. */
  can(capability) {
    return this.#session?.capabilities.includes(capability) ?? false;
  }

  /** Begin with what the link brought; without it, or where that is over, with what the embedding page or another tab has. */
  async finish() {
    if (this.#arrived) await this.#begin();
    if (!this.active && this.why !== "offline") await this.#asked();
    return null;
  }

  /** The token, null where there is none. */
  async token() {
    return this.#token || null;
  }

  /** Get another token for one that was refused; false where none comes, and then the session is over. */
  async renew() {
    const refused = this.#token;
    // Another request may have met the same before, and what came since is good.
    if (refused && (await portalSession("GET", refused))) return true;
    if (refused !== this.#token || (await this.#asked())) return this.active;
    this.#forget("over");
    return false;
  }

  /** Ask again, because somebody wants to. */
  async retry() {
    if (this.why === "offline") return this.finish();
    return this.#asked();
  }

  /** Another is wanted again, after it was ended on purpose. */
  want() {
    this.#wanting = true;
  }

  /** End it, here and in the other tabs. */
  async end() {
    const token = this.#token;
    const sessionId = this.#session?.sessionId;
    this.#forget("closed");
    this.#wanting = false;
    this.#way.ended(sessionId);
    if (token) await portalSession("DELETE", token).catch(() => {});
  }

  get #account() {
    return this.#session?.accountId ?? accountIn(location.pathname);
  }

  async #begin() {
    try {
      // As a page of its own it leaves the link behind in the browser's history: from now on that is worth nothing.
      const session = await portalSession(this.embedded ? "GET" : "POST", this.#arrived);
      if (session) this.#keep(session.token ?? this.#arrived, session);
      else this.why = "link";
      this.#arrived = "";
      // Another tab may be what it was opened for.
      if (session) this.#way.tell();
    } catch {
      this.why = "offline";
    }
  }

  /** Ask for another token, once at a time; resolves to whether one came in time. One that comes later is taken as well. */
  #asked() {
    this.#wanting = true;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async #ask() {
    let timer;
    const came = await new Promise((resolve) => {
      this.#answered = resolve;
      timer = setTimeout(() => resolve(false), this.#way.answersWithin);
      this.#way.ask();
    });
    clearTimeout(timer);
    return came;
  }

  /** Take a token that somebody offers, if one is wanted, it is good, and it is one of the same account. */
  async #take(token) {
    if (!this.#wanting || !token || token === this.#token) return false;
    const session = await portalSession("GET", token).catch(() => null);
    const account = this.embedded ? this.#session?.accountId : this.#account;
    if (!session || !this.#wanting || (account !== undefined && session.accountId !== account)) return false;
    this.#keep(token, session);
    return true;
  }

  #keep(token, session) {
    this.#token = token;
    this.#session = { ...session, token: undefined };
    this.#wanting = false;
    this.#schedule(session.left);
    this.#set({ why: "", ending: false });
    this.#answered?.(true);
  }

  #forget(why) {
    this.#timers.forEach(clearTimeout);
    this.#token = "";
    this.#set({ why, ending: false });
  }

  /** Ask in time; of a short session early enough that it is not asked all the time. */
  #schedule(left) {
    this.#timers.forEach(clearTimeout);
    const before = Math.min(RENEW_BEFORE_MS, left / 2);
    const at = (wait, act) => setTimeout(act, Math.min(Math.max(wait, 0), LONGEST_WAIT_MS));
    this.#timers = [at(left - before, () => this.#early()), at(left, () => this.#late())];
  }

  async #early() {
    if (!(await this.#asked()) && this.active && this.#wanting) this.#set({ ending: true });
  }

  async #late() {
    if (!(await this.#asked()) && this.#wanting) this.#forget("over");
  }

  #set(changes) {
    Object.assign(this, changes);
    this.#onChange();
  }
}
