/* The list of an account's webhooks. */
import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { icon } from "../parts/icons.js";
import { pageHeader } from "../parts/page_header.js";
import { empty, resource } from "../parts/states.js";
import { time } from "../parts/time.js";
import { webhookStatus } from "../parts/webhook_status.js";
import { endpoints, paths } from "../paths.js";
import { poll } from "../polling.js";

/** The list of webhooks: how each stands at a glance, refreshed while somebody looks. */
export function webhooksPage(context) {
  const { t, account, api, signal } = context;
  const list = resource(context, async () => (await api.get(endpoints.webhooks(account), { signal })).data);
  poll(list.reload, { signal });
  return {
    title: () => t("webhooks.title"),
    view: () => html`
      ${pageHeader({ title: t("webhooks.title"), lead: used(list.data), actions: list.data?.webhooks.length ? addLink(list.data) : nothing })}
      ${list.view((data) => (data.webhooks.length ? table(data.webhooks) : none()))}
    `,
  };

  function used(data) {
    return data ? t("webhooks.used", { used: data.webhooks.length, limit: data.limit }) : nothing;
  }

  function addLink({ webhooks, limit }) {
    if (webhooks.length >= limit) return html`<p class="actions-note">${t("webhooks.full", { limit })}</p>`;
    return html`<a class="button" href=${paths.newWebhook(account)}>${icon("plus")}${t("webhooks.add")}</a>`;
  }

  function none() {
    return empty({ title: t("webhooks.empty_title"), body: t("webhooks.empty_body"), action: html`
      <div class="actions">${addLink(list.data)}
        <a class="button secondary" href=${paths.receiving(account)}>${t("webhooks.empty_receiving")}</a></div>` });
  }

  function table(webhooks) {
    const columns = ["name", "status", "events", "authentication", "backlog", "last"];
    return html`
      <div class="table-frame">
        <table class="cards">
          <thead><tr>${columns.map((name) => html`<th scope="col">${t(`webhooks.column_${name}`)}</th>`)}</tr></thead>
          <tbody>${repeat(webhooks, ({ webhookId }) => webhookId, row)}</tbody>
        </table>
      </div>
    `;
  }

  function row(webhook) {
    const { webhookId, name, targetUrl, eventNames, authentication, backlog, lastDeliveredAt, ordered } = webhook;
    return html`
      <tr>
        <th scope="row" class="column-name">
          <a href=${paths.webhook(account, webhookId)}>${name}</a>
          <span class="host">${hostOf(targetUrl)}</span>
        </th>
        <td data-label=${t("webhooks.column_status")}>${webhookStatus(webhook)}</td>
        <td class="number" data-label=${t("webhooks.column_events")}>${eventNames.length}</td>
        <td data-label=${t("webhooks.column_authentication")}>${t(`authentication.${authentication.type}`)}${ordered ? html` · ${t("webhooks.ordered")}` : nothing}</td>
        <td class="number" data-label=${t("webhooks.column_backlog")}>${backlog ? t("webhooks.backlog_waiting", { count: backlog }) : t("webhooks.none_waiting")}</td>
        <td data-label=${t("webhooks.column_last")}>${lastDeliveredAt ? time(lastDeliveredAt, "relative") : t("webhooks.never")}</td>
      </tr>
    `;
  }
}

/** The host of a URL, with its port; the text itself where it is none. */
function hostOf(url) {
  return URL.canParse(url) ? new URL(url).host : url;
}
