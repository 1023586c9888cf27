/* How a delivery stands, and what comes next. */
import { html, nothing } from "lit-html";
import { t } from "../texts.js";
import { badge } from "./badge.js";
import { upcoming } from "./time.js";

const BADGES = { DELIVERED: "ok", PENDING: "wait", EXPIRED: "bad", SKIPPED: "off" };

/** The badge of a delivery's status. */
export function deliveryBadge(status) {
  return badge(BADGES[status], t(`delivery_status.${status}`));
}

/** What happens next to a delivery of `webhook` (undefined while it is loading), or why nothing does. */
export function whatNext({ status }, webhook) {
  if (status === "EXPIRED") return t("deliveries.next_expired");
  if (status === "SKIPPED") return t("deliveries.next_skipped");
  if (status === "DELIVERED" || !webhook) return nothing;
  if (webhook.status !== "ACTIVE") return t("deliveries.next_off");
  const { state, nextAttemptAt } = webhook.health;
  if (state !== "FAILING" || !nextAttemptAt) return t("deliveries.next_now");
  return html`${t("deliveries.next_attempt")} ${upcoming(nextAttemptAt)}`;
}
