/* The addresses of the console's pages and of the API behind them. */
import { pagesRoot } from "../portal/mode.js";

const part = encodeURIComponent;

const account = (accountId) => `${pagesRoot()}/accounts/${part(accountId)}`;

export const paths = {
  home: () => pagesRoot(),
  webhooks: (accountId) => `${account(accountId)}/webhooks`,
  newWebhook: (accountId) => `${account(accountId)}/webhooks/new`,
  webhook: (accountId, webhookId) => `${account(accountId)}/webhooks/${part(webhookId)}`,
  editWebhook: (accountId, webhookId) => `${account(accountId)}/webhooks/${part(webhookId)}/edit`,
  deliveries: (accountId, webhookId) => `${account(accountId)}/webhooks/${part(webhookId)}/deliveries`,
  delivery: (accountId, webhookId, deliveryId) =>
    `${account(accountId)}/webhooks/${part(webhookId)}/deliveries/${part(deliveryId)}`,
  accountDeliveries: (accountId) => `${account(accountId)}/deliveries`,
  event: (accountId, eventId, timestamp = "") =>
    `${account(accountId)}/events/${part(eventId)}${timestamp && `?timestamp=${part(timestamp)}`}`,
  activity: (accountId) => `${account(accountId)}/activity`,
  webhookActivity: (accountId, webhookId) => `${account(accountId)}/webhooks/${part(webhookId)}/activity`,
  eventTypes: (accountId) => `${account(accountId)}/event-types`,
  receiving: (accountId) => `${account(accountId)}/receiving`,
  alerts: (accountId) => `${account(accountId)}/alerts`,
  /** Open to everybody, from the portal too. */
  openReceiving: () => "/console/receiving",
  /** No page of the console: it asks nobody to sign in. */
  reference: () => "/docs",
};

export const endpoints = {
  eventTypes: () => "/event-types",
  eventTypeSchema: (eventName) => `/event-types/${part(eventName)}/schema`,
  event: (accountId, eventId) => `/accounts/${part(accountId)}/events/${part(eventId)}`,
  accountDeliveries: (accountId) => `/accounts/${part(accountId)}/deliveries`,
  webhooks: (accountId) => `/accounts/${part(accountId)}/webhooks`,
  webhook: (accountId, webhookId) => `/accounts/${part(accountId)}/webhooks/${part(webhookId)}`,
  signature: (accountId, webhookId) => `${endpoints.webhook(accountId, webhookId)}/signature`,
  publicKeys: (accountId, webhookId) => `/accounts/${part(accountId)}/webhook-keys.json?webhookId=${part(webhookId)}`,
  deliveries: (accountId, webhookId) => `${endpoints.webhook(accountId, webhookId)}/deliveries`,
  delivery: (accountId, webhookId, deliveryId) =>
    `${endpoints.deliveries(accountId, webhookId)}/${part(deliveryId)}`,
  attempts: (accountId, webhookId, deliveryId) => `${endpoints.delivery(accountId, webhookId, deliveryId)}/attempts`,
  redeliverOne: (accountId, webhookId, deliveryId) => `${endpoints.delivery(accountId, webhookId, deliveryId)}/redeliver`,
  cancel: (accountId, webhookId, deliveryId) => `${endpoints.delivery(accountId, webhookId, deliveryId)}/cancel`,
  redeliverMany: (accountId, webhookId) => `${endpoints.webhook(accountId, webhookId)}/redeliver`,
  cancelMany: (accountId, webhookId) => `${endpoints.webhook(accountId, webhookId)}/cancel`,
  sendNow: (accountId, webhookId) => `${endpoints.webhook(accountId, webhookId)}/send-now`,
  activity: (accountId) => `/accounts/${part(accountId)}/activity`,
  alertAddresses: (accountId) => `/accounts/${part(accountId)}/alert-addresses`,
  alertLink: (purpose) => `/alert-addresses/${purpose}`,
  webhookActivity: (accountId, webhookId) => `${endpoints.webhook(accountId, webhookId)}/activity`,
  deliveryCounts: (accountId, webhookId) => `${endpoints.webhook(accountId, webhookId)}/delivery-counts`,
};
