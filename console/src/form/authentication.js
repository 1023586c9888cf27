/* The section about how a receiver knows that a POST is ours. */
import { html, nothing } from "lit-html";
import { codeBlock } from "../parts/code_block.js";
import { notice } from "../parts/notice.js";
import { authenticationFields } from "./authentication_fields.js";
import { TYPES, previewOf } from "./authentication_model.js";
import { mutualTls } from "./mutual_tls.js";
import { choice, section } from "./section.js";

/** Authentication of every type. `signature` is what can be done with a secret that exists. */
export function authenticationSection(form, signature) {
  const { t, values } = form;
  const { type } = values.authentication;
  return section({ id: "authentication", title: t("form.authentication"), lead: t("form.authentication_lead") }, html`
    <fieldset class="form-choices">
      <legend class="visually-hidden">${t("form.authentication")}</legend>
      ${TYPES.map((offered) => choice({
        group: "authentication", value: offered, label: t(`authentication.${offered}`), hint: t(`form.authentication_${offered}`),
        chosen: type === offered, choose: () => form.setAuthentication({ type: offered }),
      }))}
    </fieldset>
    ${lost(form)}
    ${authenticationFields(form, signature)}
    ${preview(form)}
    ${mutualTls(form)}
  `);
}

/** What is deleted with another choice. */
function lost({ t, values, saved }) {
  const before = saved?.authentication.type ?? "NONE";
  if (before === "NONE" || before === values.authentication.type) return nothing;
  return notice("warn", t(`form.lost_${before}`));
}

function preview({ t, values }) {
  const sent = previewOf(values.authentication);
  return sent ? codeBlock(sent, { label: t("form.preview"), copy: false, wrap: true }) : nothing;
}
