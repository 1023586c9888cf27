/* What stands above everything where a webhook does not get its events: since when, why, what next. */
import { html, nothing } from "lit-html";
import { detailOf, hintOf } from "../parts/attempt_error.js";
import { notice } from "../parts/notice.js";
import { time, upcoming } from "../parts/time.js";
import { waitingOf, waitingText } from "../parts/waiting.js";
import { standing } from "../parts/webhook_status.js";
import { sentence, t } from "../texts.js";

/**
 * The banner of a webhook that fails, is disabled or is retired, with what can be done about each: `test` and
 * `reactivate` are called, `sendNow` is a button. While one of them is `busy` nothing else is begun.
 */
export function healthBanner(webhook, { test, sendNow, reactivate, busy }) {
  const how = standing(webhook);
  if (how === "failing") return failing(webhook, [sendNow, button(test, t("actions.test"))]);
  if (how === "disabled") return disabled(webhook, button(reactivate, t("actions.reactivate"), busy));
  if (how === "retired") {
    return notice("info", t("health.retired"), waiting(webhook), button(reactivate, t("actions.reactivate"), busy));
  }
  return nothing;
}

function failing(webhook, actions) {
  const { health } = webhook;
  const { attempts = 0, failingSince, nextAttemptAt, lastError } = health;
  return notice("bad", sentence("health.failing", { count: attempts, since: time(failingSince, "short") }), html`
    ${lastErrorOf(lastError)}
    <p>${nextAttemptAt ? sentence("health.next_attempt", { at: upcoming(nextAttemptAt) }) : nothing}
      ${waitingText(waitingOf(webhook))}</p>`, actions);
}

function disabled(webhook, actions) {
  const { lastError } = webhook.health;
  return notice("warn", t("health.disabled"), html`
    ${lastErrorOf(lastError)}
    <p>${t("health.disabled_more")}</p>${waiting(webhook)}`, actions);
}

function lastErrorOf(error) {
  return error ? html`<p>${t("health.last_error", { error: detailOf(error) })} ${hintOf(error)}</p>` : nothing;
}

function waiting({ backlog }) {
  return backlog ? html`<p>${t("health.retired_waiting", { count: backlog })}</p>` : nothing;
}

function button(act, text, busy = false) {
  return html`<button type="button" class="secondary" ?disabled=${busy} @click=${act}>${text}</button>`;
}
