/* What filter, transform and format make of a sample and of the last events, as the API works it out. */
import { html, nothing } from "lit-html";
import { acting } from "../../parts/acting.js";
import { announce } from "../../parts/announce.js";
import { badge } from "../../parts/badge.js";
import { codeBlock, pretty } from "../../parts/code_block.js";
import { eventName as breakable } from "../../events/event_name.js";
import { expressionError } from "../../deliveries/expression_error.js";
import { Folded } from "../../parts/folded.js";
import { icon } from "../../parts/icons.js";
import { failure } from "../../parts/states.js";
import { TestSample } from "../../testing/test_sample.js";
import { time } from "../../parts/time.js";
import { indented } from "../../json_text.js";

/**
 * A panel that asks for a preview. `send(eventName, event)` resolves to the API's answer, `event` being what stands in
 * place of the sample, or null; `names()` are the event names whose samples there are, `sampleOf(eventName)` is the data of
 * one, `entered()` is what is asked about, `refused(error)` may take an error over (true).
 */
export class Preview {
  #context;
  #asked;
  #acting;
  #folded;
  #sample;
  #chosen = "";
  #about = "";
  /** Of which event type the last preview was, and of which data. */
  #of = { name: "", data: "" };
  /** The API's answer, or null before there is one. */
  result = null;

  constructor(context, asked) {
    this.#context = context;
    this.#asked = asked;
    this.#folded = new Folded(context.redraw);
    this.#acting = acting(context);
    this.#sample = new TestSample({ id: "preview-data", sampleOf: asked.sampleOf, changed: context.redraw });
  }

  view() {
    const { t } = this.#context;
    const { busy, error } = this.#acting.state;
    const names = this.#asked.names();
    const choose = (event) => {
      this.#chosen = event.target.value;
      this.#context.redraw();
    };
    return html`
      <div class="test preview" role="group" aria-labelledby="preview-title">
        <h3 id="preview-title">${t("preview.title")}</h3>
        <p class="field-hint">${t("preview.lead")}</p>
        <div class="test-controls">
          <label for="preview-event">${t("preview.event")}</label>
          <select id="preview-event" @change=${choose}>${names.map((name) => html`<option ?selected=${name === this.#name(names)}>${name}</option>`)}</select>
          <button type="button" class="secondary" aria-disabled=${busy ? "true" : "false"} @click=${() => this.#run(names)}>
            ${icon("refresh")}${t(busy ? "preview.running" : "preview.run")}</button>
        </div>
        ${this.#sample.view(names.length ? this.#name(names) : undefined)}
        ${error ? failure(error) : nothing}
        ${this.result ? this.#outcome(this.result) : nothing}
      </div>
    `;
  }

  #name(names) {
    return names.includes(this.#chosen) ? this.#chosen : (names[0] ?? "");
  }

  async #run(names) {
    const about = JSON.stringify(this.#asked.entered());
    const name = this.#name(names);
    const data = this.#sample.text(name);
    const event = this.#sample.entered(name);
    if (event === undefined) return;
    const answer = await this.#acting.act(async () => {
      try {
        return await this.#asked.send(name, event);
      } catch (error) {
        if (this.#sample.takeProblems(error) || this.#asked.refused(error)) return null;
        throw error;
      }
    });
    if (answer === null) return;
    this.result = answer;
    this.#about = about;
    this.#of = { name, data };
    announce(this.#summary(answer.events));
    this.#context.redraw();
  }

  #outcome({ sample, events }) {
    const { t } = this.#context;
    const { name, data } = this.#of;
    const old = this.#about !== JSON.stringify(this.#asked.entered()) || data !== this.#sample.text(name);
    return html`
      <div class="test-result">
        ${old ? html`<p class="field-hint">${t("preview.old")}</p>` : nothing}
        <h4>${t("preview.sample")}</h4>
        ${this.#whole(sample)}
        <h4>${t("preview.events")}</h4>
        <p>${this.#summary(events)}</p>
        ${events.items.length ? html`<ul class="previews">${events.items.map((item, at) => html`<li>${this.#item(item, at)}</li>`)}</ul>` : nothing}
        ${events.looked > events.items.length && events.items.length ? html`<p class="field-hint">${t("preview.newest", { count: events.items.length })}</p>` : nothing}
      </div>
    `;
  }

  #summary({ looked, matched }) {
    const { t } = this.#context;
    return looked ? t("preview.matched", { count: matched, all: looked }) : t("preview.none");
  }

  #item(item, at) {
    const summary = html`${verdict(this.#context.t, item)} <span class="event-name">${breakable(item.eventName)}</span> ${time(item.timestamp, "short")}`;
    return this.#folded.part(`${at} ${item.eventId}`, summary, () => this.#whole(item, false));
  }

  /** What became of one event: whether it is sent, why, and the body. */
  #whole(item, told = true) {
    const { t } = this.#context;
    const { error, delivered, value = null, contentType, body, truncated } = item;
    return html`
      ${told ? html`<p class="test-summary">${verdict(t, item)}<span class="event-name">${breakable(item.eventName)}</span></p>` : nothing}
      ${error ? expressionError(error) : nothing}
      ${this.#filters() && error?.expression !== "filter" ? html`<p>${t("preview.value")} <code>${shortened(value)}</code></p>` : nothing}
      ${delivered ? codeBlock(indented(body), { label: contentType }) : nothing}
      ${delivered && truncated ? html`<p class="field-hint">${t("preview.truncated")}</p>` : nothing}
    `;
  }

  /** Whether there was a filter when it was asked: without one its value says nothing. */
  #filters() {
    return Boolean(JSON.parse(this.#about || "{}").filter);
  }
}

function verdict(t, { delivered }) {
  return badge(delivered ? "ok" : "off", t(delivered ? "preview.delivered" : "preview.filtered"));
}

const MOST_SHOWN = 200;

function shortened(value) {
  const text = pretty(value);
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}
