/* The filters of a delivery log: status, event type, time, and what fewer need. What is chosen goes into the page's address. */
import { html, noChange, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";
import {
  ANY_FAILURE, ARRIVAL, CUSTOM, FAILURES, fromControl, isFiltered, isFilteredFurther, NO_FILTERS, PRESETS, STATUSES, toControl,
} from "./delivery_query.js";
import { t } from "../language/texts.js";
import { field } from "../parts/field.js";

/**
 * The filters as they are set. `eventNames` is `{own, others}`, the names to offer; `setQuery(changes)` changes the
 * page's address. `problem` is what is wrong with the times entered, `onProblem(text)` is called with it.
 * `wrongCode` is a response code that was entered and is none.
 * `more` is `{open}`, whether the filters that few need are unfolded.
 */
export function deliveryFilters({ filters, wrongCode, eventNames, setQuery, problem, onProblem, more }) {
  const choose = (name) => (event) => setQuery({ [name]: event.target.value, cursor: null });
  return html`
    <search class="filters" aria-label=${t("deliveries.filters")}>
      ${select("status", filters.status, choose("status"), html`
        <option value="">${t("deliveries.any_status")}</option>
        ${STATUSES.map((status) => option(status, t(`delivery_status.${status}`), filters.status))}`)}
      ${select("event", filters.eventName, choose("eventName"), html`
        <option value="">${t("deliveries.any_event")}</option>
        ${eventNames.own.length ? html`${group(t("deliveries.own_events"), eventNames.own, filters.eventName)}
          ${group(t("deliveries.other_events"), eventNames.others, filters.eventName)}`
          : eventNames.others.map((name) => option(name, name, filters.eventName))}`)}
      ${select("time", filters.range, chooseRange(filters, setQuery), html`
        <option value="">${t("deliveries.any_time")}</option>
        ${[...Object.keys(PRESETS), CUSTOM].map((range) => option(range, t(`deliveries.range_${range}`), filters.range))}`)}
      ${isFiltered(filters) ? html`
        <button type="button" class="secondary" @click=${() => setQuery(NO_FILTERS)}>${t("deliveries.clear")}</button>` : nothing}
      ${filters.range === CUSTOM ? times({ filters, setQuery, problem, onProblem }) : nothing}
      ${further(filters, wrongCode, choose, more)}
    </search>
  `;
}

/** What few look for: folded until it is looked for, and then as the reader leaves it. */
function further(filters, wrongCode, choose, more) {
  more.open ??= wrongCode !== "" || isFilteredFurther(filters);
  return html`
    <details class="filters-more" .open=${live(more.open)} @toggle=${(event) => { more.open = event.target.open; }}>
      <summary>${t("deliveries.more_filters")}</summary>
      <div class="filters">
        ${select("failure", filters.failure, choose("failure"), html`
          <option value="">${t("deliveries.any_failure")}</option>
          ${option(ANY_FAILURE, t("deliveries.failed"), filters.failure)}
          ${FAILURES.map((failure) => option(failure, t(`failure_class.${failure}`), filters.failure))}`)}
        ${entry("statusCode", "status_code", filters.statusCode || wrongCode, choose("statusCode"), {
          inputmode: "numeric", maxlength: 3, problem: wrongCode && t("deliveries.wrong_code"),
        })}
        ${entry("eventId", "event_id", filters.eventId, choose("eventId"), { inputmode: "text", maxlength: 128 })}
        ${select("by", filters.by, choose("by"), html`
          <option value="">${t("deliveries.by_event")}</option>${option(ARRIVAL, t("deliveries.by_arrival"), filters.by)}`)}
      </div>
    </details>
  `;
}

/** What is typed counts once it is left or entered; until then no refresh of the page takes it away. */
function entry(name, key, value, change, { inputmode, maxlength, problem = "" }) {
  const shown = document.activeElement?.id === `filter-${name}` ? noChange : live(value);
  return field({ id: `filter-${name}`, label: t(`deliveries.${key}`), problem, control: ({ id, describedBy, invalid }) => html`
    <input id=${id} inputmode=${inputmode} maxlength=${maxlength} autocomplete="off" spellcheck="false"
      aria-describedby=${describedBy} aria-invalid=${invalid} .value=${shown} @change=${change}>` });
}

function select(name, value, change, options) {
  const control = ({ id }) => html`<select id=${id} .value=${value} @change=${change}>${options}</select>`;
  return field({ id: `filter-${name}`, label: t(`deliveries.${name}`), control });
}

function option(value, text, chosen) {
  return html`<option value=${value} ?selected=${value === chosen}>${text}</option>`;
}

function group(label, names, chosen) {
  return names.length ? html`<optgroup label=${label}>${names.map((name) => option(name, name, chosen))}</optgroup>` : nothing;
}

function chooseRange(filters, setQuery) {
  return (event) => {
    const range = event.target.value;
    const keep = range === CUSTOM ? {} : { from: null, to: null };
    setQuery({ ...keep, range, cursor: null });
  };
}

function times({ filters, setQuery, problem, onProblem }) {
  const apply = (event) => {
    event.preventDefault();
    const entered = new FormData(event.target);
    const from = fromControl(entered.get("from"));
    const to = fromControl(entered.get("to"), { end: true });
    const wrong = from && to && to < from;
    onProblem(wrong ? t("deliveries.to_before_from") : "");
    if (wrong) return event.target.elements.to.focus();
    return setQuery({ range: CUSTOM, from, to, cursor: null });
  };
  return html`
    <form class="filters-times" novalidate @submit=${apply}>
      ${timeField("from", filters.from, "")}${timeField("to", filters.to, problem)}
      <button type="submit" class="secondary">${t("deliveries.apply")}</button>
    </form>
  `;
}

function timeField(name, iso, problem) {
  return field({
    id: `filter-${name}`,
    label: t(`deliveries.${name}`),
    problem,
    control: ({ id, describedBy, invalid }) => html`<input type="datetime-local" id=${id} name=${name}
      .value=${toControl(iso)} aria-describedby=${describedBy} aria-invalid=${invalid}>`,
  });
}
