/* The section about which events are sent, and as what: filter, format, transform, and what comes of them. */
import { html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { field } from "../../parts/field.js";
import { icon } from "../../parts/icons.js";
import { reasonText } from "../../language/texts.js";
import { choice, section } from "../section.js";
import { FORMATS, LONGEST_EXPRESSION, warningsOf } from "./model.js";

const EXAMPLES = ["equal", "number", "among", "part", "event"];
/** In the language of expressions, which is no reader's own. */
const WRITTEN = {
  equal: "data.status == 'paid'",
  number: "data.total.amount >= `100`",
  among: "contains(['DE', 'PT'], data.country)",
  part: "{id: data.orderId, paid: data.total.amount}",
  event: "{text: join(' ', [eventName, data.orderId])}",
};

/** Which events are sent, and as what; `preview` is the panel that tries it. */
export function shapingSection(form, preview) {
  const { t } = form;
  return section({ id: "shaping", title: t("form.shaping"), lead: t("form.shaping_lead") }, html`
    ${expression(form, "filter", preview.result)}
    ${formats(form)}
    ${expression(form, "transform", preview.result)}
    ${help(t)}
    ${preview.view()}
  `);
}

function expression(form, name, result) {
  const { t, values } = form;
  const warnings = warningsOf(result, name);
  return html`<div class="expression">${field({
    id: name, label: t(`form.${name}`), hint: t(`form.${name}_hint`), problem: form.problem(name),
    optional: name === "transform" && values.format === "RAW" ? "" : t("form.optional"),
    control: ({ id, describedBy, invalid }) => html`
      <textarea id=${id} rows="2" maxlength=${LONGEST_EXPRESSION} spellcheck="false" autocapitalize="off" autocomplete="off"
        .value=${live(values[name])} aria-describedby=${describedBy} aria-invalid=${invalid}
        @input=${(event) => form.set(name, event.target.value)}></textarea>`,
  })}
    ${warnings.length ? html`<ul class="warnings" aria-label=${t("form.warnings_of", { field: t(`form.${name}`) })}>${warnings.map((message) => html`
      <li>${icon("warn")}<span>${reasonText(message)}</span></li>`)}</ul>` : nothing}
  </div>`;
}

function formats(form) {
  const { t, values } = form;
  const problem = form.problem("format");
  return html`
    <fieldset class="form-choices" id="format" tabindex="-1" aria-describedby=${problem ? "format-problem" : nothing}>
      <legend>${t("form.format")}</legend>
      ${problem ? html`<p id="format-problem" class="field-problem">${problem}</p>` : nothing}
      ${FORMATS.map((format) => choice({
        group: "format", value: format, label: t(`format.${format}`), hint: t(`format.${format}_hint`),
        chosen: values.format === format, choose: () => form.set("format", format, ["format", "transform"]),
      }))}
    </fieldset>
  `;
}

function help(t) {
  return html`
    <details class="form-more"><summary>${t("form.expressions")}</summary>
      <p>${t("form.expressions_body")}</p>
      <dl class="facts expressions">${EXAMPLES.map((name) => html`
        <div><dt><code>${WRITTEN[name]}</code></dt><dd>${t(`form.expression_${name}`)}</dd></div>`)}</dl>
    </details>
  `;
}
