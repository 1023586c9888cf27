/* The field for a signing secret that a receiver has already. */
import { html } from "lit-html";
import { field } from "./field.js";

/** The field; `enter(secret)` is called with what was typed, without the blanks that copying brings along. */
export function ownSecret(t, { id, problem = "", enter }) {
  return field({
    id, label: t("signature.own"), hint: t("signature.own_hint"), optional: t("form.optional"), problem,
    control: ({ id: control, describedBy, invalid }) => html`<input id=${control} maxlength="200" type="password"
      autocomplete="new-password" aria-describedby=${describedBy} aria-invalid=${invalid}
      @input=${(event) => enter(event.target.value.trim())}>`,
  });
}
