/* One event: where it went, and why not elsewhere, webhook by webhook. */
import { html, nothing } from "lit-html";
import { queryText } from "../deliveries/delivery_query.js";
import { announce } from "../parts/announce.js";
import { codeBlock, copyButton, pretty } from "../parts/code_block.js";
import { eventName } from "../events/event_name.js";
import { EventSearch } from "../events/event_search.js";
import { pageHeader } from "../parts/page_header.js";
import { empty, resource } from "../parts/states.js";
import { time } from "../parts/time.js";
import { isUnsettled, traceTable } from "../events/trace_table.js";
import { endpoints, paths } from "../addresses/paths.js";
import { poll } from "../polling.js";
import { withQuery } from "../addresses/router.js";

const EVERY_MS = 5_000;

/** The page at `…/events/{eventId}`; `timestamp` in the address tells which of several, `cursor` how far it was looked. */
export function eventPage(context) {
  return new EventPage(context);
}

class EventPage {
  #context;
  #traced;
  #search;

  constructor(context) {
    this.#context = context;
    this.#search = new EventSearch(context, context.params.eventId);
    this.#load();
    // Where it has been found it is a read of a few keys; a search through the logs is made once.
    poll(() => (this.#follows() ? this.#traced.reload() : null), { every: EVERY_MS, signal: context.signal });
  }

  title() {
    const { t } = this.#context;
    return [this.#traced.data?.eventName, t("trace.title")].filter(Boolean).join(" · ");
  }

  queryChanged() {
    this.#load();
  }

  view() {
    const { t, account, params } = this.#context;
    const traced = this.#traced.data;
    return html`
      ${pageHeader({
        title: traced?.eventName ? eventName(traced.eventName) : t("trace.title"),
        lead: html`<code>${params.eventId}</code> ${copyButton(params.eventId, { label: t("delivery.copy_id") })}
          ${traced?.timestamp ? time(traced.timestamp) : nothing}`,
        trail: [[paths.accountDeliveries(account), t("deliveries.title")]],
        trailLabel: t("nav.trail"),
      })}
      ${this.#search.view()}
      ${this.#traced.view((data) => this.#whole(data), "rows")}
    `;
  }

  #load() {
    const { api, account, params, query, signal, t } = this.#context;
    const asked = { timestamp: query.get("timestamp"), cursor: query.get("cursor") };
    let told = Boolean(asked.cursor);
    this.#traced = resource(this.#context, async () => {
      // What was found once is read by its time from then on.
      const timestamp = asked.cursor ? asked.timestamp : (asked.timestamp ?? this.#traced?.data?.timestamp);
      const { data } = await api.get(endpoints.event(account, params.eventId) + queryText({ ...asked, timestamp }), { signal });
      if (told) announce(t(data.webhooks.length ? "trace.found" : "trace.not_yet_title"));
      told = false;
      return data;
    });
  }

  #follows() {
    const traced = this.#traced.data;
    return Boolean(traced?.timestamp && !this.#context.query.get("cursor") && traced.webhooks.some(isUnsettled));
  }

  #whole({ event, webhooks, nextCursor }) {
    const { t, account } = this.#context;
    if (!webhooks.length) return this.#none(nextCursor);
    return html`
      <section class="panel-plain" aria-labelledby="trace-title">
        <h2 id="trace-title">${t("trace.webhooks")}</h2>
        ${traceTable(webhooks, account)}
        ${nextCursor ? html`<nav class="pages" aria-label=${t("trace.pages")}>${this.#on(nextCursor, "trace.more_webhooks")}</nav>` : nothing}
      </section>
      <section class="panel" aria-labelledby="trace-event">
        <h2 id="trace-event">${t("trace.event")}</h2>
        ${event ? codeBlock(pretty(event), { label: "JSON" }) : html`<p class="muted">${t("trace.event_unknown")}</p>`}
      </section>
    `;
  }

  #none(nextCursor) {
    const { t } = this.#context;
    if (nextCursor) {
      return empty({ title: t("trace.not_yet_title"), body: t("trace.not_yet_body"), action: this.#on(nextCursor, "trace.go_on") });
    }
    return empty({ title: t("trace.no_webhooks_title"), body: t("trace.no_webhooks_body") });
  }

  #on(cursor, text) {
    const { t } = this.#context;
    return html`<a class="button secondary" href=${location.pathname + withQuery(location.search, { cursor })}>${t(text)}</a>`;
  }
}
