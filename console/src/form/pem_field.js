/* A field for PEM: pasted, or read from a file by the browser. */
import { html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { announce } from "../parts/announce.js";
import { field } from "../parts/field.js";
import { showButton } from "./secret_field.js";

/** The API takes no longer ones. */
const LONGEST = 64 * 1024;

/**
 * The field; `enter(text)` is called with what was pasted or read. What is `secret` is hidden until somebody wants to see
 * it. A file's name and content are not kept: only the text in the field is.
 */
export function pemField(form, { id, label, hint = "", optional = "", value, secret = false, enter }) {
  const { t } = form;
  return field({
    id, label, hint, optional, problem: form.problem(id),
    control: ({ id: control, describedBy, invalid }) => html`
      <div class="pem-field">
        <textarea id=${control} rows="4" maxlength=${LONGEST} autocomplete="off" autocapitalize="off" spellcheck="false"
          class=${secret ? "pem pem-hidden" : "pem"} .value=${live(value)} aria-describedby=${describedBy}
          aria-invalid=${invalid} @input=${(event) => enter(event.target.value)}></textarea>
        ${secret ? showButton(t, { label, show: (area, shown) => area.classList.toggle("pem-shown", shown) }) : nothing}
        <input type="file" aria-label=${t("form.file_of", { label })} @change=${(event) => read(form, id, event.target, enter)}>
      </div>`,
  });
}

async function read(form, id, input, enter) {
  const { t } = form;
  const [file] = input.files;
  if (!file) return;
  const { name, size } = file;
  const text = size > LONGEST ? null : await file.text().catch(() => null);
  input.value = "";
  if (text === null) {
    form.setProblem(id, t(size > LONGEST ? "form.file_too_large" : "form.file_unreadable", { name }));
    return;
  }
  enter(text);
  announce(t("form.file_read", { name }));
}
