/* What happened to a delivery, in order, and what is still to come. */
import { html, nothing } from "lit-html";
import { t } from "../texts.js";
import { duration } from "../times.js";
import { failureClassName } from "./attempt_error.js";
import { icon } from "./icons.js";
import { time, upcoming } from "./time.js";

/** The timeline of a delivery as the API shows one; `webhook` is undefined while it is loading. */
export function deliveryTimeline(delivery, webhook) {
  return html`<ol class="timeline">${[...past(delivery), ...end(delivery, webhook)].map(step)}</ol>`;
}

function past(delivery) {
  const { createdAt, timestamp, attempts, lastAttemptAt } = delivery;
  // A redelivery begins its seven days anew, and the API tells the last beginning alone.
  const queuedAgain = attempts > 1 || createdAt > lastAttemptAt;
  return [
    { kind: "info", at: timestamp, text: t("delivery.happened") },
    { kind: "info", at: createdAt, text: t(queuedAgain ? "delivery.arrived_or_queued" : "delivery.arrived") },
    ...(lastAttemptAt ? [attempt(delivery, attempts)] : []),
  ];
}

function attempt({ lastAttemptAt, latencyMs, statusCode, error }, count) {
  const latency = duration(latencyMs ?? 0);
  const text = t("delivery.attempted", { count });
  if (!error) return { kind: "ok", at: lastAttemptAt, text, more: t("delivery.attempted_ok", { code: String(statusCode), latency }) };
  return { kind: "bad", at: lastAttemptAt, text, more: html`${t("delivery.attempted_failed", { latency })}: ${failureClassName(error.failureClass)}` };
}

function end({ status, finishedAt, expiresAt, waiting, error }, webhook) {
  switch (status) {
    case "DELIVERED":
      return [{ kind: "ok", at: finishedAt, text: t("delivery.delivered") }];
    case "EXPIRED":
      return [{ kind: "bad", at: finishedAt, text: t("delivery.expired"), more: t("delivery.expired_why") }];
    case "SKIPPED":
      return [{ kind: "off", at: finishedAt, text: t("delivery.skipped"), more: t("delivery.skipped_why") }];
    default:
      return [
        { kind: error ? "warn" : "wait", text: t("delivery.waiting"), more: webhook ? t(`waiting.${reason(webhook)}`) : nothing, future: true },
        ...(waiting?.nextAttemptAt ? [{ kind: "wait", at: waiting.nextAttemptAt, text: t("delivery.next_attempt"), relative: true, future: true }] : []),
        { kind: "none", at: waiting?.expiresAt ?? expiresAt, text: t("delivery.expires"), future: true },
      ];
  }
}

/** What the backlog waits for; as waiting_reason of layers/core/recado/rules/webhook/waiting.py, which speaks English only. */
function reason({ status, health }) {
  if (status !== "ACTIVE") return status.toLowerCase();
  return health.state === "FAILING" && health.lastError ? "failing" : "next";
}

function step({ kind, at, text, more = nothing, relative = false, future = false }) {
  return html`
    <li class="step step-${kind} ${future ? "step-future" : ""}">
      ${icon(kind)}
      <div class="step-text">
        <strong>${text}</strong>
        ${at ? html`<span class="step-time">${time(at)}${relative ? html` (${upcoming(at)})` : nothing}</span>` : nothing}
        ${more === nothing ? nothing : html`<span class="step-more">${more}</span>`}
      </div>
    </li>
  `;
}
