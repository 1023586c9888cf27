/* The controls by which many deliveries are chosen. */
import { html } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { fromControl, toControl } from "../delivery_query.js";
import { eventName as breakable } from "../parts/event_name.js";
import { field } from "../parts/field.js";
import { t } from "../texts.js";
import { ARRIVAL, needsStart, WHICH } from "./choice.js";

/**
 * The controls of a choice. `own` are the webhook's event names, `problems` text keys by field; `choose(changes)` is
 * called with what was changed.
 */
export function choiceForm(choice, { own, problems, choose }) {
  const { kind, which, by } = choice;
  return html`
    <div class="many-fields">
      ${select("which", t("many.which"), WHICH[kind].map((one) => [one, t(`many.${kind}_${one}`)]), which, choose)}
      ${select("by", t("many.by"), ["event", ARRIVAL].map((one) => [one, t(`many.by_${one}`)]), by, choose)}
      ${time("from", choice.from, { problem: problems.from, optional: !needsStart(choice), choose })}
      ${time("to", choice.to, { problem: problems.to, optional: true, choose })}
      <p class="field-hint">${t("many.to_hint")}</p>
      ${types(choice.eventNames, own, choose)}
    </div>`;
}

function select(name, label, options, chosen, choose) {
  return field({ id: `many-${name}`, label, control: ({ id }) => html`
    <select id=${id} .value=${live(chosen)} @change=${(event) => choose({ [name]: event.target.value })}>
      ${options.map(([value, text]) => html`<option value=${value} ?selected=${value === chosen}>${text}</option>`)}
    </select>` });
}

function time(name, iso, { problem, optional, choose }) {
  const change = (event) => choose({ [name]: fromControl(event.target.value, { end: name === "to" }) });
  return field({
    id: `many-${name}`, label: t(`deliveries.${name}`), optional: optional ? t("form.optional") : "",
    problem: problem && t(problem),
    control: ({ id, describedBy, invalid }) => html`
      <input type="datetime-local" id=${id} .value=${live(toControl(iso))} aria-describedby=${describedBy} aria-invalid=${invalid}
        @change=${change}>`,
  });
}

/** None chosen means all of them: also those that the webhook had before. */
function types(chosen, own, choose) {
  const names = [...new Set([...own, ...chosen])].sort();
  const toggle = (name) => (event) => {
    choose({ eventNames: event.target.checked ? [...chosen, name] : chosen.filter((one) => one !== name) });
  };
  return html`
    <fieldset class="many-types" aria-describedby="many-types-hint">
      <legend>${t("many.types")}</legend>
      <p id="many-types-hint" class="field-hint">${t("many.types_hint")}</p>
      <div class="many-names">${names.map((name) => html`<label>
        <input type="checkbox" .checked=${live(chosen.includes(name))} @change=${toggle(name)}>
        <span class="event-name">${breakable(name)}</span></label>`)}</div>
    </fieldset>`;
}
