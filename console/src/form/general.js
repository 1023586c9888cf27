/* The sections about name, target and switches. */
import { html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { field } from "../parts/field.js";
import { answerSeconds } from "./model.js";
import { section, toggle } from "./section.js";

/** Name and description. */
export function identitySection(form) {
  const { t, values } = form;
  return section({ id: "identity", title: t("form.identity"), lead: t("form.identity_lead") }, html`
    ${field({
      id: "name", label: t("form.name"), problem: form.problem("name"),
      control: (bound) => textInput(form, "name", bound, { maxlength: 100 }),
    })}
    ${field({
      id: "description", label: t("form.description"), optional: t("form.optional"), problem: form.problem("description"),
      control: ({ id, describedBy, invalid }) => html`
        <textarea id=${id} rows="2" maxlength="1000" .value=${live(values.description)} aria-describedby=${describedBy}
          aria-invalid=${invalid} @input=${(event) => form.set("description", event.target.value)}></textarea>`,
    })}
  `);
}

/** The target URL, and whether events come in order. */
export function targetSection(form) {
  const { t, values } = form;
  return section({ id: "target", title: t("form.target"), lead: t("form.target_lead") }, html`
    ${field({
      id: "targetUrl", label: t("form.target_url"), hint: t("target.url_hint", { count: answerSeconds(values) }), problem: form.problem("targetUrl"),
      control: (bound) => textInput(form, "targetUrl", bound, { type: "url", maxlength: 2048 }),
    })}
    ${toggle({
      id: "ordered", label: t("form.ordered"), hint: t("form.ordered_hint"), checked: values.ordered,
      problem: form.problem("ordered"), set: (on) => form.set("ordered", on),
    })}
  `);
}

/** The activation switch. */
export function activationSection(form) {
  const { t, values } = form;
  return section({ id: "activation", title: t("form.activation"), lead: t("form.activation_lead") }, toggle({
    id: "active", label: t("form.active"), hint: t(values.active ? "form.active_on" : "form.active_off"),
    checked: values.active, set: (on) => form.set("active", on),
  }));
}

function textInput(form, name, { id, describedBy, invalid }, { type = "text", maxlength }) {
  return html`<input id=${id} type=${type} maxlength=${maxlength} autocomplete="off" spellcheck=${type === "url" ? "false" : nothing}
    .value=${live(form.values[name])} aria-describedby=${describedBy} aria-invalid=${invalid} required
    @input=${(event) => form.set(name, event.target.value)}>`;
}
