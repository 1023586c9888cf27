/* Portuguese. */
import activity from "./pt/activity.js";
import authentication from "./pt/authentication.js";
import choosing from "./pt/choosing.js";
import deliveries from "./pt/deliveries.js";
import events from "./pt/events.js";
import guides from "./pt/guides.js";
import form from "./pt/form.js";
import requests from "./pt/requests.js";
import shaping from "./pt/shaping.js";
import shell from "./pt/shell.js";
import secrets from "./pt/secrets.js";
import standing from "./pt/standing.js";
import subscribing from "./pt/subscribing.js";
import testing from "./pt/testing.js";
import webhooks from "./pt/webhooks.js";

export default {
  ...shell, ...form, ...shaping, ...webhooks, ...events, ...deliveries, ...choosing, ...requests, ...activity, ...guides, ...authentication, ...secrets,
  ...standing, ...subscribing, ...testing,
};

export { default as problems } from "./pt/problems.js";
