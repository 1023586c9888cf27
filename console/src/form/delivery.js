/* The section about what a POST may be, folded as long as it is as usual. */
import { html } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { field } from "../parts/field.js";
import { LIMITS, SWITCHES } from "./model.js";
import { section, toggle } from "./section.js";

/** The limits of a POST, whether the receiver may refuse single events of one, and whether digests are sent. */
export function deliverySection(form) {
  const { t } = form;
  return section({ id: "delivery", title: t("form.delivery"), lead: t("form.delivery_lead") }, html`
    <details class="form-more" .open=${live(form.deliveryOpen)} @toggle=${(event) => { form.deliveryOpen = event.target.open; }}>
      <summary>${t("form.delivery_more")}</summary>
      <div class="form-section-body">
        ${LIMITS.map((limit) => limitField(form, limit))}
        ${SWITCHES.map((name) => switchField(form, name))}
      </div>
    </details>
  `);
}

function limitField(form, limit) {
  const { t, values } = form;
  const name = `delivery.${limit}`;
  return field({
    id: name, label: t(`form.${limit}`), hint: t(`form.${limit}_hint`), problem: form.problem(name),
    control: ({ id, describedBy, invalid }) => html`<input id=${id} class="input-number" inputmode="numeric" autocomplete="off"
      maxlength="12" .value=${live(values[name])} aria-describedby=${describedBy} aria-invalid=${invalid}
      @input=${(event) => form.set(name, event.target.value)}>`,
  });
}

function switchField(form, setting) {
  const { t, values } = form;
  const name = `delivery.${setting}`;
  return toggle({
    id: name, label: t(`form.${setting}`), hint: t(`form.${setting}_hint`), checked: values[name],
    problem: form.problem(name), set: (on) => form.set(name, on),
  });
}
