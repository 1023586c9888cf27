/* A state as icon and text: never colour alone. */
import { html } from "lit-html";
import { icon } from "./icons.js";

/** A badge. `kind`: "ok", "warn", "bad", "off", "wait", "none" or "info", which chooses icon and colour. */
export function badge(kind, text) {
  return html`<span class="badge badge-${kind}">${icon(kind)}<span>${text}</span></span>`;
}
