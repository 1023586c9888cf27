/* The frame around every page: header, navigation, menu, notices, and what is shown where there is no page. */
import { LANGUAGES } from "#languages";
import { html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { announcer } from "./parts/announce.js";
import { icon, mark } from "./parts/icons.js";
import { notice } from "./parts/notice.js";
import { paths } from "./addresses/paths.js";
import { inPortal } from "./portal/mode.js";
import { portalEntrance, portalMark, portalNotices } from "./portal/shell.js";
import { chooseTheme, chosenTheme, themeIsForced, THEMES } from "./language/preferences.js";
import { language, t } from "./language/texts.js";

/** The whole console. */
export function shell(app) {
  return html`
    <a class="skip-link" href="#main" @click=${skip}>${t("shell.skip")}</a>
    ${header(app)}
    <main id="main" class="page" tabindex="-1">${notices(app)}${content(app)}</main>
    ${announcer()}
  `;
}

function skip(event) {
  // By hand, because a fragment in the address would be taken for a page.
  event.preventDefault();
  document.getElementById("main").focus();
}

function header(app) {
  const { account, phase } = app.state;
  const inAccount = account && (app.session.active || phase === "page");
  return html`
    <header class="top">
      <div class="top-inner">
        <a class="brand" href=${paths.home()}>${app.portal ? portalMark(app.portal) : mark()}<span>${app.name}</span></a>
        ${inAccount ? html`${app.portal ? nothing : accountPicker(app)}${navigation(account)}` : nothing}
        <div class="top-end">${menu(app)}</div>
      </div>
    </header>
  `;
}

function navigation(account) {
  const here = location.pathname;
  const links = [
    [paths.webhooks(account), t("nav.webhooks")],
    [paths.accountDeliveries(account), t("nav.deliveries")],
    [paths.activity(account), t("nav.activity")],
    [paths.alerts(account), t("nav.alerts")],
    [paths.eventTypes(account), t("nav.event_types")],
    [paths.receiving(account), t("nav.receiving")],
  ];
  return html`
    <nav class="top-nav" aria-label=${t("nav.label")}>
      ${links.map(([path, text]) => html`
        <a href=${path} aria-current=${here.startsWith(path) ? "page" : "false"}>${text}</a>`)}
    </nav>
  `;
}

function accountPicker(app) {
  const { account } = app.state;
  const accounts = app.session.accounts;
  // None are known once the session has ended.
  if (accounts.length < 2 && [account, undefined].includes(accounts[0])) {
    return html`<p class="account">
      <span class="account-label">${t("shell.account")}</span> <span>${account}</span></p>`;
  }
  const offered = accounts.includes(account) ? accounts : [account, ...accounts];
  return html`
    <label class="account">
      <span class="account-label">${t("shell.account")}</span>
      <select .value=${live(account)} @change=${(event) => app.switchAccount(event.target.value)}>
        ${offered.map((id) => html`<option value=${id} ?selected=${id === account}>${id}</option>`)}
      </select>
    </label>
  `;
}

function menu(app) {
  const signedIn = app.session?.active;
  return html`
    <button type="button" class="menu-button" popovertarget="menu">
      ${icon("person")}<span class="menu-user">${signedIn ? app.session.user : ""}</span>
      <span class="visually-hidden">${t("menu.label")}</span>${icon("chevron")}
    </button>
    <div id="menu" class="menu" popover>
      ${signedIn && app.session.user ? html`<p class="menu-signed-in">
        ${t("menu.signed_in_as")} <strong>${app.session.user}</strong></p>` : nothing}
      <label>${t("menu.language")}
        <select name="language" @change=${(event) => app.chooseLanguage(event.target.value)}>
          ${Object.entries(LANGUAGES).map(([code, { name, locale }]) => html`
            <option value=${code} lang=${locale} ?selected=${code === language()}>${name}</option>`)}
        </select>
      </label>
      ${themeIsForced() ? nothing : html`<label>${t("menu.theme")}
        <select name="theme" @change=${(event) => chooseTheme(event.target.value)}>
          ${THEMES.map((theme) => html`
            <option value=${theme} ?selected=${theme === chosenTheme()}>${t(`theme.${theme}`)}</option>`)}
        </select>
      </label>`}
      ${signedIn ? html`<button type="button" class="secondary" @click=${() => app.signOut()}>
        ${t("menu.sign_out")}</button>` : nothing}
    </div>
  `;
}

function notices(app) {
  const { offline, phase } = app.state;
  const expired = phase === "page" && !app.portal && !app.session.active;
  return html`
    <div class="notices" role="alert">
      ${expired ? notice("warn", t(app.state.signedOut ? "signed_out.title" : "expired.title"), t("expired.body"), html`
        <button type="button" @click=${() => app.signIn()}>${t("expired.sign_in")}</button>`) : nothing}
      ${app.portal ? portalNotices(app) : nothing}
      ${offline ? notice("warn", t("offline.title"), t("offline.body")) : nothing}
    </div>
  `;
}

function content(app) {
  const { phase, page } = app.state;
  if (phase === "page" || phase === "open") return page.view();
  const show = {
    starting, unreachable, unconfigured, broken,
    "signed-out": app.portal ? portalEntrance : welcome, "no-accounts": noAccounts, "not-found": notFound, "no-access": noAccess,
  };
  return show[phase](app);
}

function starting() {
  return html`<p class="loading" role="status">${t("state.loading")}</p>`;
}

function unreachable(app) {
  return centred(t("unreachable.title"), html`<p>${t("unreachable.body")}</p>
    <button type="button" @click=${() => again(app)}>${t("state.try_again")}</button>`);
}

function again(app) {
  // Only this page holds what a portal's link brought: loaded anew it would be without.
  if (inPortal()) app.connect();
  else location.reload();
}

function broken() {
  return centred(t("broken.title"), html`<p>${t("broken.body")}</p>
    <button type="button" @click=${() => location.reload()}>${t("broken.reload")}</button>`);
}

function unconfigured() {
  return centred(t("unconfigured.title"), html`<p>${t("unconfigured.body")}</p>`);
}

function welcome(app) {
  const { problem, signedOut } = app.state;
  const deep = location.pathname !== "/console" && location.pathname !== "/console/";
  return centred(t("welcome.title"), html`
    ${problem ? notice("bad", t("welcome.failed"), signInProblem(problem)) : nothing}
    ${signedOut ? notice("info", t("signed_out.title")) : nothing}
    <p>${deep ? t("welcome.deep") : t("welcome.body")}</p>
    <button type="button" @click=${() => app.signIn()}>${t("welcome.sign_in")}</button>
  `);
}

function signInProblem({ reason, detail }) {
  if (reason === "state") return t("welcome.failed_state");
  if (reason === "network") return t("welcome.failed_network");
  if (reason === "access_denied") return t("welcome.failed_denied");
  return t("welcome.failed_other", { reason: [reason, detail].filter(Boolean).join(": ") });
}

function noAccounts(app) {
  return centred(t("no_accounts.title"), html`
    <p>${t("no_accounts.body", { user: app.session.user })}</p>
    <p>${t("no_accounts.what_to_do")}</p>
    <button type="button" @click=${() => app.signIn()}>${t("expired.sign_in")}</button>
    ${app.session.isAdmin ? adminEntry(app) : nothing}
  `);
}

function adminEntry(app) {
  const go = (event) => {
    event.preventDefault();
    const accountId = new FormData(event.target).get("account").trim();
    if (accountId) app.switchAccount(accountId);
  };
  return html`
    <form class="inline-form" @submit=${go}>
      <label>${t("no_accounts.admin_label")} <input name="account" autocomplete="off" required></label>
      <button type="submit">${t("no_accounts.admin_open")}</button>
    </form>
  `;
}

function notFound() {
  return centred(t("not_found.title"), html`<p>${t("not_found.body")}</p>
    <p><a href=${paths.home()}>${t("not_found.home")}</a></p>`);
}

function noAccess(app) {
  const { account } = app.state;
  return centred(t("no_access.title", { account }), html`<p>${app.portal ? t("portal.other_account") : t("no_access.body", { account, user: app.session.user })}</p>
    <p><a href=${paths.home()}>${t("not_found.home")}</a></p>`);
}

function centred(title, body) {
  return html`<section class="centred"><h1 tabindex="-1">${title}</h1>${body}</section>`;
}
