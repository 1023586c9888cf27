/* The section about custom headers. */
import { html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { fieldProblem } from "../parts/field.js";
import { icon } from "../parts/icons.js";
import { section } from "./section.js";

const MOST = 10;

/** An editor of up to ten headers. */
export function headersSection(form) {
  const { t, values } = form;
  return section({ id: "headers-section", title: t("form.headers"), lead: t("form.headers_lead") }, html`
    ${values.headers.length ? rows(form) : nothing}
    ${fieldProblem("headers", form.problem("headers"))}
    ${values.headers.length < MOST
      ? html`<div><button type="button" id="headers" class="secondary" @click=${() => add(form)}>
        ${icon("plus")}${t("form.header_add")}</button></div>`
      : html`<p class="field-hint">${t("form.headers_full", { count: MOST })}</p>`}
  `);
}

function rows(form) {
  return html`<ul class="header-rows">${form.values.headers.map((header, index) => row(form, header, index))}</ul>`;
}

function row(form, header, index) {
  const { t } = form;
  const problem = form.problem(`headers.${index}`);
  const input = (part, label, extra) => html`<input id=${part === "name" ? `headers.${index}` : nothing} aria-label=${label}
    placeholder=${extra} autocomplete="off" spellcheck="false" autocapitalize="off" .value=${live(header[part])}
    aria-invalid=${problem ? "true" : nothing} aria-describedby=${problem ? `headers.${index}-problem` : nothing}
    @input=${(event) => change(form, index, { [part]: event.target.value })}>`;
  return html`
    <li>
      <div class="header-row">
        ${input("name", t("form.header_name", { count: index + 1 }), "X-Source")}
        ${input("value", t("form.header_value", { count: index + 1 }), "recado")}
        <button type="button" class="quiet" aria-label=${t("form.header_remove", { name: header.name || index + 1 })}
          @click=${() => remove(form, index)}>${icon("remove")}</button>
      </div>
      ${fieldProblem(`headers.${index}`, problem)}
    </li>
  `;
}

function add(form) {
  set(form, [...form.values.headers, { name: "", value: "" }]);
  focusLater(`headers.${form.values.headers.length - 1}`);
}

function change(form, index, part) {
  const headers = form.values.headers.map((header, at) => (at === index ? { ...header, ...part } : header));
  form.set("headers", headers, ["headers", `headers.${index}`]);
}

function remove(form, index) {
  set(form, form.values.headers.filter((_, at) => at !== index));
  // The button that had the focus is gone.
  focusLater("headers");
}

/** Rows move, so problems that name one by its place are forgotten. */
function set(form, headers) {
  form.set("headers", headers, ["headers", ...Array.from({ length: MOST }, (_, at) => `headers.${at}`)]);
}

function focusLater(id) {
  requestAnimationFrame(() => document.getElementById(id)?.focus());
}
