/* A time in the page. */
import { html } from "lit-html";
import { dateTime, exactTime, relativeTime, shortTime } from "../times.js";

const FORMS = { full: dateTime, short: shortTime, relative: relativeTime };

/** A time: `form` "full", "short" or "relative"; hovering tells the exact time, also in UTC. */
export function time(iso, form = "full") {
  return html`<time datetime=${iso} title=${exactTime(iso)}>${FORMS[form](iso)}</time>`;
}
