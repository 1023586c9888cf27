/* Sending one delivery again: the button, the question where it has arrived already, and what came of it. */
import { html, nothing } from "lit-html";
import { endpoints } from "../paths.js";
import { announce } from "./announce.js";
import { ask } from "./dialog.js";
import { icon } from "./icons.js";
import { notice } from "./notice.js";
import { failure } from "./states.js";

/** For the page's delivery; `webhook` and `delivery` are resources. */
export class RedeliverOne {
  #context;
  #webhook;
  #delivery;
  #busy = false;
  #queued = false;
  #error = null;

  constructor(context, { webhook, delivery }) {
    this.#context = context;
    this.#webhook = webhook;
    this.#delivery = delivery;
  }

  /** The button, or why there is none. */
  button() {
    const { t } = this.#context;
    const reason = this.#hindrance();
    if (reason) return html`<p class="actions-note">${reason}</p>`;
    return html`<button type="button" ?disabled=${this.#busy} @click=${() => this.#redeliver()}>
      ${icon("refresh")}${t("delivery.redeliver")}</button>`;
  }

  /** That it is queued, until it has arrived; or why it was refused. */
  view() {
    const { t } = this.#context;
    if (this.#error) return failure(this.#error);
    if (!this.#queued) return nothing;
    if (this.#delivery.data.status === "DELIVERED") return notice("ok", t("delivery.queued_done"));
    return notice("info", t("delivery.queued"), t("delivery.queued_body"));
  }

  #hindrance() {
    const { t } = this.#context;
    const webhook = this.#webhook.data;
    if (webhook && webhook.status !== "ACTIVE") return t("delivery.webhook_off");
    if (this.#delivery.data.status !== "PENDING") return "";
    return this.#queued ? t("delivery.queued") : t("delivery.pending_already");
  }

  async #redeliver() {
    const { t, api, account, params, redraw } = this.#context;
    const { webhookId, deliveryId } = params;
    if (this.#delivery.data.status === "DELIVERED" && !(await this.#confirmed())) return;
    this.#busy = true;
    this.#error = null;
    redraw();
    try {
      this.#delivery.data = (await api.post(endpoints.redeliverOne(account, webhookId, deliveryId))).data;
      this.#queued = true;
      announce(t("delivery.queued"));
    } catch (error) {
      this.#error = error;
      // A webhook that was switched off meanwhile is the usual reason; the button then says so.
      this.#webhook.reload();
    }
    this.#busy = false;
    redraw();
  }

  #confirmed() {
    const { t } = this.#context;
    return ask({ title: t("delivery.redeliver_title"), body: t("delivery.redeliver_body"), confirm: t("delivery.redeliver") });
  }
}
