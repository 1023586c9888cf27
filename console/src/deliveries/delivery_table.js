/* The rows of the delivery log: a table where there is room, cards on phones. */
import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { keyOf } from "../choosing/plan.js";
import { paths } from "../addresses/paths.js";
import { t } from "../language/texts.js";
import { duration, shortTime } from "../language/times.js";
import { failureName } from "./attempt_error.js";
import { deliveryBadges, whatNext } from "./delivery_status.js";
import { eventName as breakable } from "../events/event_name.js";
import { time } from "../parts/time.js";

const COLUMNS = ["time", "event", "status", "latency", "code", "next"];
const NAMED_COLUMNS = ["time", "event", "webhook", ...COLUMNS.slice(2)];

/**
 * Deliveries as the API lists them. `webhookOf(delivery)` is the webhook of one (undefined while it is loading); `named`
 * shows which it is; `box(delivery, name)` draws what selects a row, null where none can be.
 */
export function deliveryTable(deliveries, { account, webhookOf, named, box }) {
  const columns = named ? NAMED_COLUMNS : COLUMNS;
  return html`
    <div class="table-frame">
      <table class="cards deliveries">
        <thead><tr>${box ? html`<th scope="col"><span class="visually-hidden">${t("choosing.column")}</span></th>` : nothing}${columns.map((name) => html`<th scope="col">${t(`deliveries.column_${name}`)}</th>`)}</tr></thead>
        <tbody>${repeat(deliveries, keyOf, (delivery) =>
          row(delivery, { account, webhook: webhookOf(delivery), named, box }))}</tbody>
      </table>
    </div>
  `;
}

function row(delivery, { account, webhook, named, box }) {
  const { deliveryId, webhookId, webhookName, eventName, eventId, timestamp } = delivery;
  return html`
    <tr>
      ${box ? html`<td class="column-choose">${box(delivery, `${eventName}, ${shortTime(timestamp, { seconds: true })}`)}</td>` : nothing}
      ${cell("time", time(timestamp, "row"))}
      <th scope="row">
        <a href=${paths.delivery(account, webhookId, deliveryId)}>${breakable(eventName)}</a>
        <span class="event-id">${eventId}</span>
      </th>
      ${named ? cell("webhook", html`<a href=${paths.webhook(account, webhookId)}>${webhookName}</a>`) : nothing}
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
