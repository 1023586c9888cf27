/* One webhook that is looked at: what its pages have in common above what is theirs. */
import { html, nothing } from "lit-html";
import { icon } from "../parts/icons.js";
import { pageHeader } from "../parts/page_header.js";
import { sendNow } from "./send_now.js";
import { failure, resource } from "../parts/states.js";
import { time } from "../parts/time.js";
import { waitingGlance, waitingOf } from "./waiting.js";
import { webhookNav } from "./webhook_nav.js";
import { laneText, standing, statusBadge } from "./webhook_status.js";
import { endpoints, paths } from "../addresses/paths.js";
import { poll } from "../polling.js";
import { ACTIVATION, WebhookActions } from "./actions.js";
import { certificateNotice } from "./certificate_notice.js";
import { healthBanner } from "./health_banner.js";

/**
 * The webhook of a page's address, with its head. `also()` reads what else the page shows of it: one poll for all, so
 * that no part of a page is older than another. `toTest()` leads to where a test is sent.
 */
export class WatchedWebhook {
  #context;
  #loaded;
  #actions;
  #sending;
  #toTest;

  constructor(context, { also = () => [], toTest } = {}) {
    this.#context = context;
    const { api, account, params, signal, navigate } = context;
    const path = endpoints.webhook(account, params.webhookId);
    this.#loaded = resource(context, async () => {
      const { data, etag } = await api.get(path, { signal });
      return { webhook: data, etag };
    });
    const changed = () => this.reload();
    this.#actions = new WebhookActions(context, { loaded: () => this.#loaded.data, changed });
    this.#sending = sendNow(context, { webhook: () => this.data, changed });
    this.#toTest = toTest ?? (() => navigate(`${paths.webhook(account, params.webhookId)}?to=test`));
    poll(() => Promise.all([this.reload(), ...also()]), { signal });
  }

  /** The webhook as the API shows it; undefined while it is loading. */
  get data() {
    return this.#loaded.data?.webhook;
  }

  /** Whether there is none. */
  get gone() {
    return !this.data && this.#loaded.error?.status === 404;
  }

  /** What is offered where something waits, after a test that succeeded. */
  offer() {
    return this.#sending.offer();
  }

  /** Ask again at once. */
  reload() {
    return this.#loaded.reload();
  }

  /** The title of a page of it: `of` says which page. */
  title(of = "") {
    const { t } = this.#context;
    return [of, this.data?.name ?? t("details.title")].filter(Boolean).join(" · ");
  }

  /** The whole page: the head, what `note` has to say, how the webhook stands, and `draw(webhook)`. */
  view(here, draw, note = nothing) {
    const { t, account, params } = this.#context;
    if (this.gone) return this.#nowhere();
    return html`
      ${pageHeader({
        title: this.title(),
        lead: this.data ? this.#lead(this.data) : nothing,
        trail: [[paths.webhooks(account), t("nav.webhooks")]],
        trailLabel: t("nav.trail"),
        actions: this.data ? this.#buttons(this.data) : nothing,
      })}
      ${webhookNav(account, params.webhookId, here)}
      ${this.#loaded.view(({ webhook }) => html`${this.#notices(webhook, note)}${draw(webhook)}`, "page")}
    `;
  }

  #nowhere() {
    const { t, account } = this.#context;
    const trail = [[paths.webhooks(account), t("nav.webhooks")]];
    return html`${pageHeader({ title: t("details.gone"), trail, trailLabel: t("nav.trail") })}
      <p>${t("details.gone_more")}</p><p><a href=${paths.webhooks(account)}>${t("not_found.home")}</a></p>`;
  }

  #lead(webhook) {
    const { t } = this.#context;
    const { lastDeliveredAt } = webhook;
    return html`<div class="glance">
      ${statusBadge(webhook)}
      <span>${t("webhooks.column_last")}: ${lastDeliveredAt ? time(lastDeliveredAt, "relative") : t("webhooks.never")}</span>
      <span>${t("webhooks.column_backlog")}: ${waitingGlance(waitingOf(webhook))}
        ${standing(webhook) === "failing" ? nothing : this.#sending.button("quiet")}</span>
      ${webhook.status === "ACTIVE" ? html`<span>${laneText(webhook)}</span>` : nothing}
    </div>`;
  }

  #buttons({ status, webhookId }) {
    const { t, account, can } = this.#context;
    if (!can("write")) return nothing;
    const actions = this.#actions;
    const active = status === "ACTIVE";
    const { busy } = actions.state;
    return html`
      <a class="button" href=${paths.editWebhook(account, webhookId)}>${t("actions.edit")}</a>
      <button type="button" class="secondary" @click=${() => this.#toTest()}>${icon("send")}${t("actions.test")}</button>
      <button type="button" id=${ACTIVATION} class="secondary" ?disabled=${busy} @click=${() => (active ? actions.retire() : actions.reactivate())}>
        ${t(active ? "actions.retire" : "actions.reactivate")}</button>
      <button type="button" class="danger-quiet" ?disabled=${busy} @click=${() => actions.remove()}>${t("actions.delete")}</button>
    `;
  }

  #notices(webhook, note) {
    const { state } = this.#actions;
    return html`
      ${state.error ? failure(state.error) : nothing}
      ${note}
      ${this.#actions.switched()}
      ${this.#sending.view()}
      ${healthBanner(webhook, { may: this.#context.can("write"), test: () => this.#toTest(), sendNow: this.#sending.button(), reactivate: () => this.#actions.reactivate(), busy: state.busy })}
      ${certificateNotice(webhook)}
    `;
  }
}
