/* The session of a platform's customer: its token is in this page's memory alone, and gone with the page. */
import { arrival } from "./arrival.js";
import { accountIn } from "./mode.js";
import { portalSession } from "./remote.js";
import { FromParent, FromTabs } from "./ways.js";

const RENEW_BEFORE_MS = 60_000;
// Timers of browsers take no more.
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/**
 * What the pages know as `Session`, for a portal. `onChange(what)` is called when it begins, is renewed, is about to end or
 * ends; `what` is "signed-out" where it was ended on purpose.
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
  #beginning = null;
  #answered = null;
  /** Stops and starts the clock of whoever waits for another token. */
  #clock = null;
  /** The tokens that are being checked. */
  #checking = new Set();
  /** The token that the API has refused: what comes in its place may end earlier. */
  #refused = "";
  #looks;
  #wanting = false;
  #timers = [];

  why = "";
  /** Whether it is about to end, and no other has come. */
  ending = false;
  /** Whether another tab goes on with this session. */
  handedOn = false;
  /** Whether somebody has asked again, and waits. */
  retrying = false;

  /** `looks` are those of this tab, `mine()`, for the tabs that have their session from here, who `take(looks)`. */
  constructor(
    { origins = [] },
    onChange = () => {},
    { embedded = window.parent !== window, arrived = arrival, looks = { mine() {}, take() {} } } = {},
  ) {
    this.#onChange = onChange;
    this.#looks = looks;
    this.#arrived = arrived.take();
    this.embedded = embedded;
    const take = (token, theirs) => this.#take(token, theirs);
    this.#way = embedded ? new FromParent(origins, take) : new FromTabs({
      take,
      mine: () => ({
        token: this.#token, accountId: this.#account, sessionId: this.#session?.sessionId ?? "", looks: this.#looks.mine(),
      }),
      over: (sessionId) => sessionId === this.#session?.sessionId && this.active && this.#close(),
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
    if (this.#arrived) await this.#begun();
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
    // Ended on purpose: nobody asks for another.
    if (!refused) return false;
    // Another request may have met the same before, and what came since is good.
    if (await portalSession("GET", refused)) return true;
    this.#refused = refused;
    if (refused !== this.#token || (await this.#asked())) return this.active;
    this.#forget("over");
    return false;
  }

  /** Ask again, because somebody wants to. */
  async retry() {
    if (this.retrying) return;
    this.#set({ retrying: true });
    try {
      await (this.why === "offline" ? this.finish() : this.#asked());
    } finally {
      this.#set({ retrying: false });
    }
  }

  /**
   * Another link has come to this page. Without a session, and with nothing to keep, it is begun with; else (`keeping`) it
   * is taken if it lets in the same person.
   */
  async arrive(token, { keeping = false } = {}) {
    await this.#beginning;
    if (keeping || this.active) {
      const wanting = this.#wanting;
      this.#wanting = true;
      const taken = await this.#take(token, undefined, this.embedded ? "GET" : "POST");
      if (!taken && this.#wanting) this.#wanting = wanting;
      return;
    }
    this.#session = null;
    this.#arrived = token;
    await this.#begun();
  }

  /** Another is wanted again, after it was ended on purpose. */
  want() {
    this.#wanting = true;
  }

  /** End it, here and in the other tabs. */
  async end() {
    const token = this.#token;
    const sessionId = this.#session?.sessionId;
    this.#close();
    this.#way.ended(sessionId);
    if (token) await portalSession("DELETE", token).catch(() => {});
  }

  get #account() {
    return this.#session?.accountId ?? accountIn(location.pathname);
  }

  #begun() {
    this.#beginning = this.#begin();
    return this.#beginning;
  }

  async #begin() {
    try {
      // As a page of its own it leaves the link behind in the browser's history: from now on that is worth nothing.
      const session = await portalSession(this.embedded ? "GET" : "POST", this.#arrived);
      if (session) this.#keep(session.token ?? this.#arrived, session);
      else this.#set({ why: "link" });
      this.#arrived = "";
      // Another tab may be what it was opened for.
      if (session) this.#way.tell();
    } catch {
      this.#set({ why: "offline" });
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
    const stop = () => clearTimeout(timer);
    const came = await new Promise((resolve) => {
      const start = () => {
        stop();
        timer = setTimeout(() => resolve(false), this.#way.answersWithin);
      };
      this.#answered = resolve;
      this.#clock = { start, stop };
      start();
      this.#way.ask();
    });
    stop();
    this.#clock = null;
    return came;
  }

  /**
   * Take a token that somebody offers, if one is wanted, it is good, and it lets in the same person. The way has its time
   * for the offer; what the API takes to check it does not count. `method` "POST" takes another in its place.
   */
  async #take(token, looks, method = "GET") {
    if (!this.#wanting || !token || token === this.#token || this.#checking.has(token)) return false;
    this.#checking.add(token);
    this.#clock?.stop();
    try {
      const session = await portalSession("GET", token).catch(() => null);
      if (!session || !this.#fits(session)) return false;
      const mine = method === "GET" ? session : await portalSession(method, token).catch(() => null);
      if (!mine || !this.#wanting) return false;
      const first = this.#session === null;
      this.#keep(mine.token ?? token, mine);
      if (first) this.#looks.take(looks);
      return true;
    } finally {
      this.#checking.delete(token);
      if (this.#checking.size === 0) this.#clock?.start();
    }
  }

  /** Whether a session may go on in the place of the one that is, or was, here. */
  #fits(session) {
    const before = this.#session;
    if (!before) return this.embedded || session.accountId === this.#account;
    if (session.accountId !== before.accountId || (session.user ?? "") !== this.user) return false;
    const counts = this.active && this.#token !== this.#refused;
    return !counts || Date.parse(session.endsAt) >= Date.parse(before.endsAt);
  }

  #keep(token, session) {
    this.#token = token;
    this.#session = { ...session, token: undefined };
    this.#wanting = false;
    this.#schedule(session.left);
    this.#set({ why: "", ending: false, handedOn: false });
    this.#answered?.(true);
  }

  /** It was ended on purpose, here or in another tab: none is asked for, and what is shown goes. */
  #close() {
    this.#wanting = false;
    this.#forget("closed", "signed-out");
  }

  #forget(why, what = undefined) {
    this.#timers.forEach(clearTimeout);
    this.#token = "";
    this.#set({ why, ending: false }, what);
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

  #set(changes, what = undefined) {
    Object.assign(this, changes);
    this.#onChange(what);
  }
}
