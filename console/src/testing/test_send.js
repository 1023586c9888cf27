/* Sending a sample of an event type to a webhook, saved or not, and showing what came back. */
import { html, nothing } from "lit-html";
import { t } from "../language/texts.js";
import { duration } from "../language/times.js";
import { sentenceFor } from "../deliveries/answer_text.js";
import { announce } from "../parts/announce.js";
import { attemptError, detailOf, failureName } from "../deliveries/attempt_error.js";
import { badge } from "../parts/badge.js";
import { codeBlock } from "../parts/code_block.js";
import { eventName as breakable } from "../events/event_name.js";
import { expressionError } from "../deliveries/expression_error.js";
import { icon } from "../parts/icons.js";
import { notice } from "../parts/notice.js";
import { failure } from "../parts/states.js";
import { TestSample } from "./test_sample.js";
import { indented } from "../json_text.js";

const NO_ADVICE = () => null;

/**
 * A panel that sends tests. `tested.send(eventName, event)` resolves to the API's answer, or to null where nothing was
 * sent; `event` is what stands in place of the sample, or null. Of `tested` are further: `names()`, the event names to
 * choose from with the fitting one first; `sampleOf(eventName)`, the data of a sample; `seconds()`, how long an answer may
 * take; `about()`, a text of what is tested, by which an older result is told; and, if there are, `refused(error)`, which
 * may take an error over (true) that belongs to the form, `advice(result)`, `[what to do about a failure, a way to it]` or
 * null, and `offer()`, which draws what to do after a success.
 */
export class TestPanel {
  #context;
  #tested;
  #sample;
  #chosen = "";
  #busy = false;
  /** `{error, about}` of the last one that could not be sent, or null. */
  #failure = null;
  /** `{answer, eventName, own, about}` of the last test, or null. */
  #last = null;

  constructor(context, tested) {
    this.#context = context;
    this.#tested = { refused: () => false, advice: NO_ADVICE, offer: () => nothing, ...tested };
    this.#sample = new TestSample({ id: "test-data", sampleOf: tested.sampleOf, changed: context.redraw });
  }

  view() {
    const names = this.#tested.names();
    const name = this.#name(names);
    // None where all that the webhook names have left the catalogue, and as long as that is being loaded.
    const idle = !this.#busy && name !== undefined;
    const about = this.#last || this.#failure ? this.#tested.about() : "";
    return html`
      <div class="test">
        <div class="test-controls">
          <label for="test-event">${t("test.event")}</label>
          <select id="test-event" @change=${(event) => this.#choose(event.target.value)}>
            ${names.map((one) => html`<option ?selected=${one === name}>${one}</option>`)}</select>
          <button type="button" class="secondary" aria-disabled=${idle ? "false" : "true"} @click=${() => idle && this.#run(name)}>
            ${icon("send")}${t(this.#busy ? "test.sending" : "test.send")}</button>
        </div>
        ${this.#sample.view(name)}
        ${this.#busy ? html`<p class="field-hint" role="status">${t("test.waiting", { count: this.#tested.seconds() })}</p>` : nothing}
        ${this.#failure?.about === about ? failure(this.#failure.error) : nothing}
        ${this.#last ? this.#outcome(this.#last, this.#last.about !== about) : nothing}
      </div>
    `;
  }

  #name(names) {
    return names.includes(this.#chosen) ? this.#chosen : names[0];
  }

  #choose(name) {
    this.#chosen = name;
    this.#context.redraw();
  }

  async #run(eventName) {
    const { redraw, signal } = this.#context;
    const event = this.#sample.entered(eventName);
    if (event === undefined) return;
    this.#busy = true;
    this.#last = this.#failure = null;
    const about = this.#tested.about();
    redraw();
    try {
      const answer = await this.#tested.send(eventName, event);
      if (answer) {
        this.#last = { answer, eventName, own: event !== null, about };
        announce(t(answer.delivered ? "test.delivered" : "test.failed"));
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!this.#sample.takeProblems(error) && !this.#tested.refused(error)) this.#failure = { error, about };
    }
    this.#busy = false;
    redraw();
  }

  #outcome({ answer, eventName, own }, old) {
    const { delivered, statusCode, latencyMs, request, response, error, expressionError: trouble } = answer;
    return html`
      ${delivered && !old ? this.#tested.offer() : nothing}
      <div class="test-result ${old ? "test-old" : ""}">
        ${old ? notice("warn", t("test.old"), t("test.old_more")) : nothing}
        <p class="test-summary">
          ${badge(old ? "off" : delivered ? "ok" : "bad", t(delivered ? "test.delivered" : "test.failed"))}
          <span class="event-name">${breakable(eventName)}</span>
          ${own ? html`<span>${t("test.own")}</span>` : nothing}
          ${statusCode ? html`<span>${t("test.status", { code: String(statusCode) })}</span>` : nothing}
          <span>${t("test.latency", { duration: duration(latencyMs) })}</span>
        </p>
        ${error ? this.#failed(error, old ? null : this.#tested.advice(answer)) : nothing}
        ${trouble ? expressionError(trouble) : nothing}
        ${response ? exchange(t("test.response"), response, true, response.truncated ? t("test.truncated") : "") : nothing}
        ${exchange(t("test.request"), request, false, "")}
      </div>
    `;
  }

  /** Why it failed; what is known to be the reason takes the place of what it usually is. */
  #failed(error, advice) {
    if (!advice) return attemptError(error);
    const [text, way] = advice;
    return notice("bad", failureName(error), html`<p>${detailOf(error)}</p><p>${text}</p>`, way);
  }
}

/** Headers and body of a request or response, folded. */
function exchange(title, { headers, body }, open, note) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`).join("\n");
  return html`
    <details class="exchange" ?open=${open}>
      <summary>${title}</summary>
      ${codeBlock(lines, { label: t("test.headers") })}
      ${codeBlock(sentenceFor(body) ?? indented(body), { label: t("test.body") })}
      ${note ? html`<p class="field-hint">${note}</p>` : nothing}
    </details>
  `;
}
