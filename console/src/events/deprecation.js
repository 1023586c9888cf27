/* That an event type is not to be subscribed to any more. */
import { html, nothing } from "lit-html";
import { sentence, t } from "../language/texts.js";
import { day } from "../language/times.js";
import { badge } from "../parts/badge.js";
import { eventName } from "./event_name.js";

/** A badge, since when, and what follows it: `{since, successor}` as the catalogue has it. */
export function deprecation({ since, successor }) {
  return html`<p class="deprecation">${badge("warn", t("events.deprecated", { since: day(since) }))}
    ${successor ? html`<span>${sentence("events.successor", { name: html`<code>${eventName(successor)}</code>` })}</span>` : nothing}</p>`;
}
