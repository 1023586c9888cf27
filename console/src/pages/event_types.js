/* The catalogue of event types, and which webhooks get each. */
import { html, nothing } from "lit-html";
import { eventTypes, isFound } from "../catalogue.js";
import { codeBlock, pretty } from "../parts/code_block.js";
import { eventName as breakable } from "../parts/event_name.js";
import { pageHeader } from "../parts/page_header.js";
import { empty, resource } from "../parts/states.js";
import { endpoints, paths } from "../paths.js";
import { samplePayload } from "../sample_payload.js";
import { descriptionOf } from "../texts.js";

const CATEGORIES = [["REAL_TIME", "event_types.real_time"], ["NON_REAL_TIME", "event_types.non_real_time"]];

/** The page at `…/event-types`; what is searched for stands in the address as `q`. */
export function eventTypesPage(context) {
  return new EventTypesPage(context);
}

class EventTypesPage {
  #context;
  #eventTypes;
  #webhooks;

  constructor(context) {
    this.#context = context;
    const { api, account, signal } = context;
    this.#eventTypes = resource(context, () => eventTypes(api));
    this.#webhooks = resource(context, async () => (await api.get(endpoints.webhooks(account), { signal })).data.webhooks);
  }

  title() {
    return this.#context.t("event_types.title");
  }

  queryChanged() {}

  view() {
    const { t } = this.#context;
    return html`
      ${pageHeader({ title: this.title(), lead: t("event_types.lead") })}
      ${this.#eventTypes.view((all) => this.#list(all))}
    `;
  }

  #list(all) {
    const { t, query, setQuery } = this.#context;
    const wanted = query.get("q") ?? "";
    const found = all.filter((eventType) => isFound(eventType, wanted));
    const search = (event) => setQuery({ q: event.target.value }, { replace: true });
    return html`
      <search class="search">
        <label class="visually-hidden" for="search">${t("event_types.search")}</label>
        <input type="search" id="search" placeholder=${t("event_types.search")} .value=${wanted} @input=${search}>
        <p class="muted" role="status">${t("event_types.found", { count: found.length })}</p>
      </search>
      ${found.length ? CATEGORIES.map(([category, key]) => this.#category(key, found.filter((one) => one.category === category)))
        : empty({ title: t("event_types.none_title"), body: t("event_types.none_body"), action: html`
          <button type="button" class="secondary" @click=${() => setQuery({ q: null })}>${t("event_types.clear")}</button>` })}
    `;
  }

  #category(key, entries) {
    const { t } = this.#context;
    if (entries.length === 0) return nothing;
    return html`
      <section class="catalogue">
        <h2>${t(key)}</h2>
        <p class="muted">${t(`${key}_lead`)}</p>
        <ul>${entries.map((eventType) => this.#entry(eventType))}</ul>
      </section>
    `;
  }

  #entry(eventType) {
    const { t, account } = this.#context;
    const { eventName } = eventType;
    return html`
      <li class="event-type">
        <div class="event-type-text">
          <h3>${breakable(eventName)}</h3>
          <p>${descriptionOf(eventType)}</p>
          ${this.#receivers(eventName)}
        </div>
        <a class="button secondary" href="${paths.newWebhook(account)}?event=${eventName}"
          aria-label=${t("event_types.subscribe_to", { name: eventName })}>${t("event_types.subscribe")}</a>
        <details>
          <summary>${t("event_types.sample")}</summary>
          ${codeBlock(pretty(samplePayload(account, eventType)), { label: eventName })}
        </details>
      </li>
    `;
  }

  #receivers(eventName) {
    const { t, account } = this.#context;
    const webhooks = this.#webhooks.data;
    if (webhooks === undefined) return nothing;
    const subscribed = webhooks.filter(({ eventNames }) => eventNames.includes(eventName));
    if (subscribed.length === 0) return html`<p class="receivers muted">${t("event_types.sent_to_none")}</p>`;
    return html`<p class="receivers">${t("event_types.sent_to")} ${subscribed.map(({ webhookId, name }, index) => html`${index
      ? ", " : nothing}<a href=${paths.webhook(account, webhookId)}>${name}</a>`)}</p>`;
  }
}
