/* What any type of authentication may have beside it: a client certificate, and authorities of the receiver's own. */
import { html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { certificateFacts } from "../webhook/certificate.js";
import { fieldProblem } from "../parts/field.js";
import { notice } from "../parts/notice.js";
import { ENTERED, KEPT, REMOVED } from "./authentication_model.js";
import { pemField } from "./pem_field.js";

/** Both parts, folded as long as the webhook has none of them. */
export function mutualTls(form) {
  const { t } = form;
  return html`
    <details class="form-more" .open=${live(form.tlsOpen)} @toggle=${(event) => { form.tlsOpen = event.target.open; }}>
      <summary>${t("form.mutual_tls")}</summary>
      <div class="form-section-body">
        <p class="field-hint">${t("form.mutual_tls_lead")}</p>
        ${part(form, "clientCertificate", clientFields)}
        ${part(form, "trustedCertificates", authoritiesField)}
      </div>
    </details>
  `;
}

/** A part: what is saved with what can be done with it, or the fields for another, or that it will be removed. */
function part(form, name, fields) {
  const { t, saved, values } = form;
  const id = `authentication.${name}`;
  const before = [saved?.authentication[name] ?? []].flat();
  // Somebody else may have removed meanwhile what this form would keep.
  const how = before.length ? values.authentication[name].how : ENTERED;
  const group = how === ENTERED && name === "trustedCertificates" ? `${id}.group` : id;
  return html`
    <fieldset class="certificate-part" id=${group} tabindex="-1">
      <legend>${t(`form.${name}`)}</legend>
      ${how === KEPT ? html`${before.map((facts) => certificateFacts(facts))}<p class="field-hint">${t(`form.${name}_kept`)}</p>` : nothing}
      ${how === REMOVED ? notice("warn", t(`form.${name}_removed`)) : nothing}
      ${group === id ? fieldProblem(id, form.problem(id)) : nothing}
      ${how === ENTERED ? fields(form) : nothing}
      ${before.length ? html`<div class="actions">${actions(form, name, how)}</div>` : nothing}
    </fieldset>
  `;
}

function actions(form, name, how) {
  const { t } = form;
  const offered = how === KEPT ? [[ENTERED, "replace"], [REMOVED, "remove"]] : [[KEPT, "keep"]];
  return offered.map(([next, text]) => html`
    <button type="button" class="secondary" @click=${() => turn(form, name, next)}>${t(`form.${name}_${text}`)}</button>`);
}

/** Another state of a part, without what was entered in it; the button that had the focus is gone. */
function turn(form, name, how) {
  const nothingEntered = name === "clientCertificate" ? { certificate: "", privateKey: "" } : { pem: "" };
  const id = `authentication.${name}`;
  form.setAuthentication({ [name]: { how, ...nothingEntered } }, [id, `${id}.certificate`, `${id}.privateKey`]);
  requestAnimationFrame(() => document.getElementById(how === ENTERED && name === "clientCertificate" ? `${id}.certificate` : id)?.focus());
}

function clientFields(form) {
  const { t, values } = form;
  const { clientCertificate } = values.authentication;
  const id = "authentication.clientCertificate";
  const enter = (field) => (text) => {
    const now = form.values.authentication.clientCertificate;
    form.setAuthentication({ clientCertificate: { ...now, how: ENTERED, [field]: text } }, [id, `${id}.${field}`]);
  };
  return html`
    ${pemField(form, {
      id: `${id}.certificate`, label: t("form.certificate"), hint: t("form.certificate_hint"),
      value: clientCertificate.certificate, enter: enter("certificate"),
    })}
    ${pemField(form, {
      id: `${id}.privateKey`, label: t("form.private_key"), hint: t("form.private_key_hint"), secret: true,
      value: clientCertificate.privateKey, enter: enter("privateKey"),
    })}
  `;
}

function authoritiesField(form) {
  const { t, values } = form;
  return html`${pemField(form, {
    id: "authentication.trustedCertificates", label: t("form.authorities"), hint: t("form.authorities_hint"),
    value: values.authentication.trustedCertificates.pem,
    enter: (pem) => form.setAuthentication({ trustedCertificates: { how: ENTERED, pem } }),
  })}`;
}
