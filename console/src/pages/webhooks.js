/* The list of an account's webhooks. */
import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { dayCell } from "../charts/day.js";
import { EVERY, isGroup } from "../events/subscription.js";
import { icon } from "../parts/icons.js";
import { pageHeader } from "../parts/page_header.js";
import { empty, resource } from "../parts/states.js";
import { time } from "../parts/time.js";
import { backlogText, webhookStatus } from "../webhook/webhook_status.js";
import { endpoints, paths } from "../addresses/paths.js";
import { poll } from "../polling.js";

const COLUMNS = ["name", "status", "day", "backlog", "last", "events", "authentication"];

/** What is counted is gathered for a minute: to ask more often would tell nothing new, in a request for each webhook. */
const DAYS_EVERY_MS = 30_000;

/** The list of webhooks: how each stands at a glance, refreshed while somebody looks. */
export function webhooksPage(context) {
  const { t, account, api, signal } = context;
  const read = async (address) => (await api.get(address, { signal })).data;
  const dayOf = async ({ webhookId }) => [webhookId, await read(endpoints.deliveryCounts(account, webhookId)).catch(() => null)];
  let [days, counted, counting] = [new Map(), 0, null];
  /** Count once, for whoever asks meanwhile: a slow answer is asked for again by nobody. */
  const count = (webhooks) => (counting ??= Promise.all(webhooks.map(dayOf))
    .then((each) => ([days, counted] = [new Map(each), Date.now()]))
    .finally(() => (counting = null)));
  const list = resource(context, async () => {
    const data = await read(endpoints.webhooks(account));
    if (Date.now() - counted >= DAYS_EVERY_MS || data.webhooks.some(({ webhookId }) => !days.has(webhookId))) {
      await count(data.webhooks);
    }
    return { ...data, days };
  });
  poll(list.reload, { signal });
  return {
    title: () => t("webhooks.title"),
    view: () => html`
      ${header(context, list.data)}
      ${list.view(({ webhooks }) => (webhooks.length ? table(context, list.data) : none(context, list.data)), "rows")}
    `,
  };
}

function header(context, data) {
  const { t } = context;
  return pageHeader({
    title: t("webhooks.title"),
    lead: data ? t("webhooks.used", { used: data.webhooks.length, limit: data.limit }) : nothing,
    actions: data?.webhooks.length ? addLink(context, data) : nothing,
  });
}

function addLink({ t, account, can }, { webhooks, limit }) {
  if (!can("write")) return nothing;
  if (webhooks.length >= limit) return html`<p class="actions-note">${t("webhooks.full", { limit })}</p>`;
  return html`<a class="button" href=${paths.newWebhook(account)}>${icon("plus")}${t("webhooks.add")}</a>`;
}

function none(context, data) {
  const { t, account } = context;
  const action = html`
    <div class="actions">
      ${addLink(context, data)}
      <a class="button secondary" href=${paths.receiving(account)}>${t("webhooks.empty_receiving")}</a>
    </div>`;
  return empty({ title: t("webhooks.empty_title"), body: context.can("write") ? t("webhooks.empty_body") : t("portal.no_webhooks"), action });
}

function table(context, { webhooks, days }) {
  const { t } = context;
  return html`
    <div class="table-frame">
      <table class="cards">
        <thead><tr>${COLUMNS.map((name) => html`<th scope="col" class="column-${name}">${t(`webhooks.column_${name}`)}</th>`)}</tr></thead>
        <tbody>${repeat(webhooks, ({ webhookId }) => webhookId, (webhook) => row(context, webhook, days.get(webhook.webhookId)))}</tbody>
      </table>
    </div>
    <p class="field-hint">${t("standing.counting")}</p>
  `;
}

function row({ t, account }, webhook, day) {
  const { webhookId, name, targetUrl, eventNames, lastDeliveredAt } = webhook;
  const cell = (column, content, kind = "") => html`
    <td class="column-${column} ${kind}" data-label=${t(`webhooks.column_${column}`)}>${content}</td>`;
  return html`
    <tr>
      <th scope="row" class="column-name">
        <a href=${paths.webhook(account, webhookId)}>${name}</a>
        <span class="host">${hostOf(targetUrl)}</span>
      </th>
      ${cell("status", webhookStatus(webhook))}
      ${cell("day", dayCell(day))}
      ${cell("backlog", backlogText(webhook), "number")}
      ${cell("last", lastDeliveredAt ? time(lastDeliveredAt, "relative") : t("webhooks.never"))}
      ${cell("events", eventsText(t, eventNames), "number")}
      ${cell("authentication", authentication(t, webhook))}
    </tr>
  `;
}

/** How many event types are named; what means those that are added later is named itself. */
function eventsText(t, eventNames) {
  if (eventNames.includes(EVERY)) return t("webhooks.events_every");
  const groups = eventNames.filter(isGroup);
  const single = eventNames.length - groups.length;
  return [...groups, ...(single || !groups.length ? [t("number", { number: single })] : [])].join(" + ");
}

function authentication(t, { authentication: { type }, ordered }) {
  return [t(`authentication.${type}`), ordered && t("webhooks.ordered")].filter(Boolean).join(" · ");
}

/** The host of a URL, with its port; the text itself where it is none. */
function hostOf(url) {
  return URL.canParse(url) ? new URL(url).host : url;
}
