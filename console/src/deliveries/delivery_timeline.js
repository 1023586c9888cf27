/* What happened to a delivery but for its attempts, in order, and what is still to come. */
import { html, nothing } from "lit-html";
import { sentence, t } from "../language/texts.js";
import { endOf, waits } from "./delivery_status.js";
import { icon } from "../parts/icons.js";
import { person } from "../parts/person.js";
import { time, upcoming } from "../parts/time.js";

/** The timeline of a delivery as the API shows one, for `me`; `webhook` is undefined while it is loading. */
export function deliveryTimeline(delivery, webhook, me) {
  const { timestamp, createdAt, redelivery, setAside } = delivery;
  const asked = redelivery ? [askedAgain(redelivery, me)] : [];
  const steps = [
    { kind: "info", image: "event", at: timestamp, text: t("delivery.happened") },
    { kind: "info", image: "arrived", at: createdAt, text: t("delivery.arrived") },
    ...(redelivery?.waiting ? [...end(delivery), ...asked] : [...asked, ...end(delivery)]),
    ...(setAside ? [{ kind: "warn", at: setAside.since, text: t("deliveries.set_aside") }] : []),
    ...(waits(delivery) ? ahead(delivery, webhook) : []),
  ];
  return html`<ol class="timeline">${steps.map(step)}</ol>`;
}

/** The API tells the last time alone. */
function askedAgain({ requestedAt, requestedBy }, me) {
  return { kind: "info", image: "refresh", at: requestedAt, text: t("delivery.asked_again"), more: sentence("delivery.asked_by", { who: person(requestedBy, me) }) };
}

function end(delivery) {
  const { finishedAt } = delivery;
  switch (endOf(delivery)) {
    case "DELIVERED":
      return [{ kind: "ok", at: finishedAt, text: t("delivery.delivered") }];
    case "EXPIRED":
      return [{ kind: "bad", at: finishedAt, text: t("delivery.expired"), more: t("delivery.expired_why") }];
    case "SKIPPED":
      return [{ kind: "off", at: finishedAt, text: t("delivery.skipped"), more: t("delivery.skipped_why") }];
    case "WITHDRAWN":
      return [{ kind: "off", at: finishedAt, text: t("delivery.cancelled"), more: t("delivery.withdrawn_why") }];
    case "UNSUBSCRIBED":
      return [{ kind: "off", at: finishedAt, text: t("delivery.cancelled"), more: t("delivery.unsubscribed_why") }];
    default:
      return [];
  }
}

function ahead({ expiresAt, waiting, setAside }, webhook) {
  return [
    { kind: webhook && fails(webhook) ? "warn" : "wait", text: t("delivery.waiting"), more: webhook ? t(`waiting.${reason(webhook, setAside)}`) : nothing, future: true },
    ...(waiting?.nextAttemptAt ? [{ kind: "wait", at: waiting.nextAttemptAt, text: t("delivery.next_attempt"), relative: true, future: true }] : []),
    { kind: "none", at: waiting?.expiresAt ?? expiresAt, text: t("delivery.expires"), future: true },
  ];
}

/** What the backlog, or a delivery that is set aside, waits for; as waiting_reason of layers/core/recado/rules/webhook/waiting.py, which speaks English only. */
function reason(webhook, setAside) {
  if (webhook.status !== "ACTIVE") return webhook.status.toLowerCase();
  if (setAside) return "aside";
  if (fails(webhook)) return "failing";
  return webhook.lane.reasons.includes("PACED") ? "paced" : "next";
}

function fails({ status, lane }) {
  return status === "ACTIVE" && lane.reasons.includes("FAILING");
}

function step({ kind, image = kind, at, text, more = nothing, relative = false, future = false }) {
  return html`
    <li class="step step-${kind} ${future ? "step-future" : ""}">
      ${icon(image)}
      <div class="step-text">
        <strong>${text}</strong>
        ${at ? html`<span class="step-time">${time(at)}${relative ? html` (${upcoming(at)})` : nothing}</span>` : nothing}
        ${more === nothing ? nothing : html`<span class="step-more">${more}</span>`}
      </div>
    </li>
  `;
}
