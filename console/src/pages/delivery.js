/* One delivery: what happened, every attempt, what is sent, and sending it again. */
import { html, nothing } from "lit-html";
import { announce } from "../parts/announce.js";
import { asideNotice } from "../deliveries/aside_notice.js";
import { AttemptList } from "../deliveries/attempt_list.js";
import { copyButton } from "../parts/code_block.js";
import { payload, requestHeaders } from "../deliveries/delivery_request.js";
import { deliveryBadges, waits } from "../deliveries/delivery_status.js";
import { deliveryTimeline } from "../deliveries/delivery_timeline.js";
import { eventName } from "../events/event_name.js";
import { expressionError } from "../deliveries/expression_error.js";
import { pageHeader } from "../parts/page_header.js";
import { RedeliverOne } from "../deliveries/redeliver_one.js";
import { SignedCurl } from "../signatures/signed_curl.js";
import { resource } from "../parts/states.js";
import { endpoints, paths } from "../addresses/paths.js";
import { poll } from "../polling.js";
import { duration } from "../language/times.js";

const EVERY_MS = 3_000;

/** The page at `…/deliveries/{deliveryId}`; while the delivery waits it follows it. */
export function deliveryPage(context) {
  return new DeliveryPage(context);
}

class DeliveryPage {
  #context;
  #webhook;
  #delivery;
  #attempts;
  #again;
  #signedCurl;
  #raw = false;
  #told = "";

  constructor(context) {
    this.#context = context;
    const { account, params, signal } = context;
    const { webhookId, deliveryId } = params;
    this.#webhook = this.#read(endpoints.webhook(account, webhookId));
    this.#delivery = this.#read(endpoints.delivery(account, webhookId, deliveryId));
    this.#attempts = new AttemptList(context, endpoints.attempts(account, webhookId, deliveryId));
    this.#again = new RedeliverOne(context, { webhook: this.#webhook, delivery: this.#delivery });
    this.#signedCurl = new SignedCurl(context);
    poll(() => this.#follow(), { every: EVERY_MS, signal });
  }

  title() {
    return [this.#delivery.data?.eventName, this.#context.t("delivery.title")].filter(Boolean).join(" · ");
  }

  view() {
    const { t, account, params } = this.#context;
    const { webhookId } = params;
    const trail = [
      [paths.webhooks(account), t("nav.webhooks")],
      [paths.webhook(account, webhookId), this.#webhook.data?.name ?? (this.#webhook.error ? webhookId : "…")],
      [paths.deliveries(account, webhookId), t("deliveries.title")],
    ];
    const delivery = this.#delivery.data;
    return html`
      ${pageHeader({
        title: delivery ? eventName(delivery.eventName) : t("delivery.title"),
        lead: delivery ? deliveryBadges(delivery) : html`<span class="badges" aria-hidden="true"><span class="badge">…</span></span>`,
        trail,
        trailLabel: t("nav.trail"),
        actions: delivery ? this.#again.buttons() : nothing,
      })}
      ${this.#again.view()}
      ${this.#delivery.view((data) => this.#whole(data), "page")}
    `;
  }

  #read(address) {
    const { api, signal } = this.#context;
    return resource(this.#context, async () => (await api.get(address, { signal })).data);
  }

  async #follow() {
    const shown = this.#delivery.data;
    if (shown && !waits(shown)) return;
    await Promise.all([this.#delivery.reload(), this.#webhook.reload()]);
    // After the delivery, so that the attempt that ended it is among them.
    if (this.#mayBeAttempted()) await this.#attempts.reload();
    const now = this.#delivery.data;
    if (shown && now && (now.status !== shown.status || !waits(now))) announce(this.#context.t(`delivery_status.${now.status}`));
  }

  /**
   * Whether there may be a new attempt, by what every attempt changes after it is kept: a search for a delivery's
   * attempts looks through those of its webhook, which is too much for every few seconds.
   */
  #mayBeAttempted() {
    const { status, lastAttemptAt } = this.#delivery.data ?? {};
    const { state, attempts, failingSince, nextAttemptAt } = this.#webhook.data?.health ?? {};
    const before = this.#told;
    this.#told = JSON.stringify([status, lastAttemptAt, state, attempts, failingSince, nextAttemptAt]);
    return this.#told !== before || Boolean(this.#attempts.error);
  }

  #whole(delivery) {
    const { t, redraw, me } = this.#context;
    const onRaw = (raw) => {
      this.#raw = raw;
      redraw();
    };
    return html`
      ${asideNotice(delivery, this.#webhook.data)}
      ${delivery.expressionError ? expressionError(delivery.expressionError) : nothing}
      <div class="columns">
        <div class="column">
          <section class="panel"><h2>${t("delivery.timeline")}</h2>${deliveryTimeline(delivery, this.#webhook.data, me)}</section>
          <section class="panel"><h2>${t("delivery.summary")}</h2>${this.#summary(delivery)}</section>
        </div>
        <div class="column">
          ${this.#attempts.view(delivery)}
          ${payload(delivery.request, { raw: this.#raw, onRaw })}
          ${requestHeaders(delivery.request, this.#webhook.data?.targetUrl, this.#signedCurl)}
        </div>
      </div>
    `;
  }

  #summary({ eventId, timestamp, status, latencyMs, statusCode, messageId }) {
    const { t, account } = this.#context;
    // Of a pending delivery the API tells the first attempt alone.
    const ended = status !== "PENDING";
    const together = messageId && messageId !== eventId;
    const facts = [
      ["delivery.event_id", html`<a href=${paths.event(account, eventId, timestamp)}><code>${eventId}</code></a>
        ${copyButton(eventId, { label: t("delivery.copy_id") })}`],
      ended && latencyMs !== undefined ? ["delivery.latency", duration(latencyMs)] : null,
      ended && statusCode !== undefined ? ["delivery.answer", html`<code>${statusCode}</code>`] : null,
      ended && together ? ["delivery.message_id", html`<code>${messageId}</code>
        <span class="fact-hint">${t("delivery.message_explained")}</span>`] : null,
    ];
    return html`
      <dl class="facts">${facts.filter(Boolean).map(([key, value]) => html`<div><dt>${t(key)}</dt><dd>${value}</dd></div>`)}</dl>`;
  }
}
