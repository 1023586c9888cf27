/* One webhook: how it stands, how it is set up, and what can be done with it. */
import { html, nothing } from "lit-html";
import { eventTypes } from "../catalogue.js";
import { deliveriesChart } from "../charts/deliveries_chart.js";
import { coveredTypes } from "../events/subscription.js";
import { testedAbout, valuesOf } from "../form/model.js";
import { codeBlock } from "../parts/code_block.js";
import { icon } from "../parts/icons.js";
import { notice } from "../parts/notice.js";
import { pageHeader } from "../parts/page_header.js";
import { sendNow } from "../parts/send_now.js";
import { keySetAddress, SignaturePanel } from "../parts/signature.js";
import { failure, resource } from "../parts/states.js";
import { TestPanel } from "../parts/test_send.js";
import { time } from "../parts/time.js";
import { waitingGlance, waitingOf } from "../parts/waiting.js";
import { webhookNav } from "../parts/webhook_nav.js";
import { laneText, standing, statusBadge } from "../parts/webhook_status.js";
import { endpoints, paths } from "../paths.js";
import { poll } from "../polling.js";
import { ACTIVATION, webhookActions } from "../webhook/actions.js";
import { certificates, hasCertificates } from "../webhook/authentication.js";
import { configuration } from "../webhook/configuration.js";
import { healthBanner } from "../webhook/health_banner.js";
import { receiverNote } from "../webhook/receiver_note.js";

const COUNTS_EVERY_MS = 30_000;

/** The page at `…/webhooks/{webhookId}`. */
export function webhookPage(context) {
  return new WebhookPage(context);
}

class WebhookPage {
  #context;
  #loaded;
  #counts;
  #catalogue;
  #actions;
  #sending;
  #signature;
  #test;

