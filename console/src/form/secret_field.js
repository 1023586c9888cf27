/* A field whose content is hidden until somebody wants to see it. */
import { html } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { field } from "../parts/field.js";

/** The field; `enter(text)` is called with what was typed. */
export function secretField(t, { id, label, hint, problem, most, value, enter }) {
  return field({
    id, label, hint, problem,
    control: ({ id: control, describedBy, invalid }) => html`<div class="secret-field">
      <input id=${control} maxlength=${most} type="password" autocomplete="new-password" autocapitalize="off"
        spellcheck="false" .value=${live(value)} aria-describedby=${describedBy} aria-invalid=${invalid}
        @input=${(event) => enter(event.target.value)}>
      ${showButton(t, { label, show: (input, shown) => (input.type = shown ? "text" : "password") })}</div>`,
  });
}

/** A button that shows and hides the control before it, by `show(control, shown)`; what it does to it no template undoes. */
export function showButton(t, { label, show }) {
  const toggle = ({ currentTarget }) => {
    const shown = currentTarget.getAttribute("aria-pressed") !== "true";
    currentTarget.setAttribute("aria-pressed", shown);
    show(currentTarget.previousElementSibling, shown);
  };
  return html`<button type="button" class="quiet" aria-pressed="false" @click=${toggle}>${t("form.show")}<span
    class="visually-hidden"> ${label}</span></button>`;
}
