/* How much waits for a webhook, in words. */
import { html, nothing } from "lit-html";
import { t } from "../language/texts.js";

const NOTHING = { count: 0, more: false, setAside: 0, setAsideMore: false };

/** What waits for a webhook as the API shows one alone; of one in a list nothing is known. */
export function waitingOf(webhook) {
  return webhook?.waiting ?? NOTHING;
}

/** All that waits, set aside or not: `{count, more}`, `more` where there are others that were not counted. */
export function totalOf({ count, more, setAside, setAsideMore }) {
  return { count: count + setAside, more: more || setAsideMore };
}

/** "3 deliveries wait." or "At least …"; `key` is that of another sentence with both forms. */
export function countText({ count, more }, key = "waits.count") {
  return t(more ? `${key}_at_least` : key, { count });
}

/** What waits, as sentences; nothing where nothing does. */
export function waitingText(waiting) {
  const { count, more, setAside, setAsideMore } = waiting;
  if (totalOf(waiting).count === 0) return nothing;
  return html`${count ? countText({ count, more }) : nothing}
    ${setAside ? countText({ count: setAside, more: setAsideMore }, "waits.aside") : nothing}
    ${t("waits.kept")}`;
}

/** The same at a glance: "3 waiting, 1 set aside". */
export function waitingGlance({ count, more, setAside, setAsideMore }) {
  if (count + setAside === 0) return t("webhooks.none_waiting");
  const aside = setAside ? [t(setAsideMore ? "waits.glance_aside_more" : "waits.glance_aside", { count: setAside })] : [];
  const backlog = count ? [t(more ? "waits.glance_more" : "webhooks.backlog_waiting", { count })] : [];
  return [...backlog, ...aside].join(", ");
}
