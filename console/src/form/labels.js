/* What the fields of a webhook are called. */
import { t } from "../texts.js";
import { LIMITS } from "./model.js";

const LABELS = {
  name: "form.name", description: "form.description", targetUrl: "form.target_url", eventNames: "form.events",
  headers: "form.headers", "authentication.username": "form.username", "authentication.password": "form.password",
  "authentication.secret": "activity.secret", "authentication.type": "form.authentication", authentication: "form.authentication", active: "form.activation",
  ordered: "form.ordered", delivery: "form.delivery",
  ...Object.fromEntries([...LIMITS, "partialResponses"].map((setting) => [`delivery.${setting}`, `form.${setting}`])),
};

/** The name of a field of the API on the form: "Target URL", "Custom headers X-Tenant"; one that is not there as it is. */
export function fieldLabel(field) {
  if (LABELS[field]) return t(LABELS[field]);
  const [outer, ...inner] = field.split(".");
  return outer === "headers" ? `${t("form.headers")} ${inner.join(".")}`.trim() : field;
}
