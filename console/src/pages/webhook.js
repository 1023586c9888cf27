/* One webhook: how it stands, how it is set up, and what can be done with it. */
import { html, nothing } from "lit-html";
import { eventTypes } from "../events/catalogue.js";
import { deliveriesChart } from "../charts/deliveries_chart.js";
import { coveredTypes } from "../events/subscription.js";
import { testedAbout, valuesOf } from "../form/model.js";
import { codeBlock } from "../parts/code_block.js";
import { notice } from "../parts/notice.js";
import { keySetAddress, SignaturePanel } from "../signatures/signature.js";
import { resource } from "../parts/states.js";
import { TestPanel } from "../testing/test_send.js";
import { endpoints, paths } from "../addresses/paths.js";
import { certificates, hasCertificates } from "../webhook/authentication.js";
import { configuration } from "../webhook/configuration.js";
import { receiverNote } from "../webhook/receiver_note.js";
import { WatchedWebhook } from "../webhook/watched.js";

/** The page at `…/webhooks/{webhookId}`. */
export function webhookPage(context) {
  return new WebhookPage(context);
}

class WebhookPage {
  #context;
  #watched;
  #counts;
  #catalogue;
  #signature;
  #test;

  constructor(context) {
    this.#context = context;
    const { api, account, params, signal, query } = context;
    const path = endpoints.webhook(account, params.webhookId);
    const counts = endpoints.deliveryCounts(account, params.webhookId);
    this.#watched = new WatchedWebhook(context, { also: () => [this.#counts.reload()], toTest });
    this.#counts = resource(context, async () => (await api.get(counts, { signal })).data);
    this.#catalogue = resource(context, () => eventTypes(api));
    const [webhook, changed] = [() => this.#watched.data, () => this.#watched.reload()];
    this.#signature = new SignaturePanel(context, { webhook, changed });
    this.#test = new TestPanel(context, {
      send: async (eventName, event) => (await api.post(`${path}/test`, { body: { eventName, ...(event && { event }) }, signal })).data,
      names: () => coveredTypes(webhook().eventNames, this.#catalogue.data ?? []).map(({ eventName }) => eventName),
      sampleOf: (name) => this.#catalogue.data?.find(({ eventName }) => eventName === name)?.sampleData,
      seconds: () => webhook().delivery.timeoutSeconds,
      about: () => testedAbout(valuesOf(webhook())) + webhook().authentication.secretRotatedAt,
      offer: () => this.#watched.offer(),
    });
    if (query.get("to") === "test") this.#watched.reload().then(() => signal.aborted || requestAnimationFrame(toTest));
  }

  title() {
    return this.#watched.title();
  }

  /** Only the note about what was saved is in the query. */
  queryChanged() {
    return true;
  }

  view() {
    return this.#watched.view("overview", (webhook) => this.#overview(webhook), this.#saved());
  }

  #overview(webhook) {
    const { t, can } = this.#context;
    const { authentication } = webhook;
    return html`
      <section class="panel">
        <div class="charts">${this.#counts.view((counts) => this.#chart(counts, webhook), "block")}</div>
        <p class="field-hint">${t("standing.counting")}</p>
      </section>
      ${authentication.type === "SIGNATURE" ? this.#panel("signature", this.#signature.view()) : nothing}
      ${hasCertificates(authentication) ? this.#panel("certificates", certificates(authentication)) : nothing}
      ${configuration(webhook, this.#catalogue.data)}
      ${this.#receiver(webhook)}
      ${can("write") ? this.#panel("test", html`<p class="lead">${t("test.lead_saved")}</p>${this.#test.view()}`) : nothing}
    `;
  }

  #chart(counts, { webhookId }) {
    const { t, account, navigate } = this.#context;
    const query = (from, to) => new URLSearchParams({ range: "custom", from, to });
    const href = (from, to) => `${paths.deliveries(account, webhookId)}?${query(from, to)}`;
    return deliveriesChart(counts, t, { href, navigate, title: t("details.last_day") });
  }

  /** What to tell whoever writes the receiver. */
  #receiver(webhook) {
    const { t, account } = this.#context;
    const note = receiverNote(account, webhook, keySetAddress(account, webhook));
    return this.#panel("receiver_note", codeBlock(note, { label: t("receiver_note.label"), wrap: true }));
  }

  #panel(name, content) {
    const { t } = this.#context;
    return html`<section class="panel" aria-labelledby="${name}-title">
      <h2 id="${name}-title" tabindex="-1">${t(`${name}.title`)}</h2>${content}</section>`;
  }

  /** What was just saved on the form's page, for a new secret what to do next, and what becomes of what waited. */
  #saved() {
    const { t, account, query, setQuery } = this.#context;
    const name = this.#watched.data?.name;
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
}

/** Show where a test is sent. */
function toTest() {
  const title = document.getElementById("test-title");
  title?.scrollIntoView({ block: "center" });
  title?.focus({ preventScroll: true });
}
