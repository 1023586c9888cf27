/* Portuguese. */
import deliveries from "./pt/deliveries.js";
import shell from "./pt/shell.js";
import webhooks from "./pt/webhooks.js";

export default { ...shell, ...webhooks, ...deliveries };
