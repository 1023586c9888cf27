/* JSON that somebody types. Pure. */
import { faultAt } from "./json_fault.js";
import { exactly } from "../json_text.js";

/**
 * The object of a JSON text, `{value}`, numbers of any length as they stand; or what is wrong, `{problem, line, column}`:
 * "syntax" with its place, or "object" where it is JSON, but no object.
 */
export function objectOf(text) {
  let value;
  try {
    value = JSON.parse(text, exactly);
  } catch {
    return { problem: "syntax", ...placeOf(text) };
  }
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value) && text.trim().startsWith("{");
  return isObject ? { value } : { problem: "object" };
}

function placeOf(text) {
  const lines = text.slice(0, faultAt(text)).split("\n");
  return { line: lines.length, column: lines.at(-1).length + 1 };
}
