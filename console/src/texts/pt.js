/* Portuguese. */
import activity from "./pt/activity.js";
import authentication from "./pt/authentication.js";
import deliveries from "./pt/deliveries.js";
import guides from "./pt/guides.js";
import form from "./pt/form.js";
import requests from "./pt/requests.js";
import shell from "./pt/shell.js";
import webhooks from "./pt/webhooks.js";

export default { ...shell, ...form, ...webhooks, ...deliveries, ...requests, ...activity, ...guides, ...authentication };

export { default as problems } from "./pt/problems.js";
export { default as eventTypes } from "./pt/event_types.js";
