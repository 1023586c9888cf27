/* A part of the form: what it is about at the side, its controls beside that. */
import { html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { fieldProblem } from "../parts/field.js";

/** A section with a title, a lead and its content. */
export function section({ id, title, lead = nothing }, content) {
  return html`
    <section class="form-section" aria-labelledby="${id}-title">
      <div class="form-section-head"><h2 id="${id}-title">${title}</h2>${lead === nothing ? nothing : html`<p>${lead}</p>`}</div>
      <div class="form-section-body">${content}</div>
    </section>
  `;
}

/** A switch with its name, what it means, and what is wrong with it; `set` gets true or false. */
export function toggle({ id, label, hint, checked, problem = "", set }) {
  return html`
    <div class="toggle">
      <input type="checkbox" role="switch" id=${id} .checked=${checked}
        aria-describedby=${problem ? `${id}-hint ${id}-problem` : `${id}-hint`} aria-invalid=${problem ? "true" : nothing}
        @change=${(event) => set(event.target.checked)}>
      <div><label for=${id}>${label}</label><p id="${id}-hint" class="field-hint">${hint}</p>${fieldProblem(id, problem)}</div>
    </div>
  `;
}

/** One of several that exclude each other, with what it means. */
export function choice({ group, value, label, hint, chosen, choose }) {
  const id = `${group}-${value}`;
  return html`
    <div class="form-choice">
      <input type="radio" name=${group} id=${id} value=${value} .checked=${live(chosen)}
        aria-describedby="${id}-hint" @change=${choose}>
      <div>
        <label for=${id}>${label}</label>
        <p id="${id}-hint" class="field-hint">${hint}</p>
      </div>
    </div>
  `;
}
