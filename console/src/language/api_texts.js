/*
 * What the API says, in the reader's language. It speaks English, in few sentences; a language has them as a table from
 * a sentence to its translation. `{name}` in a sentence stands for what varies. Names say what that may be:
 * `{n}` (`{n2}`, …) a number, `{word}` a word, `{moment}` a time, `{cause}` another sentence of the table, or part of one;
 * everything else any text.
 */
const KINDS = { n: "-?\\d[\\d,.]*", word: "\\S+", moment: "\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z" };
const CAUSE = "cause";

/** A table made ready for `translated`. What says more by itself is tried first, in whatever order it was written. */
export function prepared(table) {
  return Object.entries(table)
    .map(([told, text]) => ({ text, names: namesIn(told), pattern: patternOf(told), fixed: told.replaceAll(/\{\w+\}/g, "").length }))
    .sort((one, other) => other.fixed - one.fixed);
}

/** A message in the words of a prepared table; as it came where it is not known. */
export function translated(prepared, message) {
  for (const { text, names, pattern } of prepared) {
    const found = pattern.exec(message);
    if (found) return filled(text, names, found.slice(1), prepared);
  }
  return message;
}

function filled(text, names, parts, prepared) {
  return text.replaceAll(/\{(\w+)\}/g, (_, name) => {
    const part = parts[names.indexOf(name)];
    return kindOf(name) === CAUSE ? translated(prepared, part) : part;
  });
}

function namesIn(told) {
  return [...told.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
}

function patternOf(told) {
  const source = told.replaceAll(/\{(\w+)\}|[\\^$.*+?()[\]{}|/]/g, (sign, name) => (name ? `(${KINDS[kindOf(name)] ?? "[^]+?"})` : `\\${sign}`));
  return new RegExp(`^${source}$`);
}

function kindOf(name) {
  return name.replace(/\d+$/, "");
}
