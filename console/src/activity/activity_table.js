/* What was done, a row each: a table where there is room, cards on phones. */
import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { paths } from "../addresses/paths.js";
import { sentence, t } from "../language/texts.js";
import { changeList } from "./changes.js";
import { person } from "../parts/person.js";
import { time } from "../parts/time.js";

const COLUMNS = ["when", "what", "details", "who", "where"];
/** What the product does without anybody having asked is done in this name. */
const RECADO = "recado";

/**
 * Activities as the API lists them, for `me`. `clients` are the stack's own, by id: the names of their texts. `names` are the
 * webhooks' names by id where those of several are listed, null on the page of one.
 */
export function activityTable(activities, { account, me, clients, names }) {
  return html`
    <div class="table-frame">
      <table class="cards activity">
        <thead><tr>${COLUMNS.map((name) => html`<th scope="col">${t(`activity.column_${name}`)}</th>`)}</tr></thead>
        <tbody>${repeat(activities, ({ activityId }) => activityId, (one) => row(one, { account, me, clients, names }))}</tbody>
      </table>
    </div>`;
}

function row(activity, { account, me, clients, names }) {
  const { at, kind, by, client, address } = activity;
  return html`
    <tr>
      ${cell("when", time(at, "full"))}
      <th scope="row">${t(`activity.${kind}`)}</th>
      ${cell("details", details(activity, account, names))}
      ${cell("who", html`${by === RECADO ? t("activity.recado") : person(by, me)}${client && client !== by ? html`
        <span class="activity-client">${clientText(client, clients)}</span>` : nothing}`)}
      ${cell("where", address ? html`<code>${address}</code>` : nothing)}
    </tr>`;
}

/** With what somebody has done it: one of the stack's own clients, or another by its id. */
function clientText(client, clients) {
  return Object.hasOwn(clients, client) ? t(clients[client]) : sentence("activity.client", { client: html`<code>${client}</code>` });
}

/** An act that concerns the account, and no webhook of it. */
const OF_ACCOUNT = "ALERT_ADDRESSES_CHANGED";

/** What it was done to, and what was changed. */
function details(activity, account, names) {
  const { webhookId, deliveryId, kind } = activity;
  const delivery = deliveryId && webhookId ? html`
    <a href=${paths.delivery(account, webhookId, deliveryId)}>${t("activity.delivery")}</a>` : nothing;
  const parts = [names && kind !== OF_ACCOUNT ? webhook(account, webhookId, names) : nothing, changeList(activity), delivery];
  return parts.every((part) => part === nothing) ? nothing : html`<div class="activity-more">${parts}</div>`;
}

/** Of a webhook that is not there any more its activity is. */
function webhook(account, webhookId, names) {
  if (!webhookId) return html`<span>${t("activity.no_webhook")}</span>`;
  const name = names.get(webhookId);
  return name
    ? html`<a href=${paths.webhook(account, webhookId)}>${name}</a>`
    : html`<a href=${paths.webhookActivity(account, webhookId)}><code>${webhookId}</code></a>`;
}

function cell(column, content) {
  const empty = content === nothing;
  return html`<td class=${`column-${column} ${empty ? "cell-empty" : ""}`} data-label=${t(`activity.column_${column}`)}>
    ${empty ? html`<span class="none">${t("deliveries.none")}</span>` : html`<div>${content}</div>`}</td>`;
}
