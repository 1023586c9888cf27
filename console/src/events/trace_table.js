/* What became of an event at each webhook: a table where there is room, cards on phones. */
import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { sentencesOf } from "./trace.js";
import { paths } from "../addresses/paths.js";
import { sentence, t } from "../language/texts.js";
import { attemptSummary } from "../deliveries/attempt_error.js";
import { badge } from "../parts/badge.js";
import { pretty } from "../parts/code_block.js";
import { time, upcoming } from "../parts/time.js";

const COLUMNS = ["webhook", "outcome", "why", "next"];
const BADGES = {
  DELIVERED: "ok", PENDING: "wait", SET_ASIDE: "warn", SKIPPED: "off", CANCELLED: "off", EXPIRED: "bad", FILTERED: "off",
  WAITS_FOR_DRAIN: "wait", NOT_REGISTERED: "none", CREATED_LATER: "none", OFF: "off", UNKNOWN: "none",
};
const UNSETTLED = ["PENDING", "SET_ASIDE", "WAITS_FOR_DRAIN", "UNKNOWN"];
const MOST_SHOWN = 200;

/** Whether there may be more to tell of a webhook in a moment. */
export function isUnsettled({ outcome }) {
  return UNSETTLED.includes(outcome);
}

/** The webhooks of a traced event, as the API tells of them. */
export function traceTable(webhooks, account) {
  return html`
    <div class="table-frame">
      <table class="cards trace">
        <thead><tr>${COLUMNS.map((name) => html`<th scope="col">${t(`trace.column_${name}`)}</th>`)}</tr></thead>
        <tbody>${repeat(webhooks, ({ webhookId }) => webhookId, (webhook) => row(webhook, account))}</tbody>
      </table>
    </div>`;
}

function row(webhook, account) {
  const { webhookId, name, outcome, deliveryId, eventName } = webhook;
  const cell = (column, content) => html`<td data-label=${t(`trace.column_${column}`)} class=${content === nothing ? "cell-empty" : ""}><div>${
    content === nothing ? html`<span class="none">${t("deliveries.none")}</span>` : content}</div></td>`;
  return html`
    <tr>
      <th scope="row"><a href=${paths.webhook(account, webhookId)}>${name}</a>
        ${eventName ? html`<span class="event-id">${eventName}</span>` : nothing}</th>
      ${cell("outcome", html`${badge(BADGES[outcome] ?? "none", t(`trace.${outcome}`))}
        ${deliveryId ? html`<a class="trace-delivery" href=${paths.delivery(account, webhookId, deliveryId)}>${t("trace.delivery")}</a>` : nothing}`)}
      ${cell("why", why(webhook))}
      ${cell("next", next(webhook))}
    </tr>`;
}

function why({ detail, lastError, filter, value }) {
  return html`<p>${sentencesOf(detail)}</p>
    ${filter ? html`<p class="trace-filter">${sentence("trace.filter", {
      filter: html`<code>${filter}</code>`, value: html`<code>${shortened(value)}</code>`,
    })}</p>` : nothing}
    ${lastError ? html`<p class="failed">${attemptSummary(lastError)}</p>` : nothing}`;
}

function next({ nextAttemptAt, nextDrainAt, expiresAt }) {
  const parts = [
    nextAttemptAt && html`<p>${t("deliveries.next_attempt")} ${upcoming(nextAttemptAt)}</p>`,
    nextDrainAt && html`<p>${sentence("trace.next_drain", { at: time(nextDrainAt, "short") })}</p>`,
    expiresAt && html`<p class="muted">${sentence("trace.expires", { at: time(expiresAt, "short") })}</p>`,
  ].filter(Boolean);
  return parts.length ? parts : nothing;
}

function shortened(value) {
  const text = value === undefined ? "null" : pretty(value);
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}
