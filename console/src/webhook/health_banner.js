/* What stands above everything where a webhook does not get its events: since when, why, what next. */
import { html, nothing } from "lit-html";
import { detailOf, hintOf } from "../deliveries/attempt_error.js";
import { notice } from "../parts/notice.js";
import { time, upcoming } from "../parts/time.js";
import { waitingOf, waitingText } from "./waiting.js";
import { standing } from "./webhook_status.js";
import { sentence, t } from "../language/texts.js";

/** So long may a receiver fail before its webhook is disabled. */
const DISABLED_AFTER_MS = 7 * 86_400_000;
const GONE = 410;

/**
 * The banner of a webhook that fails, is disabled or is retired, with what can be done about each: `test` and
 * `reactivate` are called, `sendNow` is a button. While one of them is `busy` nothing else is begun; who `may` not write is offered neither.
 */
export function healthBanner(webhook, { may, test, sendNow, reactivate, busy }) {
  const how = standing(webhook);
  if (how === "failing") return failing(webhook, [sendNow, may ? button(test, t("actions.test")) : nothing]);
  const again = may ? button(reactivate, t("actions.reactivate"), busy) : nothing;
  if (how === "disabled") return disabled(webhook, again);
  if (how === "retired") return retired(webhook, again);
  return nothing;
}

function failing(webhook, actions) {
  const { health } = webhook;
  const { attempts = 0, failingSince, nextAttemptAt, lastError } = health;
  // What waited was withdrawn: nothing is tried, and what fails next begins a new series.
  if (!failingSince) return notice("warn", t("standing.failed_last"), lastErrorOf(lastError), actions);
  const end = Date.parse(failingSince) + DISABLED_AFTER_MS;
  return notice("bad", sentence("health.failing", { count: attempts, since: time(failingSince, "short") }), html`
    ${lastErrorOf(lastError)}
    <p>${nextAttemptAt ? sentence("health.next_attempt", { at: upcoming(nextAttemptAt) }) : nothing}
      ${waitingText(waitingOf(webhook))}</p>
    ${end > Date.now() ? html`<p>${sentence("standing.disabled_at", { at: time(new Date(end).toISOString(), "short") })}</p>` : nothing}`, actions);
}

/** Which of the two causes it was is told by what the receiver answered last. */
function disabled(webhook, actions) {
  const { offSince, health: { lastError } } = webhook;
  const since = offSince ? sentence("standing.disabled_since", { since: time(offSince, "short") }) : t("health.disabled");
  const isGone = lastError?.statusCode === GONE;
  return notice("warn", since, html`
    <p>${t(isGone ? "standing.disabled_gone" : "standing.disabled_failed")}</p>
    ${isGone ? nothing : lastErrorOf(lastError)}
    <p>${t("standing.disabled_next")}</p>${waiting(webhook)}`, actions);
}

function retired(webhook, actions) {
  const { offSince } = webhook;
  const since = offSince ? sentence("standing.retired_since", { since: time(offSince, "short") }) : t("health.retired");
  return notice("info", since, waiting(webhook), actions);
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
