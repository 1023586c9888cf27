/* JSON as text, indented and told apart without being parsed: a number of 20 digits and the order of keys stay as they were sent. */

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;
/** A string, which a colon makes a key; a number; a word; what stands between them. */
const PART = /("(?:[^"\\]|\\.)*")(?=(\s*:)?)|(-?\d[\d.eE+-]*)|(true|false|null)|[\s{}[\],:]+/g;
// Each part is an element of the page: of so many readers tell little apart.
const MOST_TOLD_APART = 40_000;
const OPEN = "{[";
const CLOSE = "}]";
// Deeper than an event may be. Indenting what a stranger has nested thousands deep would fill the memory with spaces.
const DEEPEST = 100;

/** Compact JSON text, indented by two spaces; what is no JSON object or array, or too deep, comes back as it is. */
export function indented(text) {
  if (!isJson(text)) return text;
  const tokens = text.match(TOKEN);
  let depth = 0;
  let result = "";
  for (const [index, token] of tokens.entries()) {
    const empty = OPEN.includes(token) && CLOSE.includes(tokens[index + 1] ?? "");
    const closesEmpty = CLOSE.includes(token) && OPEN.includes(tokens[index - 1] ?? "");
    if (CLOSE.includes(token)) depth -= 1;
    if (CLOSE.includes(token) && !closesEmpty) result += line(depth);
    result += token;
    if (OPEN.includes(token)) depth += 1;
    if (depth > DEEPEST) return text;
    if ((OPEN.includes(token) && !empty) || token === ",") result += line(depth);
    if (token === ":") result += " ";
  }
  return result;
}

/**
 * JSON text as its parts in order, `[kind, text]` with "key", "string", "number", "word" or "" for what stands between;
 * null where it is no JSON object or array, or very long.
 */
export function partsOf(text) {
  if (text.length > MOST_TOLD_APART || !isJson(text)) return null;
  return [...text.matchAll(PART)].map(([part, string, colon, number, word]) => {
    if (string) return [colon ? "key" : "string", part];
    return [number ? "number" : word ? "word" : "", part];
  });
}

function isJson(text) {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}

function line(depth) {
  return `\n${"  ".repeat(depth)}`;
}

/** For `JSON.parse`: a number that JavaScript would round, such as an id of 20 digits, stays as it came where browsers can. */
export function exactly(_, value, context) {
  const rounded = typeof value === "number" && !Number.isSafeInteger(value) && context && String(value) !== context.source;
  return rounded && JSON.rawJSON ? JSON.rawJSON(context.source) : value;
}
