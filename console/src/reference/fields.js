/* Fields of bodies, and parameters: each with its type, its rules and its text; what it is made of is folded. */
import { html, nothing } from "lit-html";
import { json } from "./code.js";
import { line } from "./prose.js";
import { partsOf, resolved, rulesOf, typeOf, unsaid } from "./schemas.js";

/** The parts of `schema`, or the schema itself where it has none. `key` tells its folded parts from those of others. */
export function fieldsView(page, key, schema) {
  const parts = partsOf(page.document, schema);
  if (parts.length === 0) return html`<div class="field">${about(page, key, schema)}</div>`;
  const rules = rulesOf(page.document, schema);
  return html`
    ${rules.length ? html`<p class="muted">${rulesView(rules)}</p>` : nothing}
    ${othersView(page, schema)}
    <ul class="fields">${parts.map((part, index) => html`<li>${fieldView(page, `${key} ${index}`, part)}</li>`)}</ul>
  `;
}

/** The parameters of an operation. */
export function parametersView(page, key, parameters) {
  return html`<ul class="fields">${parameters.map((given, index) => {
    const { name, in: place, required, description, schema = true } = resolved(page.document, given).schema;
    const part = { kind: "field", label: name, required, place, schema: withText(schema, description) };
    return html`<li>${fieldView(page, `${key} ${index}`, part)}</li>`;
  })}</ul>`;
}

function withText(schema, description) {
  return description === undefined || typeof schema === "boolean" ? schema : { ...schema, description };
}

function fieldView(page, key, { kind, label, required, place, schema }) {
  return html`
    <div class="field">
      <p class="field-name">
        ${kind === "alternative" ? html`<span class="muted">or</span> <strong>${label}</strong>` : html`<code>${label}</code>`}
        ${place ? html`<span class="muted">in ${place}</span>` : nothing}
        ${required ? html`<strong class="required">required</strong>` : nothing}
      </p>
      ${about(page, key, schema, label, kind !== "alternative")}
    </div>
  `;
}

function about(page, key, given, label = "", typed = true) {
  const { schema } = resolved(page.document, given);
  const rules = rulesOf(page.document, given);
  const inside = partsOf(page.document, given);
  return html`
    ${typed || rules.length ? html`<p class="muted">${typed ? typeOf(page.document, given) : nothing}${rules.length ? html`${typed ? "; " : nothing}${rulesView(rules)}` : nothing}</p>` : nothing}
    ${schema.description ? html`<p>${line(schema.description)}</p>` : nothing}
    ${othersView(page, given)}
    ${inside.length ? page.folded.part(key, html`Its parts<span class="visually-hidden">: ${label}</span>`, () => fieldsView(page, key, given)) : nothing}
  `;
}

/** What there are no words for is shown as it is written. */
function othersView(page, schema) {
  const others = unsaid(page.document, schema);
  return Object.keys(others).length ? json(others, "JSON Schema, also") : nothing;
}

function rulesView(rules) {
  return rules.map(({ said, values }, index) => html`${index ? "; " : nothing}${said}${values.map((value, at) => html`${at ? ", " : " "}<code>${value}</code>`)}`);
}
