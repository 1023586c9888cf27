/* How a webhook's POSTs are authenticated, to read. */
import { html, nothing } from "lit-html";
import { certificateFacts } from "./certificate.js";
import { t } from "../language/texts.js";

/** The type, with all that everybody may know of it. */
export function authenticated({ type, username, name, algorithm, ...oauth2 }) {
  const known = username ?? name;
  return html`${t(`authentication.${type}`)}${known ? html` · <code>${known}</code>` : nothing}${algorithm ? html` · ${t(`algorithm.${algorithm}`)}` : nothing}
    ${type === "OAUTH2" ? oauth2List(oauth2) : nothing}`;
}

function oauth2List({ tokenUrl, clientId, clientAuthentication, scope, audience }) {
  const facts = [
    ["token_url", tokenUrl], ["client_id", clientId], ["client_authentication", t(`client_authentication.${clientAuthentication}`)],
    ["scope", scope], ["audience", audience],
  ];
  return html`<ul class="plain">${facts.filter(([, value]) => value).map(([name, value]) => html`
    <li>${t("details.setting", { setting: t(`form.${name}`), value })}</li>`)}</ul>`;
}

/** Whether there is a certificate to show. */
export function hasCertificates({ clientCertificate, trustedCertificates }) {
  return Boolean(clientCertificate || trustedCertificates?.length);
}

/** The client certificate, and the authorities of the receiver's own. */
export function certificates({ clientCertificate, trustedCertificates }) {
  const parts = [["clientCertificate", [clientCertificate ?? []].flat()], ["trustedCertificates", trustedCertificates ?? []]];
  return parts.filter(([, shown]) => shown.length).map(([name, shown]) => html`
    <div class="certificate-part"><h3 class="fact-title">${t(`form.${name}`)}</h3>
      ${shown.map((facts) => certificateFacts(facts))}</div>`);
}
