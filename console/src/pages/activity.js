/* Who did what: to one webhook, or to all of the account. */
import { html, nothing } from "lit-html";
import { queryText } from "../deliveries/delivery_query.js";
import { activityTable } from "../activity/activity_table.js";
import { announce } from "../parts/announce.js";
import { pageHeader } from "../parts/page_header.js";
import { empty, resource } from "../parts/states.js";
import { endpoints } from "../addresses/paths.js";
import { poll } from "../polling.js";
import { withQuery } from "../addresses/router.js";
import { zoneName } from "../language/times.js";
import { WatchedWebhook } from "../webhook/watched.js";

const EVERY_MS = 15_000;

/** The page at `…/activity` and at `…/webhooks/{webhookId}/activity`; the place in the list stands in the address. */
export function activityPage(context) {
  return new ActivityPage(context);
}

class ActivityPage {
  #context;
  #webhooks;
  #watched;
  #list;

  constructor(context) {
    this.#context = context;
    const { account, signal } = context;
    const refresh = () => (this.#cursor ? null : this.#list.reload());
    if (this.#webhookId) {
      this.#watched = new WatchedWebhook(context, { also: () => [refresh()] });
    } else {
      this.#webhooks = this.#read(endpoints.webhooks(account));
      poll(refresh, { every: EVERY_MS, signal });
    }
    this.#load();
  }

  title() {
    const title = this.#context.t("activity.title");
    return this.#watched ? this.#watched.title(title) : title;
  }

  queryChanged() {
    this.#load({ told: true });
  }

  view() {
    const { t } = this.#context;
    // A webhook that was deleted has its activity still.
    if (this.#watched && !this.#watched.gone) return this.#watched.view("activity", () => this.#whole("activity.lead_webhook"));
    return html`${pageHeader({ title: t("activity.title") })}${this.#whole(this.#webhookId ? "activity.lead_webhook" : "activity.lead_account")}`;
  }

  #whole(lead) {
    return html`<p class="lead">${this.#context.t(lead, { zone: zoneName() })}</p>
      ${this.#list.view((data) => this.#page(data), "rows")}`;
  }

  get #webhookId() {
    return this.#context.params.webhookId;
  }

  get #cursor() {
    return this.#context.query.get("cursor") ?? "";
  }

  get #names() {
    return new Map((this.#webhooks.data?.webhooks ?? []).map(({ webhookId, name }) => [webhookId, name]));
  }

  #read(address, tell = () => {}) {
    const { api, signal } = this.#context;
    return resource(this.#context, async () => {
      const { data } = await api.get(address, { signal });
      tell(data);
      return data;
    });
  }

  /** Load the page of the list that the address asks for; what came of a choice is `told`, once. */
  #load({ told = false } = {}) {
    const { account, t } = this.#context;
    const address = this.#webhookId ? endpoints.webhookActivity(account, this.#webhookId) : endpoints.activity(account);
    const cursor = this.#cursor;
    this.#list = this.#read(address + queryText({ cursor }), ({ activity }) => {
      if (told && cursor === this.#cursor) announce(t("activity.shown", { count: activity.length }));
      told = false;
    });
  }

  #page({ activity, nextCursor }) {
    const { account, me, clients } = this.#context;
    const names = this.#webhookId ? null : this.#names;
    return html`${activity.length ? activityTable(activity, { account, me, clients, names }) : this.#nothing(nextCursor)}
      ${activity.length || nextCursor ? this.#pages(activity.length, nextCursor) : nothing}`;
  }

  #pages(count, nextCursor) {
    const { t } = this.#context;
    const to = (cursor) => location.pathname + withQuery(location.search, { cursor });
    return html`
      <nav class="pages" aria-label=${t("activity.pages")}>
        <p class="pages-shown">${t("activity.shown", { count })}</p>
        ${this.#cursor ? html`<a class="button secondary" href=${to(null)}>${t("deliveries.newest")}</a>` : nothing}
        ${nextCursor ? html`<a class="button secondary" href=${to(nextCursor)}>${t("deliveries.older")}</a>` : nothing}
      </nav>`;
  }

  #nothing(nextCursor) {
    const { t, setQuery } = this.#context;
    if (nextCursor) return nothing;
    if (!this.#cursor) return empty({ title: t("activity.empty_title"), body: t("activity.empty_body") });
    return empty({
      title: t("activity.page_empty_title"), body: t("activity.page_empty_body"),
      action: html`<button type="button" class="secondary" @click=${() => setQuery({ cursor: null })}>${t("deliveries.newest")}</button>`,
    });
  }
}
