/* English. */
import deliveries from "./en/deliveries.js";
import shell from "./en/shell.js";
import webhooks from "./en/webhooks.js";

export default { ...shell, ...webhooks, ...deliveries };
