/* How a webhook stands, at a glance. */
import { html, nothing } from "lit-html";
import { t } from "../texts.js";
import { badge } from "./badge.js";
import { time } from "./time.js";

/** "failing", "disabled", "retired", "idle" (active, and nothing was ever delivered) or "active". */
export function standing({ status, health, lastDeliveredAt, backlog }) {
  if (status !== "ACTIVE") return status.toLowerCase();
  if (health.state === "FAILING") return "failing";
  return lastDeliveredAt || backlog ? "active" : "idle";
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
  const { failingSince, nextAttemptAt } = webhook.health;
  switch (standing(webhook)) {
    case "failing":
      return html`<span class="status-more">
        ${failingSince ? html`${t("status.since")} ${time(failingSince, "short")}` : nothing}${nextAttemptAt ? html`,
        ${t("status.next_attempt")} ${time(nextAttemptAt, "relative")}` : nothing}</span>`;
    case "disabled":
      return html`<span class="status-more">${t("status.disabled_why")}</span>`;
    default:
      return nothing;
  }
}
