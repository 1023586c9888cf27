/* Text that is code or data, in the reader's language. */
import { guard } from "lit-html/directives/guard.js";
import { language, t } from "../language/texts.js";
import { codeFigure, copyControl } from "./code_figure.js";

/** A block of code (`codeFigure`) with `label`, `copy` and `wrap`. */
export function codeBlock(text, { label = "", copy = true, wrap = false } = {}) {
  // Once a text: the page is drawn anew whenever anything changes on it.
  return guard([text, label, copy, wrap, language()], () => codeFigure(text, words(), { label, copy, wrap }));
}

/** A button that puts a text into the clipboard, and says so. `label` and `kind` (a button's class) may be chosen. */
export function copyButton(text, options) {
  return copyControl(text, words(), options);
}

function words() {
  return {
    copy: t("action.copy"), copied: t("action.copied"), failed: t("action.copy_failed"),
    all: t("code.show_all"), less: t("code.show_less"),
  };
}

/** JSON as a reader takes it. */
export function pretty(value) {
  return JSON.stringify(value, null, 2);
}
