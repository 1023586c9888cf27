/* The head of a page: where it is, its title, what can be done. */
import { html, nothing } from "lit-html";

/** A page's head. `trail` is a list of `[path, text]` above the title; `actions` stand at its side. */
export function pageHeader({ title, trail = [], lead = nothing, actions = nothing, trailLabel = "" }) {
  return html`
    ${trail.length ? html`<nav class="trail" aria-label=${trailLabel}>
      ${trail.map(([path, text], position) => html`${position ? html`<span aria-hidden="true">/</span>` : nothing}<a href=${path}>${text}</a>`)}</nav>` : nothing}
    <div class="page-head">
      <div class="page-head-text"><h1 tabindex="-1">${title}</h1>${lead === nothing ? nothing : html`<div class="lead">${lead}</div>`}</div>
      ${actions === nothing ? nothing : html`<div class="actions">${actions}</div>`}
    </div>
  `;
}
