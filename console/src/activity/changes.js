/* What was changed about a webhook: each field, from what to what. */
import { html, nothing } from "lit-html";
import { fieldLabel } from "../form/labels.js";
import { sentence, t } from "../language/texts.js";

/** What the API writes for a value that it tells nobody. */
const VEILED = "[hidden]";

/** The fields whose values have names, by the texts of these. */
const NAMED = {
  "authentication.type": "authentication", "authentication.algorithm": "algorithm",
  "authentication.clientAuthentication": "client_authentication", format: "format",
};

/** The changes of an activity as the API tells them: a list; of a new webhook, which has many, folded. */
export function changeList({ kind, changes = [] }) {
  if (changes.length === 0) return nothing;
  const isNew = kind === "CREATED";
  const list = html`<ul class="changes">${changes.map((change) => html`
    <li>${sentence("details.setting", { setting: fieldLabel(change.field), value: valuesOf(change, isNew) })}</li>`)}</ul>`;
  return isNew ? html`<details><summary>${t("activity.as_added")}</summary>${list}</details>` : list;
}

/** From what to what; of a hidden field only that it was changed. */
function valuesOf({ field, before, after, hidden }, isNew) {
  if (hidden) return t("activity.hidden");
  if (isNew) return shown(field, after);
  if (Array.isArray(before) && Array.isArray(after)) return listed(before, after);
  return sentence("activity.from_to", { before: shown(field, before), after: shown(field, after) });
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

function shown(field, value) {
  if (value === undefined || value === null) return html`<em>${t(field === "delivery.maxPostsPerMinute" ? "details.no_limit" : "activity.nothing")}</em>`;
  if (value === VEILED) return html`<em>${t("activity.veiled")}</em>`;
  if (typeof value === "boolean") return t(value ? "details.yes" : "details.no");
  if (field in NAMED) return t(`${NAMED[field]}.${value}`);
  return html`<code>${[value].flat().join(", ")}</code>`;
}
