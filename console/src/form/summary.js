/* What stands above the form after it was refused: links to the fields, or what happened meanwhile. */
import { html, nothing } from "lit-html";
import { notice } from "../parts/notice.js";
import { failureBody, failureTitle } from "../parts/states.js";
import { locale, problemText } from "../language/texts.js";
import { fieldLabel } from "./labels.js";

/** The summary; it takes the focus after saving was refused. */
export function summary(form) {
  const content = conflict(form) ?? refused(form) ?? problems(form);
  return html`<div id="form-summary" class="form-summary" tabindex="-1" role="alert">${content ?? nothing}</div>`;
}

function problems(form) {
  const fields = Object.keys(form.problems);
  if (!fields.length) return null;
  const { t } = form;
  return notice("bad", t("form.problems", { count: fields.length }), html`
    <ul>${fields.map((field) => html`
      <li><a href="#${field}" @click=${(event) => lead(event, field)}>${labelOf(form, field)}</a>:
        ${form.problems[field]}</li>`)}</ul>`);
}

function labelOf({ values }, field) {
  const row = /^headers\.(\d+)$/.exec(field);
  return fieldLabel(row ? `headers.${values.headers[row[1]]?.name ?? ""}` : field);
}

function lead(event, field) {
  event.preventDefault();
  const control = document.getElementById(field);
  const folded = control?.closest("details");
  if (folded) folded.open = true;
  control?.focus();
}

function refused({ t, error }) {
  if (!error) return null;
  // With a time to come back it is another 409: what was asked for is under way still.
  if (error.status === 409 && !error.retryAfter) return notice("bad", t("form.limit"), problemText(error.problem.detail));
  return notice("bad", failureTitle(error), failureBody(error));
}

function conflict(form) {
  if (!form.conflict) return null;
  const { t } = form;
  const changed = form.theirChanges.map(fieldLabel);
  const fields = new Intl.ListFormat(locale()).format(changed);
  return notice("warn", t("conflict.title"), html`
    <p>${changed.length ? t("conflict.changed", { fields }) : t("conflict.nothing")}</p>
    <p>${t("conflict.body")}</p>`, html`
    <button type="button" class="secondary" @click=${() => form.takeTheirs()}>${t("conflict.take")}</button>
    <button type="button" @click=${() => form.keepMine()}>${t("conflict.keep")}</button>`);
}
