/* What was changed about a webhook: each field, from what to what. */
import { html, nothing } from "lit-html";
import { fieldLabel } from "../form/labels.js";
import { sentence, t } from "../texts.js";

/** The changes of an activity as the API tells them; of a hidden field only that it was changed. */
export function changeList(changes = []) {
  if (changes.length === 0) return nothing;
  return html`<ul class="changes">${changes.map((change) => html`
    <li><span class="change-field">${fieldLabel(change.field)}</span> <span>${valuesOf(change)}</span></li>`)}</ul>`;
}

function valuesOf({ before, after, hidden }) {
  if (hidden) return t("activity.hidden");
  if (Array.isArray(before) && Array.isArray(after)) return listed(before, after);
  return sentence("activity.from_to", { before: shown(before), after: shown(after) });
}

/** Of a list only what has come or gone. */
function listed(before, after) {
  const [gone, come] = [without(before, after), without(after, before)];
  const parts = [["activity.added", come], ["activity.removed", gone]].filter(([, names]) => names.length);
  return parts.map(([key, names], at) => html`${at ? "; " : nothing}${sentence(key, { names: html`<code>${names.join(", ")}</code>` })}`);
}

function without(names, others) {
  return names.filter((name) => !others.includes(name));
}

function shown(value) {
  if (value === undefined || value === null || value === "") return html`<em>${t("activity.nothing")}</em>`;
  if (typeof value === "boolean") return t(value ? "details.yes" : "details.no");
  if (typeof value === "object") return html`<code>${JSON.stringify(value)}</code>`;
  return html`<code>${String(value)}</code>`;
}
