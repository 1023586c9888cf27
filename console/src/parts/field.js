/* A labelled control with its hint and its problem, joined for screen readers. */
import { html, nothing } from "lit-html";

/**
 * A field. `control(attributes)` draws the control; it takes `attributes.id`, `.describedBy` and `.invalid` (each to be
 * bound, the latter two may be `nothing`). `problem` is the text of what is wrong, or "".
 */
export function field({ id, label, hint = "", problem = "", optional = "", control }) {
  const described = [hint && `${id}-hint`, problem && `${id}-problem`].filter(Boolean).join(" ");
  return html`
    <div class="field ${problem ? "field-wrong" : ""}">
      <label for=${id}>${label}${optional ? html` <span class="optional">${optional}</span>` : nothing}</label>
      ${hint ? html`<p id="${id}-hint" class="field-hint">${hint}</p>` : nothing}
      ${control({ id, describedBy: described || nothing, invalid: problem ? "true" : nothing })}
      ${fieldProblem(id, problem)}
    </div>
  `;
}

/** The line below a control that says what is wrong with it. */
export function fieldProblem(id, problem) {
  return problem ? html`<p id="${id}-problem" class="field-problem">${problem}</p>` : nothing;
}
