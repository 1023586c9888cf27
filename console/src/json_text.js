/* JSON as text, indented without being parsed: a number of 20 digits and the order of keys stay as they were sent. */

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;
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
