/* What a test sends, or a preview is of: the sample of an event type, or what somebody makes of it. */
import { html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { objectOf } from "./json_entry.js";
import { problemText, t } from "../language/texts.js";
import { announce } from "../parts/announce.js";
import { pretty } from "../parts/code_block.js";
import { field } from "../parts/field.js";

/** How the API names what is refused in it. */
const PLACE = /^event(?:\.data)?(?:\.|$)/;

/** A folded editor, whose field is `id`; `sampleOf(eventName)` is the catalogue's data of a type, `changed()` draws. */
export class TestSample {
  open = false;
  #id;
  #sampleOf;
  #changed;
  #typed = new Map();
  /** `{eventName, text}` of what is wrong with what was entered for an event type, or null. */
  #problem = null;
  /** Of which event type something was sent last. */
  #sent = "";

  constructor({ id, sampleOf, changed }) {
    this.#id = id;
    this.#sampleOf = sampleOf;
    this.#changed = changed;
  }

  /** The data that stands in the editor for an event type, as text. */
  text(eventName) {
    return this.#typed.get(eventName) ?? this.#sample(eventName);
  }

  /** What goes to the API in place of the sample: null where it is as it was, undefined where it cannot go. */
  entered(eventName) {
    this.#sent = eventName;
    if (!this.#typed.has(eventName)) return null;
    const { value, problem, ...place } = objectOf(this.text(eventName));
    if (!problem) return { data: value };
    this.#refuse(problem === "object" ? t("sample.no_object") : t("sample.syntax", place));
    return undefined;
  }

  /** Take over what the API says is wrong with the event; false where it says nothing of it. */
  takeProblems(error) {
    const errors = error.problem?.errors ?? [];
    if (error.status !== 422 || !errors.length || !errors.every(({ field: place }) => PLACE.test(place))) return false;
    this.#refuse(html`${errors.map(({ field: place, message }) => html`<span class="sample-problem">${inner(place)}${problemText(message)}</span>`)}`);
    return true;
  }

  view(eventName) {
    if (eventName === undefined || this.#sample(eventName) === "") return nothing;
    const own = this.#typed.has(eventName);
    return html`
      <details class="form-more test-sample" .open=${live(this.open)} @toggle=${(event) => this.#toggled(event.target.open)}>
        <summary>${t("sample.edit")}${own ? html` <span class="muted">${t("sample.edited")}</span>` : nothing}</summary>
        ${this.open ? this.#editor(eventName, own) : nothing}
      </details>
    `;
  }

  #editor(eventName, own) {
    return html`
      ${field({
        id: this.#id, label: t("sample.label"), hint: t("sample.hint"), problem: this.#problem?.eventName === eventName ? this.#problem.text : "",
        control: ({ id, describedBy, invalid }) => html`<textarea id=${id} class="sample-text" rows="12" autocomplete="off"
          autocapitalize="off" spellcheck="false" .value=${live(this.text(eventName))} aria-describedby=${describedBy}
          aria-invalid=${invalid} @input=${(event) => this.#enter(eventName, event.target.value)}></textarea>`,
      })}
      <div class="actions"><button type="button" class="secondary" aria-disabled=${own ? "false" : "true"}
        @click=${() => own && this.#reset(eventName)}>${t("sample.reset")}</button></div>
    `;
  }

  #sample(eventName) {
    const data = this.#sampleOf(eventName);
    return data === undefined ? "" : pretty(data);
  }

  #toggled(open) {
    if (open === this.open) return;
    this.open = open;
    this.#changed();
  }

  #enter(eventName, text) {
    this.#problem = null;
    if (text === this.#sample(eventName)) this.#typed.delete(eventName);
    else this.#typed.set(eventName, text);
    this.#changed();
  }

  #reset(eventName) {
    this.#enter(eventName, this.#sample(eventName));
    announce(t("sample.was_reset"));
  }

  #refuse(text) {
    this.open = true;
    this.#problem = { eventName: this.#sent, text };
    this.#changed();
    requestAnimationFrame(() => document.getElementById(this.#id)?.focus());
  }
}

/** The place within the data, before what is wrong there. */
function inner(place) {
  const rest = place.replace(PLACE, "");
  return rest ? html`<code>${rest}</code>: ` : nothing;
}
