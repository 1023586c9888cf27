/* The catalogue of event types, and which webhooks get each. */
import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { eventTypes, isFound } from "../events/catalogue.js";
import { byGroup, covering, firstOf } from "../events/subscription.js";
import { badge } from "../parts/badge.js";
import { codeBlock, pretty } from "../parts/code_block.js";
import { deprecation } from "../events/deprecation.js";
import { eventName as breakable } from "../events/event_name.js";
import { saveSchema } from "../events/schema_download.js";
import { Folded } from "../parts/folded.js";
import { icon } from "../parts/icons.js";
import { pageHeader } from "../parts/page_header.js";
import { empty, resource } from "../parts/states.js";
import { Subscribing } from "../events/subscribe_menu.js";
import { endpoints, paths } from "../addresses/paths.js";
import { inPortal } from "../portal/mode.js";
import { samplePayload } from "../testing/sample_payload.js";
import { descriptionOf, groupOf } from "../language/texts.js";

const A_PAGE = 100;

/** The page at `…/event-types`; what is searched for stands in the address as `q`. */
export function eventTypesPage(context) {
  return new EventTypesPage(context);
}

class EventTypesPage {
  #context;
  #eventTypes;
  #webhooks;
  #folded;
  #subscribing;
  #schemas = new Map();
  #most = A_PAGE;

  constructor(context) {
    this.#context = context;
    const { api, account, signal, redraw } = context;
    this.#folded = new Folded(redraw);
    this.#eventTypes = resource(context, () => eventTypes(api));
    this.#webhooks = resource(context, async () => (await api.get(endpoints.webhooks(account), { signal })).data);
    this.#subscribing = new Subscribing(context, { changed: () => this.#webhooks.reload() });
  }

  title() {
    return this.#context.t("event_types.title");
  }

  queryChanged() {
    this.#most = A_PAGE;
  }

  view() {
    const { t } = this.#context;
    return html`
      ${pageHeader({ title: this.title(), lead: t("event_types.lead"), actions: this.#reference() })}
      ${this.#eventTypes.view((all) => this.#list(all), "rows")}
    `;
  }

  /** For whoever writes programs; the customers of a platform are told of its own. */
  #reference() {
    if (inPortal()) return nothing;
    return html`<a class="button secondary" href=${paths.reference()}>${this.#context.t("event_types.reference")}</a>`;
  }

  #list(all) {
    const { t, query, setQuery } = this.#context;
    const wanted = query.get("q") ?? "";
    const found = all.filter((eventType) => isFound(eventType, wanted));
    const groups = firstOf(byGroup(found, groupOf), this.#most);
    const list = this.#webhooks.data && withCovers(this.#webhooks.data);
    const search = (event) => setQuery({ q: event.target.value }, { replace: true });
    return html`
      <search class="search">
        <label class="visually-hidden" for="search">${t("event_types.search")}</label>
        <input type="search" id="search" placeholder=${t("event_types.search")} .value=${wanted} @input=${search}>
        <p class="muted" role="status">${t("event_types.found", { count: found.length })}</p>
      </search>
      ${found.length ? repeat(groups, ([group]) => group, ([group, shown]) => this.#group(group, shown, list))
        : empty({ title: t("event_types.none_title"), body: t("event_types.none_body"), action: html`
          <button type="button" class="secondary" @click=${() => setQuery({ q: null })}>${t("event_types.clear")}</button>` })}
      ${found.length > this.#most ? this.#more(found.length) : nothing}
    `;
  }

  #more(count) {
    const { t, redraw } = this.#context;
    const show = () => {
      this.#most += A_PAGE;
      redraw();
    };
    return html`<p class="more"><span class="muted">${t("events.cut", { count: this.#most, all: count })}</span>
      <button type="button" class="secondary" @click=${show}>${t("events.more")}</button></p>`;
  }

  #group(group, entries, list) {
    const { t } = this.#context;
    return html`
      <section class="catalogue">
        <h2>${group || t("events.ungrouped")}</h2>
        <ul>${repeat(entries, ({ eventName }) => eventName, (eventType) => this.#entry(eventType, list))}</ul>
      </section>
    `;
  }

  #entry(eventType, list) {
    const { t, account } = this.#context;
    const { eventName, category, deprecated, hasSchema, schemaVersion } = eventType;
    return html`
      <li class="event-type">
        <div class="event-type-text">
          <h3>${breakable(eventName)}</h3>
          <p class="badges">${badge("none", t(`category.${category}`))}
            ${schemaVersion ? html`<span class="muted">${t("event_types.version", { version: schemaVersion })}</span>` : nothing}</p>
          <p>${descriptionOf(eventType)}</p>
          ${deprecated ? deprecation(deprecated) : nothing}
          ${this.#receivers(eventName, list?.webhooks)}
          ${this.#subscribing.told(eventName, list)}
        </div>
        ${this.#subscribing.button(eventName, list)}
        ${this.#subscribing.choices(eventName, list)}
        ${this.#folded.part(`sample ${eventName}`, this.#summary("event_types.sample", eventName), () =>
          codeBlock(pretty(samplePayload(account, eventType)), { label: eventName }))}
        ${hasSchema ? this.#folded.part(`schema ${eventName}`, this.#summary("event_types.schema", eventName), () => this.#schema(eventName)) : nothing}
      </li>
    `;
  }

  #summary(key, eventName) {
    return html`${this.#context.t(key)}<span class="visually-hidden"> ${eventName}</span>`;
  }

  /** Asked for when it is looked at first. */
  #schema(eventName) {
    const { api, t, signal } = this.#context;
    if (!this.#schemas.has(eventName)) {
      const load = async () => (await api.get(endpoints.eventTypeSchema(eventName), { signal })).data;
      this.#schemas.set(eventName, resource(this.#context, load));
    }
    const save = (schema) => saveSchema(this.#context, eventName, schema);
    return this.#schemas.get(eventName).view((schema) => html`
      <p><button type="button" class="secondary" @click=${() => save(schema)}>
        ${icon("download")}${t("event_types.schema_download")}</button></p>
      ${codeBlock(pretty(schema), { label: "JSON Schema" })}`);
  }

  #receivers(eventName, webhooks) {
    const { t, account } = this.#context;
    if (webhooks === undefined) return nothing;
    const subscribed = webhooks.filter(({ covers }) => covers(eventName));
    if (subscribed.length === 0) return html`<p class="receivers muted">${t("event_types.sent_to_none")}</p>`;
    return html`<p class="receivers">${t("event_types.sent_to")} ${subscribed.map(({ webhookId, name }, index) => html`${index
      ? ", " : nothing}<a href=${paths.webhook(account, webhookId)}>${name}</a>`)}</p>`;
  }
}

/** The webhooks with what tells whether they get an event type: made once for all of them that are drawn. */
function withCovers({ webhooks, limit }) {
  return { limit, webhooks: webhooks.map((webhook) => ({ ...webhook, covers: covering(webhook.eventNames) })) };
}
