/* English. */
import activity from "./activity.js";
import authentication from "./authentication.js";
import deliveries from "./deliveries.js";
import events from "./events.js";
import guides from "./guides.js";
import form from "./form.js";
import requests from "./requests.js";
import shaping from "./shaping.js";
import shell from "./shell.js";
import webhooks from "./webhooks.js";

export default {
  ...shell, ...form, ...shaping, ...webhooks, ...events, ...deliveries, ...requests, ...activity, ...guides, ...authentication,
};

export { default as problems } from "./problems.js";
