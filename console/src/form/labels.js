/* What the fields of a webhook are called. */
import { t } from "../language/texts.js";
import { LIMITS, SWITCHES } from "./model.js";

const LABELS = {
  name: "form.name", description: "form.description", targetUrl: "form.target_url", eventNames: "form.events",
  headers: "form.headers", authentication: "form.authentication", active: "form.activation", ordered: "form.ordered",
  delivery: "form.delivery", filter: "form.filter", transform: "form.transform", format: "form.format",
  ...of("authentication", {
    type: "form.authentication", username: "form.username", password: "form.password", token: "form.token", name: "form.secret_header",
    value: "form.secret_value", secret: "activity.secret", algorithm: "form.algorithm", tokenUrl: "form.token_url",
    clientId: "form.client_id", clientSecret: "form.client_secret", clientAuthentication: "form.client_authentication",
    scope: "form.scope", audience: "form.audience", clientCertificate: "form.clientCertificate",
    "clientCertificate.certificate": "form.certificate", "clientCertificate.privateKey": "form.private_key",
    trustedCertificates: "form.trustedCertificates",
  }),
  ...of("delivery", Object.fromEntries([...LIMITS, ...SWITCHES].map((setting) => [setting, `form.${setting}`]))),
};

function of(outer, texts) {
  return Object.fromEntries(Object.entries(texts).map(([inner, text]) => [`${outer}.${inner}`, text]));
}

/** The name of a field of the API on the form: "Target URL", "Custom headers X-Tenant"; one that is not there as it is. */
export function fieldLabel(field) {
  if (LABELS[field]) return t(LABELS[field]);
  const [outer, ...inner] = field.split(".");
  return outer === "headers" ? `${t("form.headers")} ${inner.join(".")}`.trim() : field;
}
