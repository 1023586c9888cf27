/* The rows of the delivery log: a table where there is room, cards on phones. */
import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { paths } from "../paths.js";
import { t } from "../texts.js";
import { duration } from "../times.js";
import { failureName } from "./attempt_error.js";
import { deliveryBadges, whatNext } from "./delivery_status.js";
import { eventName as breakable } from "./event_name.js";
import { time } from "./time.js";

const COLUMNS = ["time", "event", "status", "latency", "code", "next"];

/** Deliveries of `webhook` (undefined while it is loading), as the API lists them. */
export function deliveryTable(deliveries, { account, webhook }) {
  return html`
    <div class="table-frame">
      <table class="cards deliveries">
        <thead><tr>${COLUMNS.map((name) => html`<th scope="col">${t(`deliveries.column_${name}`)}</th>`)}</tr></thead>
        <tbody>${repeat(deliveries, ({ deliveryId }) => deliveryId, (delivery) => row(delivery, account, webhook))}</tbody>
      </table>
    </div>
  `;
}

function row(delivery, account, webhook) {
  const { deliveryId, webhookId, eventName, eventId, timestamp } = delivery;
  return html`
    <tr>
      ${cell("time", time(timestamp, "short"))}
      <th scope="row">
        <a href=${paths.delivery(account, webhookId, deliveryId)}>${breakable(eventName)}</a>
        <span class="event-id">${eventId}</span>
      </th>
      ${cell("status", deliveryBadges(delivery))}
      ${cell("latency", delivery.latencyMs === undefined ? nothing : duration(delivery.latencyMs), "number")}
      ${cell("code", answer(delivery))}
      ${cell("next", whatNext(delivery, webhook), "next")}
    </tr>
  `;
}

/** A cell; one without content has no line in a card. */
function cell(column, content, kind = "") {
  const empty = content === nothing;
  return html`<td class=${`column-${column} ${kind} ${empty ? "cell-empty" : ""}`} data-label=${t(`deliveries.column_${column}`)}>${
    empty ? html`<span class="none">${t("deliveries.none")}</span>` : html`<div>${content}</div>`}</td>`;
}

/** The status code that came, what kept one from coming, or nothing yet. */
function answer(delivery) {
  const { statusCode } = delivery;
  const failed = failureOf(delivery);
  if (statusCode === undefined && !failed) return nothing;
  return html`${statusCode === undefined ? nothing : html`<code class="number">${statusCode}</code> `}${failed
    ? html`<span class="failed">${failed}</span>`
    : nothing}`;
}

/** Why it failed, or that it was in a POST that failed as a whole; "" for neither. */
function failureOf({ error, refusedWith }) {
  if (error) return failureName(error);
  return refusedWith ? t("deliveries.refused_with", { count: refusedWith }) : "";
}
