/* Sending one delivery again, or now, or withdrawing it while it waits: the buttons, the questions, and what came of it. */
import { html, nothing } from "lit-html";
import { endpoints } from "../addresses/paths.js";
import { acting } from "../parts/acting.js";
import { announce } from "../parts/announce.js";
import { waits } from "./delivery_status.js";
import { ask } from "../parts/dialog.js";
import { icon } from "../parts/icons.js";
import { notice } from "../parts/notice.js";
import { failure } from "../parts/states.js";

/** For the page's delivery; `webhook` and `delivery` are resources. */
export class RedeliverOne {
  #context;
  #webhook;
  #delivery;
  #acting;
  /**
   * What was asked for on this page, "again" or "now", and when; what waits already is sent now without a copy, and
   * has no such time.
   */
  #asked = "";
  #requestedAt;
  #withdrawn = false;

  constructor(context, { webhook, delivery }) {
    this.#context = context;
    this.#webhook = webhook;
    this.#delivery = delivery;
    this.#acting = acting(context);
  }

  /** The buttons, and why one of them is missing. */
  buttons() {
    const { t, can } = this.#context;
    if (!can("resend")) return nothing;
    const off = this.#webhook.data && this.#webhook.data.status !== "ACTIVE";
    const { busy } = this.#acting.state;
    const [text, image] = waits(this.#delivery.data) ? ["send_now.button", "send"] : ["delivery.redeliver", "refresh"];
    // Not disabled while it works: the focus would be lost.
    const disabled = busy ? "true" : "false";
    const withdraw = html`<button type="button" class="secondary" aria-disabled=${disabled} @click=${() => busy || this.#withdraw()}>
      ${icon("remove")}${t("delivery.withdraw")}</button>`;
    return html`
      ${off ? html`<p class="actions-note">${t("delivery.webhook_off")}</p>` : html`
        <button type="button" aria-disabled=${disabled} @click=${() => busy || this.#redeliver()}>${icon(image)}${t(text)}</button>`}
      ${waits(this.#delivery.data) ? withdraw : nothing}`;
  }

  /** What became of the request that was made here; or why it was refused. */
  view() {
    const { t } = this.#context;
    const { error } = this.#acting.state;
    if (error) return failure(error);
    if (this.#withdrawn) return notice("ok", t("delivery.withdrawn"));
    const { status, redelivery, setAside } = this.#delivery.data ?? {};
    if (!this.#asked || setAside || redelivery?.requestedAt !== this.#requestedAt) return nothing;
    if (waits(this.#delivery.data)) {
      const said = this.#asked === "now" ? "delivery.sending" : "delivery.queued";
      return notice("info", t(said), t(`${said}_body`));
    }
    return status === "DELIVERED" ? notice("ok", t("delivery.queued_done")) : nothing;
  }

  async #redeliver() {
    const how = waits(this.#delivery.data) ? "now" : "again";
    const arrived = how === "again" && this.#delivery.data.status === "DELIVERED";
    if (arrived && !(await this.#confirmed("redeliver", "delivery.redeliver_body"))) return;
    const answer = await this.#ask(endpoints.redeliverOne);
    if (!answer) return;
    this.#asked = how;
    this.#requestedAt = answer.redelivery?.requestedAt;
    this.#withdrawn = false;
    this.#done(how === "now" ? "delivery.sending" : "delivery.queued");
  }

  async #withdraw() {
    const body = this.#delivery.data.status === "PENDING" ? "delivery.withdraw_body" : "delivery.withdraw_copy_body";
    if (!(await this.#confirmed("withdraw", body))) return;
    this.#withdrawn = false;
    if (!(await this.#ask(endpoints.cancel))) return;
    this.#withdrawn = true;
    this.#done("delivery.withdrawn");
  }

  /** Ask the API; the delivery as it is now, null where it was refused. */
  async #ask(endpoint) {
    const { api, account, params } = this.#context;
    const answer = await this.#acting.act(() =>
      api.postOnce(endpoint(account, params.webhookId, params.deliveryId)));
    if (answer) {
      this.#delivery.put(answer.data);
      return answer.data;
    }
    // What happened meanwhile is the usual reason: the webhook was switched off, or the delivery has arrived.
    this.#webhook.reload();
    this.#delivery.reload();
    return null;
  }

  #done(text) {
    announce(this.#context.t(text));
    this.#context.redraw();
  }

  #confirmed(action, body) {
    const { t } = this.#context;
    return ask({ title: t(`delivery.${action}_title`), body: t(body), confirm: t(`delivery.${action}`) });
  }
}
