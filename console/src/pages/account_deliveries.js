/* The deliveries of all webhooks of an account, and the way to one event. */
import { html } from "lit-html";
import { eventTypes } from "../events/catalogue.js";
import { DeliveryLog } from "../deliveries/delivery_log.js";
import { EventSearch } from "../events/event_search.js";
import { pageHeader } from "../parts/page_header.js";
import { resource } from "../parts/states.js";
import { endpoints } from "../addresses/paths.js";
import { poll } from "../polling.js";
import { zoneName } from "../language/times.js";

/** The page at `…/deliveries`; the filters stand in the address. */
export function accountDeliveriesPage(context) {
  const { t, account, api, signal } = context;
  const webhooks = resource(context, async () => (await api.get(endpoints.webhooks(account), { signal })).data.webhooks);
  const search = new EventSearch(context);
  const log = new DeliveryLog(context, {
    address: endpoints.accountDeliveries(account),
    eventTypes: resource(context, () => eventTypes(api)),
    webhooks: {
      of: ({ webhookId }) => webhooks.data?.find((webhook) => webhook.webhookId === webhookId),
      own: () => [],
      reload: () => webhooks.reload(),
    },
    named: true,
  });
  // When a delivery is tried next is told by its webhook.
  poll(() => Promise.all([webhooks.reload(), log.refresh()]), { signal });
  return {
    title: () => t("deliveries.title"),
    queryChanged: () => log.load({ told: true }),
    view: () => html`
      ${pageHeader({ title: t("deliveries.title"), lead: t("deliveries.lead_account", { zone: zoneName() }) })}
      ${search.view()}
      ${log.view()}
    `,
  };
}
