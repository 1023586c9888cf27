/* What the frame around the pages shows in a portal: the platform's mark, and what to do where there is no session. */
import { html, nothing } from "lit-html";
import { t } from "../language/texts.js";
import { mark } from "../parts/icons.js";
import { notice } from "../parts/notice.js";

/** The platform's logo; Recado's mark where it has given neither logo nor name. */
export function portalMark({ name, logo }) {
  if (logo) return html`<img class="brand-logo" src=${logo} alt="">`;
  return name ? nothing : mark();
}

/** That the session is about to end, has ended, or goes on in another tab: the page stays as it is meanwhile. */
export function portalNotices(app) {
  const { session, state: { phase } } = app;
  if (phase !== "page") return nothing;
  if (session.ending) return notice("warn", t("portal.ending_title"), whatNext(app), action(app));
  if (!session.active) return notice("warn", t(titleOf(session)), whatNext(app), action(app));
  return session.handedOn ? notice("ok", t("portal.handed_on_title"), t("portal.handed_on_body")) : nothing;
}

/** What stands where there is no session, and so no page. */
export function portalEntrance(app) {
  const { session } = app;
  const closed = session.why === "closed";
  return html`<section class="centred">
    <h1 tabindex="-1">${t(titleOf(session))}</h1>
    <p>${session.why === "offline" ? t("failure.offline_hint") : closed ? t("portal.closed_body") : whatNext(app, { empty: true })}</p>
    ${closed ? nothing : action(app, { empty: true })}
  </section>`;
}

/** The key of what is said where there is no session. */
export function titleOf({ why }) {
  return { "": "portal.none_title", offline: "failure.offline", closed: "portal.closed_title", link: "portal.link_title" }[why] ?? "portal.over_title";
}

/** What brings another session; on a page without anything on it nothing needs to be kept. */
function whatNext({ portal, session }, { empty = false } = {}) {
  const way = session.embedded ? "embedded" : !portal.refreshUrl ? "back" : empty ? "here" : "tab";
  return html`${t(`portal.${way}_body`)} ${empty ? nothing : t("portal.kept")}`;
}

function action({ portal, session }, { empty = false } = {}) {
  if (session.embedded || session.why === "offline") {
    return html`<button type="button" aria-disabled=${session.retrying ? "true" : "false"}
      @click=${() => session.retry()}>${t("state.try_again")}</button>`;
  }
  if (!portal.refreshUrl) return nothing;
  if (empty) return html`<a class="button" href=${portal.refreshUrl} rel="noreferrer">${t("portal.open")}</a>`;
  // It lands here again, with another link, and hands its session to this tab.
  return html`<a class="button" href=${portal.refreshUrl} target="_blank" rel="noopener noreferrer" @click=${() => session.want()}>${t("portal.renew")}</a>`;
}
