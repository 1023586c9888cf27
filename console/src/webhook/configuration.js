/* How a webhook is set up, to read. */
import { html, nothing } from "lit-html";
import { LIMITS, SWITCHES } from "../form/model.js";
import { coveredTypes, EVERY, isGroup, removedNames } from "../events/subscription.js";
import { badge } from "../parts/badge.js";
import { deprecation } from "../events/deprecation.js";
import { eventName as breakable } from "../events/event_name.js";
import { time } from "../parts/time.js";
import { t } from "../language/texts.js";
import { authenticated } from "./authentication.js";

/** The configuration of a webhook; `eventTypes` is the catalogue, or undefined while it is loading. */
export function configuration(webhook, eventTypes) {
  const { targetUrl, authentication, headers, ordered, delivery, createdAt, updatedAt, webhookId, description } = webhook;
  return html`
    <section class="panel" aria-labelledby="configuration-title">
      <h2 id="configuration-title">${t("details.configuration")}</h2>
      <dl class="fact-grid fact-grid-wide">
        ${fact(t("form.target_url"), html`<code>${targetUrl}</code>`, true)}
        ${description ? fact(t("form.description"), html`<span class="lines">${description}</span>`, true) : nothing}
        ${fact(t("form.authentication"), authenticated(authentication))}
        ${fact(t("form.ordered"), t(ordered ? "details.yes" : "details.no"))}
        ${fact(t("form.headers"), headerList(headers))}
        ${fact(t("form.delivery"), settings(delivery))}
        ${shaping(webhook)}
        ${fact(t("details.created"), time(createdAt))}
        ${fact(t("details.updated"), time(updatedAt))}
        ${fact(t("details.id"), html`<code>${webhookId}</code>`, true)}
      </dl>
      ${events(webhook, eventTypes)}
    </section>
  `;
}

function fact(name, value, wide = false) {
  return html`<div class=${wide ? "fact-wide" : ""}><dt>${name}</dt><dd>${value}</dd></div>`;
}

function settings(delivery) {
  const limits = LIMITS.map((limit) => [limit, delivery[limit] ?? t("details.no_limit")]);
  const switches = SWITCHES.map((name) => [name, t(delivery[name] ? "details.yes" : "details.no")]);
  return html`<ul class="plain">${[...limits, ...switches].map(([setting, value]) => html`
    <li>${t("details.setting", { setting: t(`form.${setting}`), value })}</li>`)}</ul>`;
}

function headerList(headers) {
  const entries = Object.entries(headers);
  if (!entries.length) return t("details.none");
  return html`<ul class="plain">${entries.map(([name, value]) => html`<li><code>${name}: ${value}</code></li>`)}</ul>`;
}

/** What is set of filter and transform, and the format. */
function shaping({ filter, transform, format }) {
  const code = (name, text) => (text ? fact(t(`form.${name}`), html`<code class="expression-text">${text}</code>`, true) : nothing);
  return html`${fact(t("form.format"), t(`format.${format ?? "ENVELOPE"}`))}${code("filter", filter)}${code("transform", transform)}`;
}

function events({ eventNames }, eventTypes) {
  const known = new Map((eventTypes ?? []).map((eventType) => [eventType.eventName, eventType]));
  const gone = new Set(eventTypes ? removedNames(eventNames, eventTypes) : []);
  const covered = eventTypes ? coveredTypes(eventNames, eventTypes).length : eventNames.length;
  const sorted = [...eventNames].sort();
  return html`
    <div>
      <h3 class="fact-title">${t("details.events", { count: covered })}</h3>
      <ul class="event-names">${sorted.map((name) => html`
        <li><code>${name === EVERY ? name : breakable(name)}</code>${about(name, known.get(name), gone.has(name))}</li>`)}</ul>
    </div>
  `;
}

/** What an event name of a webhook is. */
function about(name, eventType, gone) {
  if (name === EVERY) return html`<span>${t("details.events_every")}</span>`;
  if (isGroup(name)) return html`<span>${t("details.events_group")}</span>`;
  if (gone) return badge("warn", t("events.removed"));
  if (!eventType) return nothing;
  return html`<span>${t(`category.${eventType.category}`)}</span>${eventType.deprecated ? deprecation(eventType.deprecated) : nothing}`;
}
