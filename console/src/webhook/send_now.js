/* Sending now what waits for a webhook: the button, the offer after a test, and what came of it. */
import { html, nothing } from "lit-html";
import { endpoints } from "../addresses/paths.js";
import { acting } from "../parts/acting.js";
import { announce } from "../parts/announce.js";
import { icon } from "../parts/icons.js";
import { notice } from "../parts/notice.js";
import { failure } from "../parts/states.js";
import { countText, totalOf, waitingOf } from "./waiting.js";

/**
 * For the webhook that `webhook()` gives, undefined while it is loading; `changed()` reads it again. `button()`, which
 * may have a class for its looks, and `offer()` draw nothing where nothing waits or the webhook is off; `view()` tells what came of the last time.
 */
export function sendNow(context, { webhook, changed }) {
  const { t, api, account, params, redraw, can } = context;
  const { state, act } = acting(context);
  let sent = null;
  const total = () => totalOf(waitingOf(webhook()));
  const possible = () => can("resend") && webhook()?.status === "ACTIVE" && total().count > 0;
  const send = async () => {
    if (state.busy) return;
    sent = null;
    const answer = await act(() => api.postOnce(endpoints.sendNow(account, params.webhookId), { body: {} }));
    if (answer) {
      sent = totalOf(answer.data.waiting);
      announce(sentText(sent, t));
    }
    await changed();
  };
  const dismiss = () => {
    sent = null;
    redraw();
  };
  const button = (looks = "") => (possible() ? html`
    <button type="button" class=${looks} aria-disabled=${state.busy ? "true" : "false"} @click=${send}>${icon("send")}${t("send_now.button")}</button>` : nothing);
  const offer = () => (possible() ? html`
    <p class="send-now-offer">${countText(total())} ${t("send_now.offer", { count: total().count })} ${button()}</p>` : nothing);
  const view = () => {
    if (state.error) return failure(state.error);
    if (!sent) return nothing;
    const body = sent.count ? t("send_now.done_body") : nothing;
    return notice(sent.count ? "ok" : "info", sentText(sent, t), body, html`
      <button type="button" class="secondary" @click=${dismiss}>${t("action.dismiss")}</button>`);
  };
  return { button, offer, view };
}

function sentText(sent, t) {
  return sent.count ? countText(sent, "send_now.done") : t("send_now.done_none");
}
