/* How a webhook is set up, to read. */
import { html, nothing } from "lit-html";
import { LIMITS } from "../form/model.js";
import { eventName as breakable } from "../parts/event_name.js";
import { time } from "../parts/time.js";
import { t } from "../texts.js";
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
  const all = [...limits, ["partialResponses", t(delivery.partialResponses ? "details.yes" : "details.no")]];
  return html`<ul class="plain">${all.map(([setting, value]) => html`
    <li>${t("details.setting", { setting: t(`form.${setting}`), value })}</li>`)}</ul>`;
}

function headerList(headers) {
  const entries = Object.entries(headers);
  if (!entries.length) return t("details.none");
  return html`<ul class="plain">${entries.map(([name, value]) => html`<li><code>${name}: ${value}</code></li>`)}</ul>`;
}

function events({ eventNames }, eventTypes = []) {
  const category = Object.fromEntries(eventTypes.map((eventType) => [eventType.eventName, eventType.category]));
  const sorted = [...eventNames].sort();
  return html`
    <div>
      <h3 class="fact-title">${t("details.events", { count: eventNames.length })}</h3>
      <ul class="event-names">${sorted.map((name) => html`
        <li><code>${breakable(name)}</code>
          ${category[name] ? html`<span>${t(`category.${category[name]}`)}</span>` : nothing}</li>`)}</ul>
    </div>
  `;
}
