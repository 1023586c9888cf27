/* The console as a whole: session, navigation, and the page that is open. */
import { render } from "lit-html";
import { Api } from "./api.js";
import { loadConfig } from "./config.js";
import { Navigation } from "./addresses/navigation.js";
import { ask, closeDialogs } from "./parts/dialog.js";
import { paths } from "./addresses/paths.js";
import { match } from "./addresses/router.js";
import { arrival } from "./portal/arrival.js";
import { applyLooks, looksHere, takeLooks } from "./portal/looks.js";
import { apiRoot, inPortal, routed } from "./portal/mode.js";
import { notGranted } from "./portal/not_granted.js";
import { PortalSession } from "./portal/session.js";
import { titleOf } from "./portal/shell.js";
import { NEEDED, OPEN_ROUTES, ROUTES } from "./addresses/routes.js";
import { Session } from "./session/session.js";
import { shell } from "./shell.js";
import { tabStorage } from "./storage.js";
import { applyTheme, chosenLanguage, chosenTheme } from "./language/preferences.js";
import { chooseLanguage, t } from "./language/texts.js";

const DRAFT = "recado.draft";
const TITLES = {
  "signed-out": "welcome.sign_in", "no-accounts": "no_accounts.title", "not-found": "not_found.title",
  "no-access": "no_access.title", unreachable: "unreachable.title", unconfigured: "unconfigured.title",
  broken: "broken.title",
};

/** Holds the state that the shell shows, and opens pages. */
export class App {
  #root;
  #navigation;
  #drawing = false;
  #leaving = null;
  #signingIn = false;
  #letter;
  /** The stack's own clients at the identity provider, by their ids: the names of their texts. */
  #clients = {};

  /** What the shell shows besides the page. */
  state = { phase: "starting", page: null, context: null, problem: null, account: "", offline: !navigator.onLine };
  session = null;
  /** How the portal looks, where this is one: `{name, logo, colour, refreshUrl, origins}`; else null. */
  portal = null;
  api = null;

  /** `letter` is what the link of a mail said, for the page that is open to everybody. */
  constructor(root, { letter = null } = {}) {
    this.#root = root;
    this.#letter = letter;
  }

