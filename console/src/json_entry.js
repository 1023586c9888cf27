/* JSON that somebody types. Pure. */
import { exactly } from "./json_text.js";

/**
 * The object of a JSON text, `{value}`, numbers of any length as they stand; or what is wrong, `{problem, line, column}`:
 * "syntax" with its place as far as the browser tells it (else 0), or "object" where it is JSON, but no object.
 */
export function objectOf(text) {
  let value;
  try {
    value = JSON.parse(text, exactly);
  } catch (error) {
    return { problem: "syntax", ...placeOf(error.message, text) };
  }
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value) && text.trim().startsWith("{");
  return isObject ? { value } : { problem: "object" };
}

/** Browsers say where it is in their own ways: by position, or by line and column; some not at all. */
function placeOf(message, text) {
  const [, line, column] = /line (\d+) column (\d+)/.exec(message) ?? [];
  if (line) return { line: Number(line), column: Number(column) };
  const [, position] = /position (\d+)/.exec(message) ?? [];
  const before = position ? text.slice(0, Number(position)) : /end of (JSON|data)/i.test(message) ? text.trimEnd() : null;
  if (before === null) return { line: 0, column: 0 };
  const lines = before.split("\n");
  return { line: lines.length, column: lines.at(-1).length + 1 };
}
