/* How a delivery stands, and what comes next. */
import { html, nothing } from "lit-html";
import { t } from "../language/texts.js";
import { badge } from "../parts/badge.js";
import { upcoming } from "../parts/time.js";

const BADGES = { DELIVERED: "ok", PENDING: "wait", EXPIRED: "bad", SKIPPED: "off", CANCELLED: "off" };

const ENDS = {
  EXPIRED: "deliveries.next_expired", SKIPPED: "deliveries.next_skipped",
  WITHDRAWN: "deliveries.next_withdrawn", UNSUBSCRIBED: "deliveries.next_unsubscribed",
};

/** The badge of a delivery's status, and one more where it is set aside. */
export function deliveryBadges({ status, setAside }) {
  return html`<span class="badges">${badge(BADGES[status], t(`delivery_status.${status}`))}${
    setAside ? badge("warn", t("deliveries.set_aside")) : nothing}</span>`;
}

/** Whether a delivery, as the API shows one, is still to be sent: pending, or asked for again after it had ended. */
export function waits({ status, redelivery }) {
  return status === "PENDING" || Boolean(redelivery?.waiting);
}

/** How a delivery has ended: its status, of a cancelled one why it is. */
export function endOf({ status, cancelReason = "WITHDRAWN" }) {
  return status === "CANCELLED" ? cancelReason : status;
}

/** What happens next to a delivery of `webhook` (undefined while it is loading), or why nothing does. */
export function whatNext(delivery, webhook) {
  if (!waits(delivery)) return ENDS[endOf(delivery)] ? t(ENDS[endOf(delivery)]) : nothing;
  if (!delivery.setAside && delivery.status !== "PENDING") return t("deliveries.next_again");
  if (!webhook) return nothing;
  if (webhook.status !== "ACTIVE") return t("deliveries.next_off");
  if (delivery.setAside) return html`${t("deliveries.next_attempt")} ${upcoming(delivery.setAside.nextAttemptAt)}`;
  const { state, nextAttemptAt } = webhook.health;
  if (state !== "FAILING" || !nextAttemptAt) return t("deliveries.next_now");
  return html`${t("deliveries.next_attempt")} ${upcoming(nextAttemptAt)}`;
}
