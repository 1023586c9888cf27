/* Sending a sample of an event type to a webhook, saved or not, and showing what came back. */
import { html, nothing } from "lit-html";
import { duration } from "../times.js";
import { sentenceFor } from "./answer_text.js";
import { announce } from "./announce.js";
import { attemptError } from "./attempt_error.js";
import { badge } from "./badge.js";
import { codeBlock } from "./code_block.js";
import { expressionError } from "./expression_error.js";
import { icon } from "./icons.js";
import { failure } from "./states.js";

/**
 * A panel that sends tests. `send(eventName)` resolves to the API's answer, `names()` are the event names to choose from
 * with the fitting one first, `refused(error)` may take an error over (true) that belongs to the form, and `offer()` draws
 * what to do after a success.
 */
export function testPanel({ t, redraw, signal }, { send, names, refused = () => false, offer = () => nothing }) {
  const state = { chosen: "", busy: false, result: null, error: null };
  const run = async () => {
    Object.assign(state, { busy: true, result: null, error: null });
    redraw();
    try {
      state.result = await send(eventName());
      announce(t(state.result.delivered ? "test.delivered" : "test.failed"));
    } catch (error) {
      if (signal.aborted) return;
      if (!refused(error)) state.error = error;
    }
    state.busy = false;
    redraw();
  };
  const eventName = () => (names().includes(state.chosen) ? state.chosen : names()[0]);
  // None where all that the webhook names have left the catalogue, and as long as that is being loaded.
  const idle = () => !state.busy && eventName() !== undefined;
  const choose = (event) => {
    state.chosen = event.target.value;
  };
  return () => html`
    <div class="test">
      <div class="test-controls">
        <label for="test-event">${t("test.event")}</label>
        <select id="test-event" @change=${choose}>${names().map((name) => html`<option ?selected=${name === eventName()}>${name}</option>`)}</select>
        <button type="button" class="secondary" aria-disabled=${idle() ? "false" : "true"} @click=${() => idle() && run()}>
          ${icon("send")}${t(state.busy ? "test.sending" : "test.send")}</button>
      </div>
      ${state.busy ? html`<p class="field-hint" role="status">${t("test.wait")}</p>` : nothing}
      ${state.error ? failure(state.error) : nothing}
      ${state.result?.delivered ? offer() : nothing}
      ${state.result ? outcome(t, state.result) : nothing}
    </div>
  `;
}

function outcome(t, { delivered, statusCode, latencyMs, request, response, error, expressionError: trouble }) {
  return html`
    <div class="test-result">
      <p class="test-summary">
        ${badge(delivered ? "ok" : "bad", t(delivered ? "test.delivered" : "test.failed"))}
        ${statusCode ? html`<span>${t("test.status", { code: String(statusCode) })}</span>` : nothing}
        <span>${t("test.latency", { duration: duration(latencyMs) })}</span>
      </p>
      ${error ? attemptError(error) : nothing}
      ${trouble ? expressionError(trouble) : nothing}
      ${response ? exchange(t("test.response"), response, true, response.truncated ? t("test.truncated") : "") : nothing}
      ${exchange(t("test.request"), request, false, "")}
    </div>
  `;
}

/** Headers and body of a request or response, folded. */
export function exchange(title, { headers, body }, open, note) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`).join("\n");
  return html`
    <details class="exchange" ?open=${open}>
      <summary>${title}</summary>
      ${codeBlock(lines, { label: "headers" })}
      ${codeBlock(sentenceFor(body) ?? indented(body), { label: "body" })}
      ${note ? html`<p class="field-hint">${note}</p>` : nothing}
    </details>
  `;
}

function indented(body) {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