  /** Load the configuration, finish a sign-in that comes back, and show the page of the address. */
  async start() {
    this.redraw();
    for (const type of ["online", "offline"]) {
      window.addEventListener(type, () => this.#set({ offline: !navigator.onLine }));
    }
    const open = match(OPEN_ROUTES, location.pathname);
    if (open) return this.#set({ phase: "open", page: open.name({ t, redraw: () => this.redraw(), letter: this.#letter }) });
    return this.connect();
  }

  /** The part of the start that needs the deployment's answers; again where the first attempt has failed. */
  async connect() {
    this.#set({ phase: "starting" });
    const config = await loadConfig().catch(() => null);
    const [portal, canSignIn] = [inPortal(), config?.clientId && config.authorizationUrl && config.tokenUrl];
    if (!config || !(portal || canSignIn)) {
      this.#set({ phase: config ? "unconfigured" : "unreachable" });
      return;
    }
    this.#clients = { [config.cliClientId]: "activity.by_command", [config.clientId]: "activity.in_console" };
    const changed = (what) => this.#sessionChanged(what);
    this.session = portal ? this.#portalSession(config, changed) : new Session(config, changed);
    this.api = new Api(this.session, { root: apiRoot() });
    await this.#finishSignIn();
    if (!this.state.problem) await this.session.join?.();
    this.#navigation = new Navigation({
      open: (path, query) => this.#open(path, query),
      queryChanged: (query) => this.#queryChanged(query),
      mayLeave: () => this.#mayLeave(),
      unsaved: () => !this.#signingIn && this.#unsaved(),
    });
    this.#navigation.start();
  }

  #portalSession(config, changed) {
    this.portal = applyLooks(config.portal);
    const take = (looks) => takeLooks(looks).then(() => this.redraw());
    arrival.onAnother = () => this.#arrived();
    return new PortalSession(this.portal, changed, { looks: { mine: looksHere, take } });
  }

  /** Another link has come to this page; what is being edited stays. */
  async #arrived() {
    applyTheme(chosenTheme());
    await chooseLanguage(chosenLanguage());
    await this.session.arrive(arrival.take(), { keeping: this.#unsaved() });
    this.redraw();
  }

  /** Draw everything again, once, when the running code has ended. */
  redraw() {
    if (this.#drawing) return;
    this.#drawing = true;
    queueMicrotask(() => {
      this.#drawing = false;
      try {
        this.#draw();
      } catch (error) {
        this.#break(error);
      }
    });
  }

  /** Go to the sign-in page and come back to this address; what is being edited is kept for then. */
  async signIn() {
    const draft = this.state.page?.draft?.();
    if (draft) tabStorage.setItem(DRAFT, JSON.stringify({ path: location.pathname, draft }));
    this.#signingIn = true;
    await this.session.begin(location.pathname + location.search);
  }

  /** End the session, after asking if something would be lost. */
  async signOut() {
    if (!(await this.#mayLeave())) return;
    this.#close();
    await this.session.end();
    if (this.portal) this.#set({ phase: "signed-out" });
  }

  /** Whether the session has a capability: "read", "write", "secrets" or "resend". Who has signed in has them all. */
  can(capability) {
    return this.session.can?.(capability) ?? true;
  }

  /** What stands in place of the console's name. */
  get name() {
    return this.portal?.name || t("brand");
  }

  /** Go to another account's webhooks. */
  switchAccount(accountId) {
    return this.#navigation.navigate(paths.webhooks(accountId)).then(() => this.redraw());
  }

  /** Show another language. */
  async chooseLanguage(code) {
    await chooseLanguage(code);
    this.redraw();
  }

  #draw() {
    document.title = [this.#title(), this.name].filter(Boolean).join(" · ");
    render(shell(this), this.#root);
  }

  /** A defect of a page: it is closed, since what it had drawn by half cannot be trusted, and the reader is told. */
  #break(error) {
    console.error(error);
    const fresh = this.#root.cloneNode(false);
    this.#root.replaceWith(fresh);
    this.#root = fresh;
    this.#leaving?.abort();
    Object.assign(this.state, { page: null, context: null, phase: "broken" });
    this.#draw();
  }

  #title() {
    const { page, phase, account } = this.state;
    if (this.portal && phase === "signed-out") return t(titleOf(this.session));
    return page?.title() ?? (phase in TITLES ? t(TITLES[phase], { account }) : "");
  }

  async #finishSignIn() {
    try {
      const returnTo = await this.session.finish();
      if (returnTo !== null) history.replaceState(null, "", returnTo);
    } catch (error) {
      history.replaceState(null, "", "/console");
      this.state.problem = error;
    }
  }

  /** Another tab has signed in or out: what is shown follows, but what has been entered here stays. */
  #sessionChanged(what) {
    this.state.signedOut = what === "signed-out";
    const opens = this.state.phase === "signed-out" ? this.session?.active : this.state.signedOut;
    if (!opens || this.#unsaved()) return this.redraw();
    return this.#open(location.pathname, new URLSearchParams(location.search));
  }

  #open(path, query) {
    this.#close();
    const home = path.replace(/\/$/, "") === paths.home();
    const accounts = this.session.accounts;
    if (home && this.session.active && accounts.length > 0) {
      this.#navigation.navigate(paths.webhooks(accounts[0]), { replace: true, ask: false });
      return;
    }
    const found = home ? null : match(ROUTES, routed(path));
    this.state.account = found?.params.accountId ?? "";
    this.state.phase = this.#phase(home, found);
    if (this.state.phase === "page") this.#openPage(found, query);
    this.redraw();
    this.#focusPage();
  }

  #phase(home, found) {
    if (!this.session.active) return "signed-out";
    if (home) return "no-accounts";
    if (!found) return "not-found";
    const reached = this.session.isAdmin || this.session.accounts.includes(found.params.accountId);
    return reached ? "page" : "no-access";
  }

  #openPage({ name: page, params }, query) {
    this.#leaving = new AbortController();
    const context = {
      params,
      query,
      account: params.accountId,
      api: this.api,
      me: this.session.subject,
      clients: this.#clients,
      can: (capability) => this.can(capability),
      t,
      redraw: () => this.redraw(),
      navigate: (path, options) => this.#navigation.navigate(path, options),
      setQuery: (changes, options) => this.#navigation.setQuery(changes, options),
      signal: this.#leaving.signal,
      draft: takeDraft(),
    };
    Object.assign(this.state, { context, page: granted(context, page), problem: null });
  }

  #queryChanged(query) {
    if (!this.state.page?.queryChanged) return false;
    this.state.context.query = query;
    this.state.page.queryChanged();
    this.redraw();
    return true;
  }

  #close() {
    this.#leaving?.abort();
    closeDialogs();
    this.state.page?.leave?.();
    Object.assign(this.state, { page: null, context: null, phase: "starting" });
  }

  #unsaved() {
    return this.state.page?.unsaved?.() ?? false;
  }

  async #mayLeave() {
    if (!this.#unsaved()) return true;
    return ask({
      title: t("leave.title"), body: t("leave.body"), confirm: t("leave.confirm"), cancel: t("leave.stay"), danger: true,
    });
  }

  #focusPage() {
    // Not when the console is opened: there the browser starts at the top, as on any page.
    if (this.#leaving === null || !this.#root.contains(document.querySelector("h1"))) return;
    queueMicrotask(() => {
      window.scrollTo(0, 0);
      (this.#root.querySelector("main h1") ?? this.#root.querySelector("main"))?.focus();
    });
  }

  #set(changes) {
    Object.assign(this.state, changes);
    this.redraw();
  }
}

function granted(context, page) {
  const needed = NEEDED.get(page) ?? "read";
  return context.can(needed) ? page(context) : notGranted(context, needed);
}

function takeDraft() {
  const kept = JSON.parse(tabStorage.getItem(DRAFT) ?? "null");
  tabStorage.removeItem(DRAFT);
  return kept?.path === location.pathname ? kept.draft : null;
}
