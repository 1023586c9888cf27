/* The list of deliveries with its filters and pages; the first page is refreshed while somebody looks. */
import { html, nothing } from "lit-html";
import { Selection } from "../choosing/selection.js";
import { filtersOf, isCut, isFiltered, listQuery, NO_FILTERS, wrongCodeOf } from "./delivery_query.js";
import { namesFirst, removedNames } from "../events/subscription.js";
import { withQuery } from "../addresses/router.js";
import { Walked } from "./walked.js";
import { announce } from "../parts/announce.js";
import { deliveryFilters } from "./delivery_filters.js";
import { deliveryTable } from "./delivery_table.js";
import { icon } from "../parts/icons.js";
import { empty, resource } from "../parts/states.js";

/**
 * A log of deliveries, by its `address` at the API. `eventTypes` is a resource of the catalogue. `webhooks` knows those
 * whose deliveries they are: `of(delivery)` is one (undefined while it is loading), `own()` are the event names of the one
 * whose log it is, none of several, `reload()` asks again. `named` shows each delivery's webhook.
 */
export class DeliveryLog {
  #context;
  #address;
  #webhooks;
  #eventTypes;
  #named;
  #list = null;
  #before;
  #problem = "";
  #more = {};
  #selection;
  #walked = new Walked();
  filters;

  constructor(context, { address, eventTypes, webhooks, named = false }) {
    this.#context = context;
    this.#address = address;
    this.#webhooks = webhooks;
    this.#eventTypes = eventTypes;
    this.#named = named;
    this.#selection = new Selection(context, {
      rows: () => this.#list.data?.deliveries ?? [],
      webhookOf: (delivery) => webhooks.of(delivery),
      reload: () => Promise.all([this.#list.reload(), webhooks.reload()]),
    });
    this.load();
  }

  /** Load what the page's address asks for; until it is there the rows from before stay, marked as old. */
  load({ told = false } = {}) {
    this.#before = this.#list?.data ?? this.#before;
    this.#problem = "";
    this.#selection.clear();
    const filters = filtersOf(this.#context.query);
    const { cursor } = filters;
    // Only a page that leads there is newer: filters, and the way back, begin anew.
    if (cursor && this.#list?.data?.nextCursor === cursor) this.#walked.remember(this.#walk(filters), this.filters.cursor, cursor);
    this.filters = filters;
    this.#list = resource(this.#context, async () => {
      const data = await this.#read(filters);
      // Something else may have been chosen meanwhile.
      if (told && filters === this.filters) this.#tell(data);
      told = false;
      return data;
    });
  }

  /** Deliveries have moved: ask again at once, unless rows are selected, which must not move under the hand. */
  moved() {
    return this.#selection.count ? null : this.#list.reload();
  }

  view() {
    const { t, query, setQuery, redraw } = this.#context;
    return html`
      <section id="log" class="log" tabindex="-1" aria-label=${t("deliveries.title")}>
        ${deliveryFilters({
          filters: this.filters,
          wrongCode: wrongCodeOf(query),
          eventNames: this.#eventNames(),
          setQuery,
          problem: this.#problem,
          more: this.#more,
          onProblem: (text) => {
            this.#problem = text;
            redraw();
          },
        })}
        ${this.#rows()}
      </section>
    `;
  }

  /** Ask again, where what is shown is refreshed. */
  refresh() {
    return this.#live ? this.#list.reload() : null;
  }

