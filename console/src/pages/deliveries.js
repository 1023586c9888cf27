/* The delivery log of a webhook: charts, jobs for many, the list. */
import { html, nothing } from "lit-html";
import { eventTypes } from "../events/catalogue.js";
import { deliveriesChart } from "../charts/deliveries_chart.js";
import { latencyChart } from "../charts/latency_chart.js";
import { countsQuery, filtersOf } from "../deliveries/delivery_query.js";
import { coveredTypes } from "../events/subscription.js";
import { openMany } from "../many/dialog.js";
import { Jobs } from "../many/jobs.js";
import { DeliveryLog } from "../deliveries/delivery_log.js";
import { icon } from "../parts/icons.js";
import { resource } from "../parts/states.js";
import { endpoints, paths } from "../addresses/paths.js";
import { withQuery } from "../addresses/router.js";
import { zoneName } from "../language/times.js";
import { WatchedWebhook } from "../webhook/watched.js";

/** The page at `…/webhooks/{webhookId}/deliveries`. */
export function deliveriesPage(context) {
  return new DeliveriesPage(context);
}

class DeliveriesPage {
  #context;
  #watched;
  #eventTypes;
  #log;
  #jobs;
  #counts;
  #counted;

  constructor(context) {
    this.#context = context;
    const { account, api, params } = context;
    this.#watched = new WatchedWebhook(context, { also: () => [this.#log.refresh(), this.#counts.reload(), this.#jobs.reload()] });
    this.#eventTypes = resource(context, () => eventTypes(api));
    this.#log = new DeliveryLog(context, {
      address: endpoints.deliveries(account, params.webhookId),
      eventTypes: this.#eventTypes,
      webhooks: { of: () => this.#watched.data, own: () => this.#watched.data?.eventNames ?? [], reload: () => this.#watched.reload() },
    });
    this.#jobs = new Jobs(context, () => this.#log.moved());
    this.#count();
  }

  title() {
    return this.#watched.title(this.#context.t("deliveries.title"));
  }

  /** The address has other filters, or another place in the list. */
  queryChanged() {
    this.#log.load({ told: true });
    this.#count();
  }

  view() {
    return this.#watched.view("deliveries", () => this.#whole());
  }

  #whole() {
    const { t } = this.#context;
    return html`
      <div class="panel">
        <div class="charts">${this.#counts.view((counts) => this.#charts(counts), "charts")}</div>
        <p class="field-hint">${t("standing.counting")}</p>
      </div>
      ${this.#jobs.view()}
      <div class="section-head">
        <p class="lead">${t("deliveries.lead", { zone: zoneName() })}</p>
        <div class="actions">${this.#button("redeliver", "refresh")}${this.#button("withdraw", "remove")}</div>
      </div>
      ${this.#batches()}
      ${this.#log.view()}
      ${this.#jobs.earlier()}
    `;
  }

  /** Where what waits for its batch can be found: it is nobody's delivery yet. */
  #batches() {
    const { t, account } = this.#context;
    const types = coveredTypes(this.#watched.data.eventNames, this.#eventTypes.data ?? []);
    if (!types.some(({ category }) => category === "NON_REAL_TIME")) return nothing;
    return html`<p class="field-hint">${t("standing.batches")} <a href=${paths.accountDeliveries(account)}>${t("standing.find")}</a></p>`;
  }

  #button(kind, image) {
    const { t, can } = this.#context;
    if (!can("resend")) return nothing;
    const open = () => openMany(this.#context, { kind, webhook: this.#watched, eventTypes: this.#eventTypes, filters: this.#log.filters, jobs: this.#jobs });
    return html`<button type="button" class="secondary" aria-haspopup="dialog" @click=${open}>
      ${icon(image)}${t(`many.title_${kind}`)}</button>`;
  }

  #count() {
    const { account, api, params, query, signal } = this.#context;
    const filters = filtersOf(query);
    const { range, from, to } = filters;
    // Other filters and pages leave the time as it is, and the chart with it.
    const counted = [range, from, to].join();
    if (counted === this.#counted) return;
    this.#counted = counted;
    const address = () => endpoints.deliveryCounts(account, params.webhookId) + countsQuery(filters, Date.now());
    this.#counts = resource(this.#context, async () => (await api.get(address(), { signal })).data);
  }

  #charts(counts) {
    const { t, navigate } = this.#context;
    const href = (from, to) => location.pathname + withQuery(location.search, { range: "custom", from, to, cursor: null });
    return html`${deliveriesChart(counts, t, { href, navigate })}${latencyChart(counts, t)}`;
  }
}
