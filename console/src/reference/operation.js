/* One operation, or what receivers get of one event type. */
import { html, nothing } from "lit-html";
import { icon } from "../parts/icons.js";
import { code, json } from "./code.js";
import { exampleOf } from "./examples.js";
import { fieldsView, parametersView } from "./fields.js";
import { contentsOf, curlOf, securityOf } from "./operations.js";
import { line, prose } from "./prose.js";
import { resolved, typeOf } from "./schemas.js";

/** An entry of `operationsOf` or `webhooksOf`; its details are made when they are opened. */
export function operationView(page, entry) {
  const { id, kind, method, path, operation } = entry;
  return html`
    <section class="operation">
      <h3 id=${id} tabindex="-1"><a href="#${id}"><span class="method method-${method.toLowerCase()}">${method}</span> <code>${breakable(path)}</code></a>
        ${operation.deprecated ? html`<span class="badge badge-warn">${icon("warn")}<span>deprecated</span></span>` : nothing}</h3>
      ${operation.summary ? html`<p><strong>${line(operation.summary)}</strong></p>` : nothing}
      ${prose(operation.description)}
      ${kind === "operation" ? html`<p class="security">${icon("secret")}<span>${securityView(page, operation)}</span></p>` : nothing}
      ${page.folded.part(id, html`${summaryOf(entry)}<span class="visually-hidden"> of ${operation.summary ?? path}</span>`, () => detailsView(page, entry))}
    </section>
  `;
}

/** Where a long path may be broken. */
function breakable(path) {
  return path.split("/").map((part, index) => (index ? html`/<wbr>${part}` : part));
}

function securityView(page, operation) {
  const ways = securityOf(page.document, operation);
  if (ways.length === 0) return "Open: nothing is asked for";
  return ways.map(({ scheme, said, scopes }, index) => html`${index ? "; or " : nothing}<code>${scheme}</code> (${said})${scopes.length
    ? html` with ${scopes.map((scope, at) => html`${at ? " or " : nothing}<code>${scope}</code>`)}` : nothing}`);
}

function summaryOf({ kind, operation: { parameters, requestBody } }) {
  const shown = [
    parameters.length && (kind === "webhook" ? "headers" : "parameters"), requestBody && "body",
    kind === "webhook" ? "answers that count" : "answers", kind === "operation" && "curl",
  ].filter(Boolean).join(", ");
  return shown[0].toUpperCase() + shown.slice(1);
}

function detailsView(page, entry) {
  const { id, kind, operation } = entry;
  return html`
    <div class="operation-details">
      ${kind === "operation" ? html`<h4>As a command</h4>${code(curlOf(page.document, entry, page.origin), "curl")}` : nothing}
      ${operation.parameters.length ? html`<h4>${kind === "webhook" ? "Headers" : "Parameters"}</h4>
        ${parametersView(page, `${id} parameters`, operation.parameters)}` : nothing}
      ${bodyView(page, id, operation.requestBody)}
      <h4>Answers</h4>
      <ul class="fields">${Object.entries(operation.responses ?? {}).map(([status, answer]) => html`
        <li>${answerView(page, `${id} ${status}`, status, answer)}</li>`)}</ul>
    </div>
  `;
}

function bodyView(page, id, body) {
  return contentsOf(body).map(({ type, schema }) => html`
    <h4>Body <span class="muted">${type}${body.required ? nothing : ", may be left out"}</span></h4>
    ${prose(body.description)}
    ${json(exampleOf(page.document, schema), "Example")}
    ${fieldsView(page, `${id} body ${type}`, schema)}
  `);
}

function answerView(page, key, status, given) {
  const { schema: answer } = resolved(page.document, given);
  const headers = Object.entries(answer.headers ?? {});
  return html`
    <div class="field">
      <p class="field-name"><code>${status}</code></p>
      <p>${line(answer.description)}</p>
      ${headers.map(([name, { description }]) => html`<p>Header <code>${name}</code>: ${line(description)}</p>`)}
      ${contentsOf(answer).map(({ type, schema }) => page.folded.part(`${key} ${type}`, html`${typeOf(page.document, schema)}
        <span class="muted">${type}</span><span class="visually-hidden"> (${status})</span>`, () => html`
        ${json(exampleOf(page.document, schema), "Example")}
        ${fieldsView(page, `${key} ${type}`, schema)}`))}
    </div>
  `;
}
