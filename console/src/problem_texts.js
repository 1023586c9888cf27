/* What the API says about a refused field, in the reader's language. */
import { language } from "./texts.js";
import pt from "./texts/pt/problems.js";

/**
 * The message as a sentence of the shown language. The API speaks English; its messages are few, and one that is not
 * known here is shown as it came.
 */
export function problemText(message) {
  const known = language() === "pt" ? translated(message) : null;
  const text = known ?? message;
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`.replace(/\.\.$/, ".");
}

function translated(message) {
  for (const [pattern, text] of pt) {
    const found = pattern.exec(message);
    if (found) return text.replaceAll(/\$(\d)/g, (_, position) => found[position]);
  }
  return null;
}
