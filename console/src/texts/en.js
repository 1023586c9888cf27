/* English. */
import activity from "./en/activity.js";
import authentication from "./en/authentication.js";
import choosing from "./en/choosing.js";
import deliveries from "./en/deliveries.js";
import events from "./en/events.js";
import guides from "./en/guides.js";
import form from "./en/form.js";
import requests from "./en/requests.js";
import shaping from "./en/shaping.js";
import shell from "./en/shell.js";
import secrets from "./en/secrets.js";
import standing from "./en/standing.js";
import subscribing from "./en/subscribing.js";
import testing from "./en/testing.js";
import webhooks from "./en/webhooks.js";

export default {
  ...shell, ...form, ...shaping, ...webhooks, ...events, ...deliveries, ...choosing, ...requests, ...activity, ...guides, ...authentication, ...secrets,
  ...standing, ...subscribing, ...testing,
};

// The API's messages are English already; what is null to it is removed here.
export const problems = [[/^must be entered again, or null, (.+)$/, "must be entered again, or removed, $1"]];
