/* Every attempt of a delivery, newest first: how it was sent, and what was answered. */
import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { A_PAGE, continued, refreshed } from "./attempt_pages.js";
import { queryText } from "./delivery_query.js";
import { indented } from "../json_text.js";
import { sentenceFor } from "./answer_text.js";
import { t } from "../language/texts.js";
import { duration } from "../language/times.js";
import { announce } from "../parts/announce.js";
import { detailOf, failureName, hintOf } from "./attempt_error.js";
import { badge } from "../parts/badge.js";
import { codeBlock } from "../parts/code_block.js";
import { headerList } from "./delivery_request.js";
import { person } from "../parts/person.js";
import { failure, resource } from "../parts/states.js";
import { time } from "../parts/time.js";

/** The attempts that `address` of the API lists, page by page. */
export class AttemptList {
  #context;
  #address;
  #list;
  #busy = false;
  #error = null;

  constructor(context, address) {
    this.#context = context;
    this.#address = address;
    this.#list = resource(context, async () => {
      const newest = await this.#page();
      return refreshed(this.#list.data, newest);
    });
  }

  /** Why the newest ones could not be read the last time, or null. */
  get error() {
    return this.#list.error;
  }

  /** Ask for the newest ones again. */
  reload() {
    return this.#list.reload();
  }

  /** The list, as it is about this delivery. */
  view(delivery) {
    return html`
      <section class="panel">
        <h2>${t("attempts.title")}</h2>
        <p class="muted">${t("attempts.lead")}</p>
        ${this.#list.view(({ attempts, nextCursor }) => html`
          ${attempts.length || nextCursor ? nothing : html`<p>${t("attempts.none")}</p>`}
          ${attempts.length ? html`<ol class="attempts">${repeat(attempts, ({ attemptId }) => attemptId, (one) => attempt(one, delivery, this.#context.me))}</ol>` : nothing}
          ${this.#error ? failure(this.#error) : nothing}
          ${nextCursor ? this.#button(nextCursor) : nothing}`, "block")}
      </section>
    `;
  }

  #button(cursor) {
    return html`<button type="button" class="secondary" aria-disabled=${this.#busy ? "true" : "false"}
      @click=${() => this.#busy || this.#earlier(cursor)}>${t("attempts.earlier")}</button>`;
  }

  async #page(cursor = "") {
    const { api, signal } = this.#context;
    return (await api.get(this.#address + queryText({ limit: A_PAGE, cursor }), { signal })).data;
  }

  async #earlier(cursor) {
    const { signal, redraw } = this.#context;
    this.#busy = true;
    this.#error = null;
    redraw();
    try {
      const page = await this.#page(cursor);
      this.#list.data = continued(this.#list.data, cursor, page);
      announce(t("attempts.earlier_shown", { count: page.attempts.length }));
      lookAt(page.attempts[0]);
    } catch (error) {
      if (signal.aborted) return;
      this.#error = error;
    }
    this.#busy = false;
    redraw();
  }
}

/** Go on reading at an attempt once it is drawn: the button that led to it may be gone. */
function lookAt(one) {
  if (one) requestAnimationFrame(() => document.getElementById(headingOf(one))?.focus());
}

function headingOf({ attemptId }) {
  return `attempt-${attemptId}`;
}

function attempt(one, delivery, me) {
  const without = isWithout(one, delivery);
  return html`
    <li>
      <article class="attempt" aria-labelledby=${headingOf(one)}>
        <div class="attempt-head">
          <h3 id=${headingOf(one)} tabindex="-1">${time(one.startedAt)}</h3>
          ${result(one, without)}
        </div>
        ${one.error ? reasons(one) : nothing}
        ${without ? html`<p>${t("attempts.named_why")}</p>` : nothing}
        ${facts(one, me)}
        ${answer(one)}
        ${request(one.request)}
      </article>
    </li>
  `;
}

/**
 * Whether the receiver took a POST, but named this delivery's event as one that it did not take. An attempt does not say
 * so; what is kept of its answer does.
 */
function isWithout({ delivered, events, messageId, response }, { eventId, status, messageId: endedBy }) {
  if (!delivered || events === 1 || (status === "DELIVERED" && messageId === endedBy)) return false;
  const body = response?.body ?? "";
  return body.includes('"batchItemFailures"') && body.includes(JSON.stringify(eventId));
}

function result({ statusCode, error }, without) {
  return html`
    ${statusCode === undefined ? nothing : html`<code class="number">${statusCode}</code>`}
    ${error ? badge("bad", failureName(error)) : without ? badge("warn", t("attempts.named")) : badge("ok", t("attempts.delivered"))}`;
}

function reasons({ error, events: count }) {
  return html`
    <p>${detailOf(error)} ${hintOf(error)}</p>
    ${count > 1 ? html`<p>${t("attempts.refused_together", { count })}</p>` : nothing}`;
}

function facts({ latencyMs, address, events, requestedBy }, me) {
  const all = [
    ["attempts.latency", duration(latencyMs)],
    address ? ["attempts.address", html`<code>${address}</code>`] : null,
    ["attempts.events", t("number", { number: events })],
    ["attempts.asked_by", requestedBy ? person(requestedBy, me) : t("attempts.automatic")],
  ];
  return html`<dl class="facts">${all.filter(Boolean).map(([key, value]) => html`
    <div><dt>${t(key)}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function answer({ response }) {
  if (!response) return html`<p class="muted">${t("attempts.answer_none")}</p>`;
  const { headers, body, truncated } = response;
  return html`
    ${Object.keys(headers).length ? headerList(headers) : nothing}
    ${sentenceFor(body) ? html`<p class="muted">${sentenceFor(body)}</p>` : body
      ? codeBlock(indented(body), { label: t("attempts.answer"), wrap: true })
      : html`<p class="muted">${t("attempts.answer_empty")}</p>`}
    ${truncated ? html`<p class="muted">${t("attempts.answer_truncated")}</p>` : nothing}`;
}

function request({ url, headers, bytes }) {
  return html`
    <details class="exchange">
      <summary>${t("attempts.request", { count: bytes })}</summary>
      <p><code class="attempt-url">${url}</code></p>
      ${headerList(headers)}
    </details>`;
}
