/* The signing secret of a webhook that is not saved with it yet: made here, for the receiver to have before the first test. */
import { html, nothing } from "lit-html";
import { announce } from "../parts/announce.js";
import { copyButton } from "../parts/code_block.js";
import { icon } from "../parts/icons.js";
import { notice } from "../parts/notice.js";
import { saveSignature } from "../signatures/signature_download.js";
import { unsavedSignature } from "../signatures/signing.js";
import { secretField } from "./secret_field.js";

const ID = "authentication.secret";

/** The field with the secret, hidden, and what can be done with it. Any of its buttons lets somebody have the secret. */
export function newSecret(form) {
  const { t, values } = form;
  const secret = values.authentication.secret.trim();
  const buttons = html`
    ${copyButton(secret, { label: t("secret.copy"), kind: "secondary" })}
    <button type="button" class="secondary" @click=${() => download(form, secret)}>${icon("download")}${t("signature.download")}</button>`;
  return html`
    ${form.secretLost ? notice("warn", t("secret.lost"), t("secret.lost_more")) : nothing}
    <div class="new-secret" @click=${(event) => event.target.closest("button") && form.seeSecret()}>
      ${secretField(t, {
        id: ID, label: t("secret.label"), hint: t("secret.hint"), problem: form.problem(ID), most: 200,
        value: values.authentication.secret, enter: (entered) => form.setAuthentication({ secret: entered }),
      })}
      <div class="actions">
        ${secret ? buttons : nothing}
        <button type="button" class="secondary" @click=${() => another(form)}>${icon("refresh")}${t("secret.another")}</button>
      </div>
    </div>
  `;
}

function download({ t, values }, secret) {
  saveSignature(unsavedSignature(secret), values.name.trim().replaceAll(/[^\p{L}\p{N}._-]+/gu, "-") || "webhook");
  announce(t("receiving.downloaded"));
}

function another(form) {
  form.makeSecret();
  announce(form.t("secret.made"));
}

/** What to do where a receiver has refused the signature of a test; it leads to the secret. */
export function secretAdvice(t) {
  const lead = () => document.getElementById(ID)?.focus();
  return [t("secret.advice"), html`<button type="button" class="secondary" @click=${lead}>${t("secret.advice_lead")}</button>`];
}