  constructor(context) {
    this.#context = context;
    const { api, account, params, signal } = context;
    const path = endpoints.webhook(account, params.webhookId);
    this.#loaded = resource(context, async () => {
      const { data, etag } = await api.get(path, { signal });
      return { webhook: data, etag };
    });
    const counts = endpoints.deliveryCounts(account, params.webhookId);
    this.#counts = resource(context, async () => (await api.get(counts, { signal })).data);
    this.#catalogue = resource(context, () => eventTypes(api));
    const changed = () => this.#loaded.reload();
    this.#actions = webhookActions(context, { loaded: () => this.#loaded.data, changed });
    this.#sending = sendNow(context, { webhook: () => this.#webhook, changed });
    this.#signature = new SignaturePanel(context, { webhook: () => this.#webhook, changed });
    this.#test = new TestPanel(context, {
      send: async (eventName, event) => (await api.post(`${path}/test`, { body: { eventName, ...(event && { event }) }, signal })).data,
      names: () => coveredTypes(this.#webhook.eventNames, this.#catalogue.data ?? []).map(({ eventName }) => eventName),
      sampleOf: (name) => this.#catalogue.data?.find(({ eventName }) => eventName === name)?.sampleData,
      seconds: () => this.#webhook.delivery.timeoutSeconds,
      about: () => testedAbout(valuesOf(this.#webhook)) + this.#webhook.authentication.secretRotatedAt,
      offer: () => this.#sending.offer(),
    });
    poll(this.#loaded.reload, { signal });
    poll(this.#counts.reload, { every: COUNTS_EVERY_MS, signal });
  }

  get #webhook() {
    return this.#loaded.data?.webhook;
  }

  title() {
    return this.#webhook?.name ?? this.#context.t("details.title");
  }

  /** Only the note about what was saved is in the query. */
  queryChanged() {
    return true;
  }

  view() {
    const { t, account, params } = this.#context;
    if (!this.#webhook && this.#loaded.error?.status === 404) return this.#gone();
    return html`
      ${pageHeader({
        title: this.title(),
        lead: this.#webhook ? this.#lead(this.#webhook) : nothing,
        trail: [[paths.webhooks(account), t("nav.webhooks")]],
        trailLabel: t("nav.trail"),
        actions: this.#webhook ? this.#buttons(this.#webhook) : nothing,
      })}
      ${webhookNav(account, params.webhookId, "overview")}
      ${this.#loaded.view(({ webhook }) => this.#overview(webhook))}
    `;
  }

  #gone() {
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
    const { t, account } = this.#context;
    const { retire, reactivate, remove } = this.#actions;
    const active = status === "ACTIVE";
    const { busy } = this.#actions.state;
    return html`
      <a class="button" href=${paths.editWebhook(account, webhookId)}>${t("actions.edit")}</a>
      <button type="button" class="secondary" @click=${() => this.#toTest()}>${icon("send")}${t("actions.test")}</button>
      <button type="button" id=${ACTIVATION} class="secondary" ?disabled=${busy} @click=${active ? retire : reactivate}>
        ${t(active ? "actions.retire" : "actions.reactivate")}</button>
      <button type="button" class="danger-quiet" ?disabled=${busy} @click=${remove}>${t("actions.delete")}</button>
    `;
  }

  #overview(webhook) {
    const { state, reactivate } = this.#actions;
    const { authentication } = webhook;
    return html`
      ${state.error ? failure(state.error) : nothing}
      ${this.#saved(webhook)}
      ${this.#actions.switched()}
      ${this.#sending.view()}
      ${healthBanner(webhook, { test: () => this.#toTest(), sendNow: this.#sending.button(), reactivate, busy: state.busy })}
      <section class="panel charts chart-place">${this.#counts.view((counts) => this.#chart(counts, webhook))}</section>
      ${authentication.type === "SIGNATURE" ? this.#panel("signature", this.#signature.view()) : nothing}
      ${hasCertificates(authentication) ? this.#panel("certificates", certificates(authentication)) : nothing}
      ${configuration(webhook, this.#catalogue.data)}
      ${this.#receiver(webhook)}
      ${this.#panel("test", html`<p class="lead">${this.#context.t("test.lead_saved")}</p>${this.#test.view()}`)}
    `;
  }

  #chart(counts, { webhookId }) {
    const { t, account, navigate } = this.#context;
    const query = (from, to) => new URLSearchParams({ range: "custom", from, to });
    const href = (from, to) => `${paths.deliveries(account, webhookId)}?${query(from, to)}`;
    return deliveriesChart(counts, t, { href, navigate, title: t("details.last_day") });
  }

  /** What to tell whoever writes the receiver; nothing where there is nothing to tell. */
  #receiver(webhook) {
    const note = receiverNote(webhook.authentication, keySetAddress(this.#context.account, webhook));
    return note ? this.#panel("receiver_note", codeBlock(note, { label: this.#context.t("receiver_note.label"), wrap: true })) : nothing;
  }

  #panel(name, content) {
    const { t } = this.#context;
    return html`<section class="panel" aria-labelledby="${name}-title">
      <h2 id="${name}-title" tabindex="-1">${t(`${name}.title`)}</h2>${content}</section>`;
  }

  /** What was just saved on the form's page, for a new secret what to do next, and what becomes of what waited. */
  #saved({ name }) {
    const { t, account, query, setQuery } = this.#context;
    const [how, ...also] = (query.get("saved") ?? "").split("-");
    if (!["created", "changed"].includes(how)) return nothing;
    const sent = ["address", "settings"].find((one) => also.includes(one));
    return html`<div role="status">${notice("ok", t(`saved.${how}`, { name }), html`
      ${sent ? html`<p>${t(`saved.sent_${sent}`)}</p>` : nothing}
      ${also.includes("secret") ? html`<p>${t("secret.saved")}</p>
        <p><a href=${paths.receiving(account)}>${t("saved.receiving")}</a></p>` : nothing}`, html`
      <button type="button" class="quiet" @click=${() => setQuery({ saved: null }, { replace: true })}>
        ${t("action.dismiss")}</button>`)}</div>`;
  }

  #toTest() {
    const title = document.getElementById("test-title");
    title?.scrollIntoView({ block: "center" });
    title?.focus({ preventScroll: true });
  }
}
