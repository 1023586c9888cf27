/* What was sent for a delivery, and what was answered. */
import { html, nothing } from "lit-html";
import { curlCommand } from "../curl.js";
import { indented } from "../json_text.js";
import { t } from "../texts.js";
import { codeBlock, copyButton } from "./code_block.js";

// What is kept of a failed answer's body; see KEPT_RESPONSE_BYTES in layers/core/recado/rules/sending/attempt.py.
const KEPT_BYTES = 4096;
// A cut never leaves a part of a character, so up to this many of its bytes are missing as well.
const LONGEST_CHARACTER = 4;

/** The payload of `request`, indented or the very text; `raw` tells which, `onRaw(raw)` changes it. */
export function payload({ body }, { raw, onRaw }) {
  const forms = [[false, "delivery.payload_pretty"], [true, "delivery.payload_raw"]];
  return html`
    <section class="panel">
      <div class="panel-head">
        <h2>${t("delivery.payload")}</h2>
        <fieldset class="choice">
          <legend class="visually-hidden">${t("delivery.payload_form")}</legend>
          ${forms.map(([value, key]) => html`<label><input type="radio" name="payload-form" .checked=${value === raw}
            @change=${() => onRaw(value)}> ${t(key)}</label>`)}
        </fieldset>
      </div>
      <p class="muted">${t("delivery.payload_lead")}</p>
      ${codeBlock(raw ? body : indented(body), { label: t("delivery.bytes", { count: bytesOf(body) }), wrap: raw })}
    </section>
  `;
}

/** The headers of `request`, and the whole of it as a curl command to `targetUrl` (undefined while it is loading). */
export function requestHeaders(request, targetUrl) {
  return html`
    <section class="panel">
      <div class="panel-head">
        <h2>${t("delivery.headers")}</h2>
        ${targetUrl ? copyButton(curlCommand(targetUrl, request), { label: t("delivery.copy_curl"), kind: "secondary" }) : nothing}
      </div>
      ${headerList(request.headers)}
      <p class="muted">${t("delivery.headers_hidden")}</p>
    </section>
  `;
}

function headerList(headers) {
  return html`<dl class="facts facts-code">${Object.entries(headers).map(([name, value]) => html`
    <div><dt>${name}</dt><dd><code>${value}</code></dd></div>`)}</dl>`;
}

/** The answer to the last attempt, as far as it is kept. */
export function response(delivery) {
  const { statusCode, latencyMs, error } = delivery;
  if (latencyMs === undefined) return nothing;
  return html`
    <section class="panel">
      <div class="panel-head">
        <h2>${t("delivery.response")}</h2>
        ${statusCode === undefined ? nothing : html`<code class="number code-large">${statusCode}</code>`}
      </div>
      ${statusCode === undefined ? html`<p>${t("delivery.response_none")}</p>` : responseBody(error)}
    </section>
  `;
}

function responseBody(error) {
  if (!error) return html`<p class="muted">${t("delivery.response_not_kept")}</p>`;
  const body = error.responseBody ?? "";
  if (!body) return html`<p class="muted">${t("delivery.response_empty")}</p>`;
  const cut = bytesOf(body) > KEPT_BYTES - LONGEST_CHARACTER;
  return html`${codeBlock(indented(body), { label: t("delivery.response"), wrap: true })}
    ${cut ? html`<p class="muted">${t("delivery.response_truncated")}</p>` : nothing}`;
}

function bytesOf(text) {
  return new TextEncoder().encode(text).length;
}
