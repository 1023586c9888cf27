/* English. */
import activity from "./en/activity.js";
import deliveries from "./en/deliveries.js";
import guides from "./en/guides.js";
import form from "./en/form.js";
import requests from "./en/requests.js";
import shell from "./en/shell.js";
import webhooks from "./en/webhooks.js";

export default { ...shell, ...form, ...webhooks, ...deliveries, ...requests, ...activity, ...guides };

// The API's messages and descriptions are English already.
export const problems = [];
export const eventTypes = {};
