/*
 * English, as written in Britain.
 *
 * One word for each thing: webhook, event, event type, receiver (who gets the POSTs), delivery (an event for a webhook), attempt (a POST of it),
 * response (of a receiver), pending (not delivered yet), set aside (tried alone), skipped (came while the webhook was off), expired, withdraw,
 * redeliver, retire (by an admin), disabled (automatically), reactivate, job, batch, signing secret.
 */
import activity from "./activity.js";
import alerts from "./alerts.js";
import authentication from "./authentication.js";
import choosing from "./choosing.js";
import deliveries from "./deliveries.js";
import events from "./events.js";
import guides from "./guides.js";
import form from "./form.js";
import portal from "./portal.js";
import requests from "./requests.js";
import shaping from "./shaping.js";
import shell from "./shell.js";
import secrets from "./secrets.js";
import standing from "./standing.js";
import subscribing from "./subscribing.js";
import testing from "./testing.js";
import webhooks from "./webhooks.js";

export default {
  ...shell, ...form, ...shaping, ...webhooks, ...events, ...deliveries, ...choosing, ...requests, ...activity, ...alerts, ...guides, ...authentication, ...secrets,
  ...standing, ...subscribing, ...testing, ...portal,
};

export { default as messages } from "./api/index.js";
