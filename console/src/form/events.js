/* The section about trigger events: the catalogue, with a search and both categories. */
import { html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { repeat } from "lit-html/directives/repeat.js";
import { isFound } from "../catalogue.js";
import { codeBlock, pretty } from "../parts/code_block.js";
import { eventName as breakable } from "../parts/event_name.js";
import { fieldProblem } from "../parts/field.js";
import { descriptionOf } from "../texts.js";
import { section } from "./section.js";

const CATEGORIES = ["REAL_TIME", "NON_REAL_TIME"];

/** The choice of event names. `catalogue` is the resource of event types; `search` is kept by the caller. */
export function eventsSection(form, catalogue) {
  const { t } = form;
  const problem = form.problem("eventNames");
  return section({ id: "events", title: t("form.events"), lead: t("form.events_lead") }, html`
    <fieldset class="events" id="eventNames" tabindex="-1" aria-describedby=${problem ? "eventNames-problem" : nothing}>
      <legend class="visually-hidden">${t("form.events")}</legend>
      ${fieldProblem("eventNames", problem)}
      ${catalogue.view((eventTypes) => picker(form, eventTypes))}
    </fieldset>
  `);
}

function picker(form, eventTypes) {
  const { t, values } = form;
  const count = values.eventNames.length;
  const found = eventTypes.filter((eventType) => isFound(eventType, form.search));
  return html`
    <div class="events-tools">
      <input type="search" aria-label=${t("form.events_search")} placeholder=${t("form.events_search")}
        .value=${live(form.search)} @input=${(event) => form.setSearch(event.target.value)} @keydown=${notSubmit}>
      <p class="events-count" role="status">${t("form.events_chosen", { count, all: eventTypes.length })}</p>
    </div>
    ${found.length
      ? html`<div class="events-groups">${CATEGORIES.map((category) => group(form, category, found))}</div>`
      : html`<p>${t("form.events_none_found")} <button type="button" class="quiet" @click=${() => form.setSearch("")}>
        ${t("form.events_clear")}</button></p>`}
  `;
}

function group(form, category, found) {
  const members = found.filter((eventType) => eventType.category === category);
  if (!members.length) return nothing;
  const { t, values } = form;
  const names = members.map(({ eventName }) => eventName);
  const chosen = names.filter((name) => values.eventNames.includes(name)).length;
  const all = chosen === names.length;
  return html`
    <div class="events-group" role="group" aria-label=${t(`category.${category}`)}>
      <div class="events-group-head">
        <label><input type="checkbox" .checked=${live(all)} .indeterminate=${chosen > 0 && !all}
          @change=${(event) => choose(form, names, event.target.checked)}>${t(`category.${category}`)}</label>
        <span>${t(`form.category_${category}`)}</span>
      </div>
      <ul>${repeat(members, ({ eventName }) => eventName, (eventType) => item(form, eventType))}</ul>
    </div>
  `;
}

function item(form, eventType) {
  const { t, values } = form;
  const { eventName, sampleData } = eventType;
  return html`
    <li>
      <div class="form-choice">
        <input type="checkbox" id="event-${eventName}" .checked=${live(values.eventNames.includes(eventName))}
          aria-describedby="event-${eventName}-hint"
          @change=${(event) => choose(form, [eventName], event.target.checked)}>
        <div>
          <label for="event-${eventName}" class="event-name">${breakable(eventName)}</label>
          <p id="event-${eventName}-hint" class="field-hint">${descriptionOf(eventType)}</p>
        </div>
      </div>
      <details><summary>${t("form.event_sample")}<span class="visually-hidden"> ${eventName}</span></summary>
        ${codeBlock(pretty(sampleData), { label: "data" })}</details>
    </li>
  `;
}

function choose(form, names, wanted) {
  const others = form.values.eventNames.filter((name) => !names.includes(name));
  form.set("eventNames", wanted ? [...others, ...names] : others);
}

function notSubmit(event) {
  if (event.key === "Enter") event.preventDefault();
}