  /**
   * Whether the page is refreshed: not where it is an older one, nor where so much is read for it that it was cut, nor
   * while rows are selected, which must not move under the hand.
   */
  get #live() {
    return this.#newest && this.#selection.count === 0;
  }

  /** Whether there is anything to do with rows that are selected. */
  get #chooses() {
    return this.#context.can("resend");
  }

  get #newest() {
    return !this.filters.cursor && !isCut(this.#list.data ?? { deliveries: [] });
  }

  async #read(filters) {
    const { api, signal } = this.#context;
    return (await api.get(this.#address + listQuery(filters, Date.now()), { signal })).data;
  }

  /** The list whose pages are walked through: another filter makes another one. */
  #walk(filters) {
    return `${this.#address} ${JSON.stringify({ ...filters, cursor: "" })}`;
  }

  /** Say what came of a choice, and start reading at the top of it. */
  #tell({ deliveries, nextCursor }) {
    const { t } = this.#context;
    const none = t(nextCursor ? "deliveries.none_so_far_title" : "deliveries.no_match_title");
    announce(deliveries.length ? t("deliveries.shown", { count: deliveries.length }) : none);
    const log = document.getElementById("log");
    if (log && log.getBoundingClientRect().top < 0) log.scrollIntoView();
  }

  #eventNames() {
    const entered = this.#webhooks.own();
    const catalogue = this.#eventTypes.data ?? [];
    const { own, others } = namesFirst(entered, catalogue);
    // Event types that were taken out of the catalogue: those the webhook still names, and the one that was asked for.
    const gone = removedNames(entered, catalogue);
    const chosen = this.filters.eventName;
    const known = [own, others, gone].some((names) => names.includes(chosen));
    return { own: [...own, ...gone], others: chosen && !known ? [...others, chosen] : others };
  }

  #rows() {
    const list = this.#list;
    if (list.data === undefined && !list.error && this.#before?.deliveries.length) {
      return html`<div class="stale" aria-busy="true">${this.#chooses ? this.#selection.bar({ waits: true, slow: list.slow }) : nothing}${this.#table(this.#before, { old: true })}</div>`;
    }
    return list.view((data) => {
      if (data.deliveries.length) return html`${this.#chooses ? this.#selection.bar() : nothing}${this.#table(data)}${this.#pages(data)}`;
      return data.nextCursor ? html`${this.#noneSoFar()}${this.#pages(data)}` : this.#nothing();
    }, "rows");
  }

  #table({ deliveries }, { old = false } = {}) {
    return deliveryTable(deliveries, {
      account: this.#context.account, webhookOf: this.#webhooks.of, named: this.#named,
      box: this.#chooses ? (delivery, name) => this.#selection.box(delivery, name, old) : null,
    });
  }

  #pages({ deliveries, nextCursor }) {
    const { t } = this.#context;
    const link = (key, cursor) => html`
      <a class="button secondary" href=${location.pathname + withQuery(location.search, { cursor })}>${t(`deliveries.${key}`)}</a>`;
    const { cursor } = this.filters;
    const newer = cursor ? this.#walked.newerThan(this.#walk(this.filters), cursor) : null;
    return html`
      <nav class="pages" aria-label=${t("deliveries.pages")}>
        <p class="pages-shown">${t("deliveries.shown", { count: deliveries.length })}${this.#live
          ? html` · ${t("deliveries.live")}`
          : this.#newest ? html` · ${t("choosing.paused")}` : nothing}</p>
        ${cursor ? link("newest", null) : nothing}
        ${newer === null ? nothing : link("newer", newer)}
        ${nextCursor ? link("older", nextCursor) : nothing}
      </nav>
    `;
  }

  /** What is looked for may be further back than one request looks. */
  #noneSoFar() {
    const { t } = this.#context;
    return empty({ title: t("deliveries.none_so_far_title"), body: t("deliveries.none_so_far_body") });
  }

  #nothing() {
    const { t, setQuery } = this.#context;
    const action = (text, changes) => html`
      <button type="button" class="secondary" @click=${() => setQuery(changes)}>${icon("remove")}${text}</button>`;
    if (this.filters.cursor) {
      return empty({
        title: t("deliveries.page_empty_title"),
        body: t("deliveries.page_empty_body"),
        action: html`<button type="button" class="secondary" @click=${() => setQuery({ cursor: null })}>${t("deliveries.newest")}</button>`,
      });
    }
    if (!isFiltered(this.filters)) return empty({ title: t("deliveries.empty_title"), body: t("deliveries.empty_body") });
    return empty({
      title: t("deliveries.no_match_title"),
      body: t("deliveries.no_match_body"),
      action: action(t("deliveries.clear"), NO_FILTERS),
    });
  }
}
