/* A message inside the page that stays until its cause is gone. */
import { html, nothing } from "lit-html";
import { icon } from "./icons.js";

/** A notice. `kind`: "info", "ok", "warn" or "bad"; `body` is a text or template, `actions` a template. */
export function notice(kind, title, body = nothing, actions = nothing) {
  return html`
    <section class="notice notice-${kind}">
      ${icon(kind)}
      <div class="notice-text"><strong>${title}</strong><div>${body}</div></div>
      ${actions === nothing ? nothing : html`<div class="notice-actions">${actions}</div>`}
    </section>
  `;
}
