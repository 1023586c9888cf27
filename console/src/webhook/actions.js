/* Switching a webhook off and on, and deleting it: each says first what becomes of its backlog. */
import { html, nothing } from "lit-html";
import { acting } from "../parts/acting.js";
import { announce } from "../parts/announce.js";
import { ask } from "../parts/dialog.js";
import { notice } from "../parts/notice.js";
import { endpoints, paths } from "../paths.js";

/** The id of the button that switches off and on. */
export const ACTIVATION = "activation-action";

/**
 * The actions on the webhook that `loaded()` gives as `{webhook, etag}`; `changed()` reads it again. `state.busy` and
 * `state.error` tell how the last one went; `switched()` draws what the last switch has left to do.
 */
export function webhookActions(context, { loaded, changed }) {
  const { t, api, account, navigate, redraw, signal } = context;
  const { state, act } = acting(context);
  const path = () => endpoints.webhook(account, loaded().webhook.webhookId);
  const sure = (action, { choice = nothing, ...rest } = {}) => {
    const { name, backlog } = loaded().webhook;
    const ofBacklog = backlog ? t(`actions.${action}_backlog`, { count: backlog }) : t("actions.no_backlog");
    return ask({
      title: t(`actions.${action}_title`, { name }),
      body: html`<p>${t(`actions.${action}_body`)} ${ofBacklog}</p>${choice}`,
      confirm: t(`actions.${action}`),
      ...rest,
    });
  };
  let skipped = null;
  const setActive = async (action, body, question) => {
    if (!(await sure(action, question))) return;
    skipped = null;
    const done = await act(async () => {
      skipped = skippedOf((await api.patch(path(), { body })).data, body);
      return true;
    });
    if (done) announce(skipped ? `${t(`actions.${action}_done`)} ${skippedText(skipped, t)}` : t(`actions.${action}_done`));
    await changed();
    // The button of a banner is gone with the banner.
    requestAnimationFrame(() => {
      if (document.activeElement === document.body) document.getElementById(ACTIVATION)?.focus();
    });
  };
  const remove = async () => {
    const { webhook, etag } = loaded();
    if (!(await sure("delete", { danger: true, typed: webhook.name }))) return;
    // Of the version that was shown: what somebody changes meanwhile may be a reason to keep it.
    const done = await act(() => api.delete(path(), { headers: { "If-Match": etag } }));
    if (!done) return changed();
    announce(t("actions.delete_done"));
    // Who has gone on meanwhile is not to be called back.
    return signal.aborted ? null : navigate(paths.webhooks(account), { replace: true });
  };
  const reactivate = () => {
    const body = { active: true, catchUp: true };
    const choose = (event) => {
      body.catchUp = event.target.checked;
    };
    return setActive("reactivate", body, { choice: catchUpChoice(t, choose) });
  };
  const dismiss = () => {
    skipped = null;
    redraw();
  };
  const switched = () => {
    if (!skipped) return nothing;
    const { catchUp, from } = skipped;
    const query = catchUp ? "" : `?${new URLSearchParams({ status: "SKIPPED", range: "custom", from })}`;
    const address = paths.deliveries(account, loaded().webhook.webhookId) + query;
    return notice("info", skippedText(skipped, t), t(catchUp ? "skipped.caught_up" : "skipped.left"), html`
      <a class="button" href=${address}>${t(catchUp ? "skipped.progress" : "skipped.redeliver")}</a>
      <button type="button" class="secondary" @click=${dismiss}>${t("action.dismiss")}</button>`);
  };
  return { state, retire: () => setActive("retire", { active: false }), reactivate, remove, switched };
}

/** What the answer to a switch says was skipped, and whether it is caught up; null where there was nothing. */
function skippedOf({ skipped }, { catchUp = false }) {
  return skipped && (skipped.count || skipped.more) ? { ...skipped, catchUp } : null;
}

function skippedText({ count, more }, t) {
  return t(more ? "skipped.at_least" : "skipped.count", { count });
}

function catchUpChoice(t, choose) {
  return html`
    <label><input type="checkbox" checked aria-describedby="catch-up-hint" @change=${choose}> ${t("actions.catch_up")}</label>
    <p id="catch-up-hint">${t("actions.catch_up_hint")}</p>`;
}
