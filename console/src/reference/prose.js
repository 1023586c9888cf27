/* The document's texts: paragraphs, and `code` between backticks; nothing else in them is markup. */
import { html } from "lit-html";

/** A text as a line of its own words. */
export function line(text = "") {
  // Every second part stood between backticks.
  return text.split(/`([^`\n]+)`/).map((part, index) => (index % 2 ? html`<code>${part}</code>` : part));
}

/** A text as paragraphs. */
export function prose(text = "") {
  return text.split(/\n\s*\n/).filter((paragraph) => paragraph.trim()).map((paragraph) => html`<p>${line(paragraph)}</p>`);
}
