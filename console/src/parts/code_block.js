/* Text that is code or data: scrolls inside itself, can be copied, and wraps nothing. */
import { html, nothing } from "lit-html";
import { t } from "../texts.js";
import { announce } from "./announce.js";
import { icon } from "./icons.js";

const SHOW_COPIED_MS = 2_000;

/** A block of code. `label` names it; `copy` false leaves the button out, `wrap` breaks long lines. */
export function codeBlock(text, { label = "", copy = true, wrap = false } = {}) {
  return html`
    <figure class="code ${wrap ? "code-wrap" : ""}">
      <figcaption>
        <span>${label}</span>
        ${copy ? copyButton(text) : nothing}
      </figcaption>
      <pre tabindex="0" role="group" aria-label=${label || nothing}><code>${text}</code></pre>
    </figure>
  `;
}

/** A button that puts a text into the clipboard, and says so. `label` and `kind` (a button's class) may be chosen. */
export function copyButton(text, { label = t("action.copy"), kind = "quiet" } = {}) {
  return html`<button type="button" class="${kind} copy" @click=${(event) => copyText(text, event.currentTarget)}>
    ${icon("copy")}${label}</button>`;
}

async function copyText(text, button) {
  const copied = await navigator.clipboard.writeText(text).then(() => true, () => false);
  const said = t(copied ? "action.copied" : "action.copy_failed");
  announce(said);
  // Shown by the style sheet, beside what the template has put into the button.
  button.dataset.said = said;
  setTimeout(() => delete button.dataset.said, SHOW_COPIED_MS);
}

/** JSON as a reader takes it. */
export function pretty(value) {
  return JSON.stringify(value, null, 2);
}
