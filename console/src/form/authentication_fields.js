/* The fields that each type of authentication has. */
import { html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { field } from "../parts/field.js";
import { notice } from "../parts/notice.js";
import { ALGORITHMS, CLIENT_AUTHENTICATIONS, keepsSecret } from "./authentication_model.js";
import { newSecret } from "./new_secret.js";
import { secretField } from "./secret_field.js";
import { choice } from "./section.js";

const DRAWN = { BASIC: basic, BEARER: bearer, HEADER: header, OAUTH2: oauth2, SIGNATURE: signed };

/** The fields of the type that is chosen. `signature` is what can be done with a secret that exists. */
export function authenticationFields(form, signature) {
  return DRAWN[form.values.authentication.type]?.(form, signature) ?? nothing;
}

function basic(form) {
  const { t } = form;
  return html`
    <div class="field-row">
      ${text(form, "username", { label: t("form.username"), most: 255 })}
      ${secret(form, "password", { label: t("form.password"), most: 255 })}
    </div>
  `;
}

function bearer(form) {
  return html`${secret(form, "token", { label: form.t("form.token"), hint: form.t("form.token_hint"), most: 4096 })}`;
}

function header(form) {
  const { t } = form;
  return html`
    <div class="field-row">
      ${text(form, "name", { label: t("form.secret_header"), hint: t("form.secret_header_hint"), most: 100 })}
      ${secret(form, "value", { label: t("form.secret_value"), hint: t("form.secret_value_hint"), most: 4096 })}
    </div>
  `;
}

function oauth2(form) {
  const { t } = form;
  const optional = t("form.optional");
  return html`
    ${text(form, "tokenUrl", { label: t("form.token_url"), hint: t("form.token_url_hint"), most: 2048, type: "url" })}
    <div class="field-row">
      ${text(form, "clientId", { label: t("form.client_id"), most: 1024 })}
      ${secret(form, "clientSecret", { label: t("form.client_secret"), most: 1024, kept: t("form.client_secret_kept") })}
    </div>
    ${clientAuthentication(form)}
    <div class="field-row">
      ${text(form, "scope", { label: t("form.scope"), hint: t("form.scope_hint"), optional, most: 1024 })}
      ${text(form, "audience", { label: t("form.audience"), hint: t("form.audience_hint"), optional, most: 1024 })}
    </div>
  `;
}

function clientAuthentication(form) {
  const { t, values } = form;
  const chosen = values.authentication.clientAuthentication;
  const name = "authentication.clientAuthentication";
  return field({
    id: name, label: t("form.client_authentication"), problem: form.problem(name),
    control: ({ id, describedBy, invalid }) => html`<select id=${id} aria-describedby=${describedBy} aria-invalid=${invalid}
      @change=${(event) => form.setAuthentication({ clientAuthentication: event.target.value })}>
      ${CLIENT_AUTHENTICATIONS.map((way) => html`<option value=${way} .selected=${live(way === chosen)}>
        ${t(`client_authentication.${way}`)}</option>`)}</select>`,
  });
}

function signed(form, signature) {
  const { t, values, saved } = form;
  const { algorithm } = values.authentication;
  const signs = saved?.authentication.type === "SIGNATURE";
  const keysLater = algorithm === "ED25519" && !(signs && saved.authentication.algorithm === algorithm);
  return html`
    <fieldset class="form-choices">
      <legend>${t("form.algorithm")}</legend>
      ${ALGORITHMS.map((offered) => choice({
        group: "algorithm", value: offered, label: t(`algorithm.${offered}`), hint: t(`form.algorithm_${offered}`),
        chosen: algorithm === offered, choose: () => form.setAuthentication({ algorithm: offered }),
      }))}
    </fieldset>
    ${keysLater ? notice("info", t("form.keys_later"), t("form.keys_later_more")) : nothing}
    ${signs ? signature : firstSecret(form)}
  `;
}

function firstSecret(form) {
  return form.signsFirst ? newSecret(form) : notice("info", form.t("secret.made_when_saved"), form.t("secret.made_when_saved_more"));
}

function text(form, part, { label, hint, optional, most, type = "text" }) {
  const name = `authentication.${part}`;
  return field({
    id: name, label, hint, optional, problem: form.problem(name),
    control: ({ id, describedBy, invalid }) => html`<input id=${id} type=${type} maxlength=${most} autocomplete="off"
      autocapitalize="off" spellcheck="false" .value=${live(form.values.authentication[part])} aria-describedby=${describedBy}
      aria-invalid=${invalid} @input=${(event) => form.setAuthentication({ [part]: event.target.value })}>`,
  });
}

/** A secret: where one of this type is saved, the hint says that it counts until another is entered. */
function secret(form, part, { label, hint, most, kept = form.t("form.secret_kept") }) {
  const id = `authentication.${part}`;
  return secretField(form.t, {
    id, label, hint: keepsSecret(form.values.authentication, form.saved) ? kept : hint, problem: form.problem(id), most,
    value: form.values.authentication[part], enter: (entered) => form.setAuthentication({ [part]: entered }),
  });
}
