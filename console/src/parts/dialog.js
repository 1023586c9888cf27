/* Questions that must be answered before something happens: native modal dialogs. */
import { html, nothing, render } from "lit-html";
import { t } from "../language/texts.js";

/**
 * Ask for a decision; resolves to true or false (also on Escape, and where the page is left). `body` is a text or template, `danger` colours the
 * confirming button, `typed` is a text that must be typed first.
 */
export function ask({ title, body, confirm, cancel = t("action.cancel"), danger = false, typed = "" }) {
  return new Promise((resolve) => {
    let wrong = false;
    const dialog = openDialog();
    const answer = (value) => {
      resolve(value);
      dialog.close();
    };
    const submit = (event) => {
      event.preventDefault();
      wrong = typed !== "" && new FormData(event.target).get("typed").trim() !== typed.trim();
      if (!wrong) return answer(true);
      draw();
      return dialog.querySelector("[name=typed]").focus();
    };
    const draw = () => render(html`
      <form novalidate @submit=${submit}>
        <h2 id="dialog-title">${title}</h2>
        <div class="dialog-body">${body}</div>
        ${typed ? typedField(typed, wrong) : nothing}
        <div class="dialog-actions">
          <button type="button" class="secondary" ?autofocus=${!typed} @click=${() => answer(false)}>${cancel}</button>
          <button type="submit" class=${danger ? "danger" : ""}>${confirm}</button>
        </div>
      </form>`, dialog);
    dialog.addEventListener("close", () => resolve(false));
    draw();
    dialog.showModal();
  });
}

function typedField(typed, wrong) {
  return html`
    <div class="field"><label for="dialog-typed">${t("dialog.type_to_confirm", { text: typed })}</label>
    <input id="dialog-typed" name="typed" autocomplete="off" autocapitalize="off" spellcheck="false" autofocus
      aria-invalid=${wrong ? "true" : nothing} aria-describedby="dialog-typed-problem">
    <p id="dialog-typed-problem" class="field-problem" role="alert">${wrong ? t("dialog.typed_differs") : nothing}</p></div>
  `;
}

/** Close what is asked on a page that is left: an answer would be about what is not shown any more. */
export function closeDialogs() {
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
}

/** A modal dialog without content yet, named by its `#dialog-title`; it is gone once it is closed. */
export function openDialog() {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.setAttribute("aria-labelledby", "dialog-title");
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  return dialog;
}
