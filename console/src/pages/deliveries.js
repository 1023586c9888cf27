/* The delivery log of a webhook: charts, jobs for many, the list. */
import { html, nothing } from "lit-html";
import { eventTypes } from "../catalogue.js";
import { deliveriesChart } from "../charts/deliveries_chart.js";
import { latencyChart } from "../charts/latency_chart.js";
import { countsQuery, filtersOf } from "../delivery_query.js";
import { openMany } from "../many/dialog.js";
import { Jobs } from "../many/jobs.js";
import { DeliveryLog } from "../parts/delivery_log.js";
import { icon } from "../parts/icons.js";
import { pageHeader } from "../parts/page_header.js";
import { failure, resource } from "../parts/states.js";
import { webhookNav } from "../parts/webhook_nav.js";
import { endpoints, paths } from "../paths.js";
import { poll } from "../polling.js";
import { withQuery } from "../router.js";
import { zoneName } from "../times.js";

const COUNTS_EVERY_MS = 30_000;

/** The page at `…/webhooks/{webhookId}/deliveries`. */
export function deliveriesPage(context) {
  return new DeliveriesPage(context);
}

class DeliveriesPage {
  #context;
  #webhook;
  #eventTypes;
  #log;
  #jobs;
  #counts;
  #counted;

  constructor(context) {
    this.#context = context;
    const { account, api, params, signal } = context;
    this.#webhook = this.#read(() => endpoints.webhook(account, params.webhookId));
    this.#eventTypes = resource(context, () => eventTypes(api));
    this.#log = new DeliveryLog(context, {
      address: endpoints.deliveries(account, params.webhookId),
      eventTypes: this.#eventTypes,
      webhooks: { of: () => this.#webhook.data, own: () => this.#webhook.data?.eventNames ?? [], reload: () => this.#webhook.reload() },
    });
    this.#jobs = new Jobs(context, () => this.#log.reload());
    this.#count();
    poll(() => Promise.all([this.#webhook.reload(), this.#counts.reload(), this.#jobs.reload()]), { every: COUNTS_EVERY_MS, signal });
  }

  title() {
    return [this.#context.t("deliveries.title"), this.#webhook.data?.name].filter(Boolean).join(" · ");
  }

  /** The address has other filters, or another place in the list. */
  queryChanged() {
    this.#log.load({ told: true });
    this.#count();
  }

  view() {
    const { t, account, params } = this.#context;
    const { webhookId } = params;
    return html`
      ${pageHeader({
        title: t("deliveries.title"),
        lead: t("deliveries.lead", { zone: zoneName() }),
        trail: [
          [paths.webhooks(account), t("nav.webhooks")],
          [paths.webhook(account, webhookId), this.#webhook.data?.name ?? webhookId],
        ],
        trailLabel: t("nav.trail"),
        actions: this.#webhook.error?.status === 404 ? nothing : [this.#button("redeliver", "refresh"), this.#button("withdraw", "remove")],
      })}
      ${webhookNav(account, webhookId, "deliveries")}
      ${this.#webhook.error?.status === 404 ? failure(this.#webhook.error) : this.#whole()}
    `;
  }

  #whole() {
    return html`
      <div class="panel charts">${this.#counts.view((counts) => this.#charts(counts), "charts")}</div>
      ${this.#jobs.view()}
      ${this.#log.view()}
      ${this.#jobs.earlier()}
    `;
  }

  #button(kind, image) {
    const { t } = this.#context;
    const open = () => openMany(this.#context, { kind, webhook: this.#webhook, eventTypes: this.#eventTypes, filters: this.#log.filters, jobs: this.#jobs });
    return html`<button type="button" class="secondary" aria-haspopup="dialog" @click=${open}>
      ${icon(image)}${t(`many.title_${kind}`)}</button>`;
  }

  #read(address) {
    const { api, signal } = this.#context;
    return resource(this.#context, async () => (await api.get(address(), { signal })).data);
  }

  #count() {
    const { account, params, query } = this.#context;
    const filters = filtersOf(query);
    const { range, from, to } = filters;
    // Other filters and pages leave the time as it is, and the chart with it.
    const counted = [range, from, to].join();
    if (counted === this.#counted) return;
    this.#counted = counted;
    this.#counts = this.#read(() => endpoints.deliveryCounts(account, params.webhookId) + countsQuery(filters, Date.now()));
  }

  #charts(counts) {
    const { t, navigate } = this.#context;
    const href = (from, to) => location.pathname + withQuery(location.search, { range: "custom", from, to, cursor: null });
    return html`${deliveriesChart(counts, t, { href, navigate })}${latencyChart(counts, t)}`;
  }
}
