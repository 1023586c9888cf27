/* The section about how a receiver knows that a POST is ours. */
import { html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { field } from "../parts/field.js";
import { notice } from "../parts/notice.js";
import { ownSecret } from "../parts/own_secret.js";
import { section } from "./section.js";

const TYPES = ["NONE", "BASIC", "SIGNATURE"];

/** Authentication: none, basic or signature. `signature` is what can be done with a secret that exists. */
export function authenticationSection(form, signature) {
  const { t, values } = form;
  const { type } = values.authentication;
  return section({ id: "authentication", title: t("form.authentication"), lead: t("form.authentication_lead") }, html`
    <fieldset class="form-choices">
      <legend class="visually-hidden">${t("form.authentication")}</legend>
      ${TYPES.map((offered) => choice(form, offered))}
    </fieldset>
    ${lost(form)}
    ${type === "BASIC" ? basic(form) : nothing}
    ${type === "SIGNATURE" ? secret(form, signature) : nothing}
  `);
}

function choice(form, offered) {
  const { t, values } = form;
  const id = `authentication-${offered}`;
  const chosen = values.authentication.type === offered;
  return html`
    <div class="form-choice">
      <input type="radio" name="authentication" id=${id} value=${offered} .checked=${live(chosen)}
        aria-describedby="${id}-hint" @change=${() => setPart(form, { type: offered })}>
      <div>
        <label for=${id}>${t(`authentication.${offered}`)}</label>
        <p id="${id}-hint" class="field-hint">${t(`form.authentication_${offered}`)}</p>
      </div>
    </div>
  `;
}

function secret(form, signature) {
  const { t, saved } = form;
  if (saved?.authentication.type === "SIGNATURE") return signature;
  const id = "authentication.secret";
  return html`
    ${notice("info", t("form.secret_later"), t("form.secret_later_more"))}
    ${ownSecret(t, { id, problem: form.problem(id), enter: (entered) => setPart(form, { secret: entered }) })}
  `;
}

/** What is deleted with another choice. */
function lost({ t, values, saved }) {
  const before = saved?.authentication.type ?? "NONE";
  if (before === "NONE" || before === values.authentication.type) return nothing;
  return notice("warn", t(`form.lost_${before}`));
}

function basic(form) {
  const { t, values, saved } = form;
  const kept = saved?.authentication.type === "BASIC";
  return html`
    <div class="field-row">
      ${field({
        id: "authentication.username", label: t("form.username"), problem: form.problem("authentication.username"),
        control: ({ id, describedBy, invalid }) => html`<input id=${id} maxlength="255" autocomplete="off"
          autocapitalize="off" spellcheck="false" .value=${live(values.authentication.username)} aria-describedby=${describedBy} aria-invalid=${invalid}
          @input=${(event) => setPart(form, { username: event.target.value })}>`,
      })}
      ${field({
        id: "authentication.password", label: t("form.password"), hint: kept ? t("form.password_kept") : "",
        problem: form.problem("authentication.password"),
        control: ({ id, describedBy, invalid }) => html`<input id=${id} maxlength="255" type="password"
          autocomplete="new-password" .value=${live(values.authentication.password)} aria-describedby=${describedBy} aria-invalid=${invalid}
          @input=${(event) => setPart(form, { password: event.target.value })}>`,
      })}
    </div>
  `;
}

function setPart(form, part) {
  const fields = Object.keys(part).map((name) => `authentication.${name}`);
  form.set("authentication", { ...form.values.authentication, ...part }, fields);
}
