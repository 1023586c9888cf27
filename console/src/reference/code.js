/* Code and data on this page. */
import { codeFigure } from "../parts/code_figure.js";

const WORDS = { copy: "Copy", copied: "Copied", failed: "Could not copy", all: "Show all", less: "Show less" };

/** A block of code; `label` names it. */
export function code(text, label) {
  return codeFigure(text, WORDS, { label, wrap: true });
}

/** A value as JSON. */
export function json(value, label) {
  return code(JSON.stringify(value, null, 2), label);
}
