/* How a webhook stands, at a glance. */
import { html, nothing } from "lit-html";
import { sentence, t } from "../language/texts.js";
import { badge } from "../parts/badge.js";
import { time, upcoming } from "../parts/time.js";

/** "failing", "disabled", "retired", "idle" (active, and nothing was ever delivered) or "active". */
export function standing({ status, health, lastDeliveredAt, backlog }) {
  if (status !== "ACTIVE") return status.toLowerCase();
  if (health.state === "FAILING") return "failing";
  return lastDeliveredAt || backlog ? "active" : "idle";
}

/** How the events of an active webhook leave, and why so, as a sentence. */
export function laneText({ lane }) {
  return t(`lane.${lane.mode}`, { reasons: lane.reasons.map((reason) => t(`lane.${reason}`)).join(", ") });
}

const BADGES = { failing: "bad", disabled: "warn", retired: "off", idle: "none", active: "ok" };

/** The badge of a webhook's standing. */
export function statusBadge(webhook) {
  const how = standing(webhook);
  return badge(BADGES[how], t(`status.${how}`));
}

/** The badge, and what explains it. */
export function webhookStatus(webhook) {
  return html`<div class="status">${statusBadge(webhook)}${explanation(webhook)}</div>`;
}

function explanation(webhook) {
  const { offSince } = webhook;
  if (offSince) {
    const text = standing(webhook) === "disabled" ? "standing.off_automatically" : "standing.off_by_hand";
    return html`<span class="status-more">${sentence(text, { since: time(offSince, "short") })}</span>`;
  }
  if (standing(webhook) !== "failing") return nothing;
  const { failingSince, nextAttemptAt } = webhook.health;
  if (!failingSince) return nothing;
  return html`<span class="status-more">${sentence("status.failing_more", {
    since: time(failingSince, "short"), next: nextAttemptAt ? upcoming(nextAttemptAt) : "–",
  })}</span>`;
}

/** How many of its deliveries wait, in words. */
export function backlogText({ backlog }) {
  return backlog ? t("webhooks.backlog_waiting", { count: backlog }) : t("webhooks.none_waiting");
}
