/* The section about trigger events: all that there are and will be, or chosen ones, by name or by how they begin. */
import { html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { repeat } from "lit-html/directives/repeat.js";
import { isFound } from "../events/catalogue.js";
import { byGroup, covering, coveredTypes, EVERY, firstOf, isGroup, removedNames, suggestedGroups } from "../events/subscription.js";
import { badge } from "../parts/badge.js";
import { codeBlock, pretty } from "../parts/code_block.js";
import { deprecation } from "../events/deprecation.js";
import { eventName as breakable } from "../events/event_name.js";
import { fieldProblem } from "../parts/field.js";
import { descriptionOf, groupOf } from "../language/texts.js";
import { choice, section } from "./section.js";

/** So many names are drawn at first, and with each "more": a page of thousands answers to no key. */
const A_PAGE = 100;
const suggested = new WeakMap();

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
  const { t, values: { eventNames } } = form;
  const every = eventNames.includes(EVERY);
  const which = (value, chosen, choose) => choice({
    group: "events-which", value, label: t(`form.events_${value}`), hint: t(`form.events_${value}_hint`), chosen, choose,
  });
  return html`
    <div class="form-choices" role="radiogroup" aria-label=${t("form.events")}>
      ${which("every", every, () => form.chooseEvery(true))}
      ${which("chosen", !every, () => form.chooseEvery(false))}
    </div>
    ${every ? nothing : names(form, eventTypes)}
  `;
}

function names(form, eventTypes) {
  const { t, values: { eventNames }, search } = form;
  // Made once for all names that are drawn: each asks for it.
  const chosen = { single: new Set(eventNames), groups: eventNames.filter(isGroup), covered: covering(eventNames) };
  const count = eventTypes.filter(({ eventName }) => chosen.covered(eventName)).length;
  const found = eventTypes.filter((eventType) => isFound(eventType, search));
  const prefixes = groupsFound(form, eventTypes);
  const removed = removedFound(form, eventTypes);
  return html`
    <div class="events-tools">
      <input type="search" aria-label=${t("form.events_search")} placeholder=${t("form.events_search")}
        .value=${live(search)} @input=${(event) => form.setSearch(event.target.value)} @keydown=${notSubmit}>
      <p class="events-count" role="status">${t("form.events_count", { count, all: eventTypes.length })}</p>
    </div>
    ${found.length || prefixes.length || removed.length ? nothing : html`<p>${t("form.events_none_found")}
      <button type="button" class="quiet" @click=${() => form.setSearch("")}>${t("form.events_clear")}</button></p>`}
    <div class="events-groups">
      ${removed.length ? box(t("form.events_removed"), t("form.events_removed_hint"), removed.map((name) =>
        item(form, chosen, { name, hint: t("form.events_removed_one"), more: badge("warn", t("events.removed")) }))) : nothing}
      ${prefixes.length ? box(t("form.events_prefixes"), t("form.events_prefixes_hint"), prefixes.map(({ name, count: of }) =>
        item(form, chosen, { name, hint: t("form.events_prefix", { prefix: name.slice(0, -1), count: of }) }))) : nothing}
      ${repeat(firstOf(byGroup(found, groupOf), form.mostNames), ([group]) => group, ([group, shown, members]) =>
        types(form, chosen, { group, shown, members }))}
    </div>
    ${found.length > form.mostNames ? html`<p class="more">
      <span class="muted">${t("events.cut", { count: form.mostNames, all: found.length })}</span>
      <button type="button" class="secondary" @click=${() => form.showMoreNames(A_PAGE)}>${t("events.more")}</button></p>` : nothing}
  `;
}

/** What begins alike: as the catalogue's names do, as is chosen, and as is typed. */
function groupsFound({ search, values: { eventNames } }, eventTypes) {
  if (!suggested.has(eventTypes)) suggested.set(eventTypes, suggestedGroups(eventTypes));
  const all = suggested.get(eventTypes);
  const typed = search.trim();
  const own = [...eventNames, typed].filter((name) => isGroup(name) && !all.some((one) => one.name === name));
  const others = [...new Set(own)].map((name) => ({ name, count: coveredTypes([name], eventTypes).length }));
  const wanted = typed.replace(/\*$/, "").toLowerCase();
  return [...others, ...all].filter(({ name }) => name.toLowerCase().includes(wanted)).slice(0, A_PAGE);
}

/** Names that the catalogue has no more stay until they are taken off, and can be put back until the form is saved. */
function removedFound({ saved, search, values: { eventNames } }, eventTypes) {
  const all = [...new Set([...(saved?.eventNames ?? []), ...eventNames])];
  return removedNames(all, eventTypes).filter((name) => name.toLowerCase().includes(search.trim().toLowerCase()));
}

/** A frame with what belongs together. */
function box(title, hint, items, head = html`<strong>${title}</strong>`) {
  return html`
    <div class="events-group" role="group" aria-label=${title}>
      <div class="events-group-head">${head}<span>${hint}</span></div>
      <ul>${items}</ul>
    </div>
  `;
}

function types(form, chosen, { group, shown, members }) {
  const { t } = form;
  const all = members.map(({ eventName }) => eventName);
  const count = all.filter(chosen.covered).length;
  const title = group || t("events.ungrouped");
  const head = html`
    <label><input type="checkbox" .checked=${live(count === all.length)} .indeterminate=${count > 0 && count < all.length}
      @change=${(event) => choose(form, all, event.target.checked)}>${title}</label>`;
  const items = repeat(shown, ({ eventName }) => eventName, (eventType) => {
    const { eventName, category, deprecated } = eventType;
    return item(form, chosen, {
      name: eventName,
      hint: `${descriptionOf(eventType)} ${t(`form.category_${category}`)}`,
      more: deprecated ? deprecation(deprecated) : nothing,
      below: form.folded.part(`sample ${eventName}`, html`${t("form.event_sample")}<span class="visually-hidden"> ${eventName}</span>`,
        () => codeBlock(pretty(eventType.sampleData), { label: "data" })),
    });
  });
  return box(title, t("form.events_of", { count, all: all.length }), items, head);
}

/** A name to choose; one that another choice means already is ticked, and says by what. */
function item(form, chosen, { name, hint, more = nothing, below = nothing }) {
  const { t } = form;
  const by = chosen.groups.find((group) => group !== name && name.startsWith(group.slice(0, -1)));
  return html`
    <li>
      <div class="form-choice">
        <input type="checkbox" id="event-${name}" .checked=${live(Boolean(by) || chosen.single.has(name))}
          ?disabled=${Boolean(by)} aria-describedby="event-${name}-hint"
          @change=${(event) => choose(form, [name], event.target.checked)}>
        <div>
          <label for="event-${name}" class="event-name">${breakable(name)}</label>
          <p id="event-${name}-hint" class="field-hint">${hint}${by ? html` <em>${t("form.events_by", { name: by })}</em>` : nothing}</p>
          ${more}
        </div>
      </div>
      ${below}
    </li>
  `;
}

function choose(form, names, wanted) {
  const these = new Set(names);
  const others = form.values.eventNames.filter((name) => !these.has(name));
  const covered = covering(others);
  const added = names.filter((name) => !covered(name));
  form.set("eventNames", wanted ? [...others, ...added] : others);
}

function notSubmit(event) {
  if (event.key === "Enter") event.preventDefault();
}
