/* Switching a webhook off and on, and deleting it: each says first what becomes of its backlog. */
import { html, nothing } from "lit-html";
import { acting } from "../parts/acting.js";
import { announce } from "../parts/announce.js";
import { ask } from "../parts/dialog.js";
import { notice } from "../parts/notice.js";
import { endpoints, paths } from "../addresses/paths.js";

/** The id of the button that switches off and on. */
export const ACTIVATION = "activation-action";

/**
 * The actions on the webhook that `loaded()` gives as `{webhook, etag}`; `changed()` reads it again. `state.busy` and
 * `state.error` tell how the last one went; `switched()` draws what the last switch has left to do.
 */
export class WebhookActions {
  #context;
  #loaded;
  #changed;
  #acting;
  #skipped = null;

  constructor(context, { loaded, changed }) {
    this.#context = context;
    this.#loaded = loaded;
    this.#changed = changed;
    this.#acting = acting(context);
  }

  get state() {
    return this.#acting.state;
  }

  retire() {
    return this.#setActive("retire", { active: false });
  }

  reactivate() {
    // To catch up is to send again: who may not do that, is not asked.
    if (!this.#context.can("resend")) return this.#setActive("reactivate", { active: true });
    const body = { active: true, catchUp: true };
    const choose = (event) => {
      body.catchUp = event.target.checked;
    };
    return this.#setActive("reactivate", body, { choice: catchUpChoice(this.#context.t, choose) });
  }

  async remove() {
    const { t, api, account, navigate, signal } = this.#context;
    const { webhook, etag } = this.#loaded();
    if (!(await this.#sure("delete", { danger: true, typed: webhook.name }))) return;
    // Of the version that was shown: what somebody changes meanwhile may be a reason to keep it.
    const done = await this.#acting.act(() => api.delete(this.#path, { headers: { "If-Match": etag } }));
    if (!done) {
      await this.#changed();
      return;
    }
    announce(t("actions.delete_done"));
    // Who has gone on meanwhile is not to be called back.
    if (!signal.aborted) navigate(paths.webhooks(account), { replace: true });
  }

  switched() {
    if (!this.#skipped) return nothing;
    const { t, account, can } = this.#context;
    const { catchUp, from } = this.#skipped;
    const query = catchUp ? "" : `?${new URLSearchParams({ status: "SKIPPED", range: "custom", from })}`;
    const address = paths.deliveries(account, this.#loaded().webhook.webhookId) + query;
    return notice("info", skippedText(this.#skipped, t), t(catchUp ? "skipped.caught_up" : "skipped.left"), html`
      ${catchUp || can("resend") ? html`<a class="button" href=${address}>${t(catchUp ? "skipped.progress" : "skipped.redeliver")}</a>` : nothing}
      <button type="button" class="secondary" @click=${() => this.#dismiss()}>${t("action.dismiss")}</button>`);
  }

  get #path() {
    return endpoints.webhook(this.#context.account, this.#loaded().webhook.webhookId);
  }

  #sure(action, { choice = nothing, ...rest } = {}) {
    const { t } = this.#context;
    const { name, backlog } = this.#loaded().webhook;
    const ofBacklog = backlog ? t(`actions.${action}_backlog`, { count: backlog }) : t("actions.no_backlog");
    return ask({
      title: t(`actions.${action}_title`, { name }),
      body: html`<p>${t(`actions.${action}_body`)} ${ofBacklog}</p>${choice}`,
      confirm: t(`actions.${action}`),
      ...rest,
    });
  }

  async #setActive(action, body, question) {
    const { t, api } = this.#context;
    if (!(await this.#sure(action, question))) return;
    this.#skipped = null;
    const answer = await this.#acting.act(() => api.patch(this.#path, { body }));
    if (answer) {
      this.#skipped = skippedOf(answer.data, body);
      const done = t(`actions.${action}_done`);
      announce(this.#skipped ? `${done} ${skippedText(this.#skipped, t)}` : done);
    }
    await this.#changed();
    // The button of a banner is gone with the banner.
    requestAnimationFrame(() => {
      if (document.activeElement === document.body) document.getElementById(ACTIVATION)?.focus();
    });
  }

  #dismiss() {
    this.#skipped = null;
    this.#context.redraw();
  }
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
