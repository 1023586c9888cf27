/* What is sent for a delivery. */
import { html, nothing } from "lit-html";
import { curlCommand } from "../signatures/curl.js";
import { indented } from "../json_text.js";
import { t } from "../language/texts.js";
import { codeBlock, copyButton } from "../parts/code_block.js";

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

/**
 * The headers of `request`, and the whole of it as a curl command to `targetUrl` (undefined while it is loading): with
 * its secrets hidden, and by `signed`, a `SignedCurl`, as a receiver accepts it.
 */
export function requestHeaders(request, targetUrl, signed) {
  return html`
    <section class="panel">
      <div class="panel-head">
        <h2>${t("delivery.headers")}</h2>
        ${targetUrl ? html`<div class="actions">
          ${copyButton(curlCommand(targetUrl, request), { label: t("delivery.copy_curl"), kind: "secondary" })}
          ${signed.button(request, targetUrl)}</div>` : nothing}
      </div>
      ${headerList(request.headers)}
      <p class="muted">${t("delivery.headers_hidden")}</p>
      ${targetUrl ? signed.note(request) : nothing}
    </section>
  `;
}

/** Headers as a list. */
export function headerList(headers) {
  return html`<dl class="facts facts-code">${Object.entries(headers).map(([name, value]) => html`
    <div><dt>${name}</dt><dd><code>${value}</code></dd></div>`)}</dl>`;
}

function bytesOf(text) {
  return new TextEncoder().encode(text).length;
}
