/* The pages and their addresses. */
import { accountDeliveriesPage } from "../pages/account_deliveries.js";
import { activityPage } from "../pages/activity.js";
import { alertLinkPage } from "../pages/alert_link.js";
import { alertsPage } from "../pages/alerts.js";
import { deliveriesPage } from "../pages/deliveries.js";
import { deliveryPage } from "../pages/delivery.js";
import { eventPage } from "../pages/event.js";
import { eventTypesPage } from "../pages/event_types.js";
import { openReceivingPage } from "../pages/open_receiving.js";
import { receivingPage } from "../pages/receiving.js";
import { webhookPage } from "../pages/webhook.js";
import { editWebhookPage, newWebhookPage } from "../pages/webhook_form.js";
import { webhooksPage } from "../pages/webhooks.js";

const ACCOUNT = "/console/accounts/:accountId";

/** The capability that a page is worth nothing without; of the others it is "read". */
export const NEEDED = new Map([[newWebhookPage, "write"], [editWebhookPage, "write"]]);

/** `[pattern, page]`; the first that fits counts, so `new` comes before `:webhookId`. */
export const ROUTES = [
  [ACCOUNT, webhooksPage],
  [`${ACCOUNT}/webhooks`, webhooksPage],
  [`${ACCOUNT}/webhooks/new`, newWebhookPage],
  [`${ACCOUNT}/webhooks/:webhookId`, webhookPage],
  [`${ACCOUNT}/webhooks/:webhookId/edit`, editWebhookPage],
  [`${ACCOUNT}/webhooks/:webhookId/deliveries`, deliveriesPage],
  [`${ACCOUNT}/webhooks/:webhookId/deliveries/:deliveryId`, deliveryPage],
  [`${ACCOUNT}/webhooks/:webhookId/activity`, activityPage],
  [`${ACCOUNT}/deliveries`, accountDeliveriesPage],
  [`${ACCOUNT}/events/:eventId`, eventPage],
  [`${ACCOUNT}/activity`, activityPage],
  [`${ACCOUNT}/event-types`, eventTypesPage],
  [`${ACCOUNT}/receiving`, receivingPage],
  [`${ACCOUNT}/alerts`, alertsPage],
];

/** Those that nobody has to be signed in for. */
export const OPEN_ROUTES = [["/console/alerts", alertLinkPage], ["/console/receiving", openReceivingPage]];
