/* A time in the page. */
import { html } from "lit-html";
import { t } from "../language/texts.js";
import { dateTime, exactTime, relativeTime, shortTime } from "../language/times.js";

const FORMS = { full: dateTime, short: shortTime, row: (iso) => shortTime(iso, { seconds: true }), relative: relativeTime };

/** A time: `form` "full", "short", "row" (short with seconds) or "relative"; hovering tells the exact time, also in UTC. */
export function time(iso, form = "full") {
  return html`<time datetime=${iso} title=${exactTime(iso)}>${FORMS[form](iso)}</time>`;
}

/** When something will happen: how soon, or that it is about to, since a time that was read may have passed meanwhile. */
export function upcoming(iso) {
  return Date.parse(iso) > Date.now() ? time(iso, "relative") : t("time.now");
}
