/* Text that is code or data: JSON told apart by colours, what is long folded; all of it can be copied. */
import { html, nothing } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import { partsOf } from "../json_text.js";
import { language, t } from "../language/texts.js";
import { announce } from "./announce.js";
import { icon } from "./icons.js";

const SHOW_COPIED_MS = 2_000;
/** Characters and lines, beyond which the rest is folded. */
const MOST_SHOWN = 4_000;
const MOST_LINES = 40;

/**
 * A block of code; JSON is coloured, and its long lines are broken. `label` names it; `copy` false leaves the button out,
 * `wrap` breaks long lines of other text too. What is long is folded until somebody asks for all.
 */
export function codeBlock(text, { label = "", copy = true, wrap = false } = {}) {
  // Once a text: the page is drawn anew whenever anything changes on it.
  return guard([text, label, copy, wrap, language()], () => block(text, { label, copy, wrap }));
}

function block(text, { label, copy, wrap }) {
  const parts = partsOf(text);
  const wraps = wrap || parts !== null;
  const long = text.length > MOST_SHOWN || text.split("\n").length > MOST_LINES;
  return html`
    <figure class="code ${wraps ? "code-wrap" : ""} ${long ? "code-long" : ""}">
      <figcaption>
        <span>${label}</span>
        ${copy ? copyButton(text) : nothing}
      </figcaption>
      <pre tabindex=${wraps ? nothing : 0} role="group" aria-label=${label || nothing}><code>${parts ? parts.map(part) : text}</code></pre>
      ${long ? html`<button type="button" class="quiet code-more" aria-expanded="false" @click=${unfold}>
        <span class="code-all">${t("code.show_all")}</span><span class="code-less">${t("code.show_less")}</span></button>` : nothing}
    </figure>
  `;
}

function part([kind, text]) {
  return kind ? html`<span class="json-${kind}">${text}</span>` : text;
}

/** By hand, as what has been copied is said: it belongs to what is shown, not to the page's state. */
function unfold({ currentTarget: button }) {
  const open = button.parentElement.toggleAttribute("data-open");
  button.setAttribute("aria-expanded", String(open));
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
