/* The controls by which many deliveries are chosen. */
import { html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { fromControl, toControl } from "../deliveries/delivery_query.js";
import { eventName as breakable } from "../events/event_name.js";
import { field } from "../parts/field.js";
import { t } from "../language/texts.js";
import { ARRIVAL, needsStart, WHICH } from "./choice.js";

/** More event names than these are searched, not looked through. */
const MOST_NAMES = 60;

/**
 * The controls of a choice. `own` are the names of the webhook's event types, `problems` text keys by field;
 * `choose(changes)` is called with what was changed. `search` is what is looked for among many names, `onSearch(text)`
 * changes it.
 */
export function choiceForm(choice, { own, problems, choose, search, onSearch }) {
  const { kind, which, by } = choice;
  return html`
    <div class="many-fields">
      ${select("which", t("many.which"), WHICH[kind].map((one) => [one, t(`many.${kind}_${one}`)]), which, choose)}
      ${select("by", t("many.by"), ["event", ARRIVAL].map((one) => [one, t(`many.by_${one}`)]), by, choose)}
      ${time("from", choice.from, { problem: problems.from, optional: !needsStart(choice), choose })}
      ${time("to", choice.to, { problem: problems.to, optional: true, choose })}
      <p class="field-hint">${t("many.to_hint")}</p>
      ${types(choice.eventNames, own, choose, { search, onSearch })}
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
function types(chosen, own, choose, { search, onSearch }) {
  const all = [...new Set([...own, ...chosen])].sort();
  const many = all.length > MOST_NAMES;
  const found = all.filter((name) => !chosen.includes(name) && name.toLowerCase().includes(search.trim().toLowerCase()));
  const names = many ? [...chosen, ...found].slice(0, MOST_NAMES) : all;
  const toggle = (name) => (event) => {
    choose({ eventNames: event.target.checked ? [...chosen, name] : chosen.filter((one) => one !== name) });
  };
  return html`
    <fieldset class="many-types" aria-describedby="many-types-hint">
      <legend>${t("many.types")}</legend>
      <p id="many-types-hint" class="field-hint">${t("many.types_hint")}</p>
      ${many ? html`<input type="search" aria-label=${t("event_types.search")} placeholder=${t("event_types.search")} .value=${live(search)}
        @input=${(event) => onSearch(event.target.value)} @keydown=${(event) => event.key === "Enter" && event.preventDefault()}>` : nothing}
      <div class="many-names">${names.map((name) => html`<label>
        <input type="checkbox" .checked=${live(chosen.includes(name))} @change=${toggle(name)}>
        <span class="event-name">${breakable(name)}</span></label>`)}</div>
      ${many && found.length + chosen.length > names.length
        ? html`<p class="field-hint">${t("events.cut", { count: names.length, all: found.length + chosen.length })}</p>` : nothing}
    </fieldset>`;
}
