/* How a delivery stands, and what comes next. */
import { html, nothing } from "lit-html";
import { t } from "../texts.js";
import { badge } from "./badge.js";
import { upcoming } from "./time.js";

const BADGES = { DELIVERED: "ok", PENDING: "wait", EXPIRED: "bad", SKIPPED: "off", CANCELLED: "off" };

const ENDS = { EXPIRED: "deliveries.next_expired", SKIPPED: "deliveries.next_skipped", CANCELLED: "deliveries.next_cancelled" };

/** The badge of a delivery's status. */
export function deliveryBadge(status) {
  return badge(BADGES[status], t(`delivery_status.${status}`));
}

/** Whether a delivery, as the API shows one, is still to be sent: pending, or asked for again after it had ended. */
export function waits({ status, redelivery }) {
  return status === "PENDING" || Boolean(redelivery?.waiting);
}

/** What happens next to a delivery of `webhook` (undefined while it is loading), or why nothing does. */
export function whatNext(delivery, webhook) {
  if (!waits(delivery)) return ENDS[delivery.status] ? t(ENDS[delivery.status]) : nothing;
  if (delivery.status !== "PENDING") return t("deliveries.next_again");
  if (!webhook) return nothing;
  if (webhook.status !== "ACTIVE") return t("deliveries.next_off");
  const { state, nextAttemptAt } = webhook.health;
  if (state !== "FAILING" || !nextAttemptAt) return t("deliveries.next_now");
  return html`${t("deliveries.next_attempt")} ${upcoming(nextAttemptAt)}`;
}
