/* What it means that a delivery is set aside, how it fares, and what can be done. */
import { html, nothing } from "lit-html";
import { sentence, t } from "../language/texts.js";
import { detailOf, hintOf } from "./attempt_error.js";
import { notice } from "../parts/notice.js";
import { time, upcoming } from "../parts/time.js";

/** The notice on the page of a delivery that is set aside; nothing of others. `webhook` is undefined while it loads. */
export function asideNotice({ setAside, waiting, expiresAt, error }, webhook) {
  if (!setAside || !webhook) return nothing;
  const isOn = webhook.status === "ACTIVE";
  const until = time(waiting?.expiresAt ?? expiresAt, "short");
  return notice("warn", sentence("aside.title", { since: time(setAside.since, "short") }), html`
    <p>${sentence(isOn ? "aside.why" : "aside.why_off", { until })}</p>
    <p>${t("aside.tries", { count: setAside.tries })}
      ${isOn ? sentence("aside.next", { at: upcoming(setAside.nextAttemptAt) }) : nothing}</p>
    ${error ? html`<p>${t("health.last_error", { error: detailOf(error) })}</p><p>${hintOf(error)}</p>` : nothing}
    ${isOn ? html`<p>${t("aside.to_do")}</p>` : nothing}`);
}
