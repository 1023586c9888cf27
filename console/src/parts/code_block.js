/* Text that is code or data: scrolls inside itself, can be copied, and wraps nothing. */
import { html, nothing } from "lit-html";
import { t } from "../texts.js";
import { announce } from "./announce.js";
import { icon } from "./icons.js";

/** A block of code. `label` names it; `copy` false leaves the button out. */
export function codeBlock(text, { label = "", copy = true } = {}) {
  return html`
    <figure class="code">
      <figcaption>
        <span>${label}</span>
        ${copy ? html`<button type="button" class="quiet" @click=${() => copyText(text)}>${icon("copy")}${t("action.copy")}</button>` : nothing}
      </figcaption>
      <pre tabindex="0" aria-label=${label || nothing}><code>${text}</code></pre>
    </figure>
  `;
}

/** Put a text into the clipboard, and say so. */
export async function copyText(text) {
  await navigator.clipboard.writeText(text);
  announce(t("action.copied"));
}

/** JSON as a reader takes it. */
export function pretty(value) {
  return JSON.stringify(value, null, 2);
}
