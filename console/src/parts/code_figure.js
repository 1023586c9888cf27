/* Text that is code or data, in whatever language the page around it speaks: its words are given. */
import { html, nothing } from "lit-html";
import { partsOf } from "../json_text.js";
import { announce } from "./announce.js";
import { icon } from "./icons.js";

const SHOW_COPIED_MS = 2_000;
/** Characters and lines, beyond which the rest is folded. */
const MOST_SHOWN = 4_000;
const MOST_LINES = 40;

/**
 * A block of code; JSON is coloured, and its long lines are broken. `words` are `{copy, copied, failed, all, less}`; `label`
 * names it; `copy` false leaves the button out, `wrap` breaks long lines of other text too. What is long is folded until somebody asks for all.
 */
export function codeFigure(text, words, { label = "", copy = true, wrap = false } = {}) {
  const parts = partsOf(text);
  const wraps = wrap || parts !== null;
  const long = text.length > MOST_SHOWN || text.split("\n").length > MOST_LINES;
  return html`
    <figure class="code ${wraps ? "code-wrap" : ""} ${long ? "code-long" : ""}">
      <figcaption>
        <span>${label}</span>
        ${copy ? copyControl(text, words) : nothing}
      </figcaption>
      <pre tabindex=${wraps ? nothing : 0} role="group" aria-label=${label || nothing}><code>${parts ? parts.map(part) : text}</code></pre>
      ${long ? html`<button type="button" class="quiet code-more" aria-expanded="false" @click=${unfold}>
        <span class="code-all">${words.all}</span><span class="code-less">${words.less}</span></button>` : nothing}
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

/** A button that puts a text into the clipboard, and says so; `kind` is its class. */
export function copyControl(text, words, { label = words.copy, kind = "quiet" } = {}) {
  return html`<button type="button" class="${kind} copy" @click=${(event) => copyText(text, words, event.currentTarget)}>
    ${icon("copy")}${label}</button>`;
}

async function copyText(text, words, button) {
  const copied = await navigator.clipboard.writeText(text).then(() => true, () => false);
  const said = copied ? words.copied : words.failed;
  announce(said);
  // Shown by the style sheet, beside what the template has put into the button.
  button.dataset.said = said;
  setTimeout(() => delete button.dataset.said, SHOW_COPIED_MS);
}
