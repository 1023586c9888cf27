/* The console's texts: one table, the same keys in each language. */
import { chosenLanguage, rememberLanguage } from "./preferences.js";
import en from "./texts/en.js";
import pt from "./texts/pt.js";

const TABLES = { en, pt };
const LOCALES = { en: undefined, pt: "pt-BR" };

let current = "en";

/** The code of the language that is shown. */
export function language() {
  return current;
}

/**
 * The locale for numbers and dates: the browser's own where it is of the shown language, so that a British reader gets
 * British dates.
 */
export function locale() {
  const own = navigator.languages?.find((tag) => tag.toLowerCase().startsWith(current));
  return own ?? LOCALES[current] ?? "en-GB";
}

/** Show the remembered language, or the browser's. */
export function startLanguage() {
  show(chosenLanguage());
}

/** Show another language from now on. */
export function chooseLanguage(code) {
  rememberLanguage(code);
  show(code);
}

function show(code) {
  current = code;
  document.documentElement.lang = code === "pt" ? "pt-BR" : code;
}

/**
 * The text of a key, `{name}` replaced by `values.name`. A text of the form `{one, other}` is chosen by `values.count`.
 * Numbers are written as the language writes them.
 */
export function t(key, values = {}) {
  return textOf(TABLES[current], key, values, locale());
}

/** As `t`, but with templates among the values: the list of texts and templates that make up the sentence. */
export function sentence(key, values = {}) {
  const marks = Object.fromEntries(Object.keys(values).map((name) => [name, `{${name}}`]));
  return textOf(TABLES[current], key, { ...marks, count: values.count }, locale())
    .split(/(\{\w+\})/)
    .map((part) => (part.startsWith("{") ? values[part.slice(1, -1)] : part));
}

/** As `t`, with everything given; throws where the key is missing. */
export function textOf(table, key, values, tag) {
  const entry = table[key];
  if (entry === undefined) throw new Error(`no text for ${key}`);
  const text = typeof entry === "string" ? entry : entry[plural(values.count, tag)];
  return text.replaceAll(/\{(\w+)\}/g, (_, name) => shown(values[name], tag));
}

function plural(count, tag) {
  return new Intl.PluralRules(tag).select(count) === "one" ? "one" : "other";
}

function shown(value, tag) {
  return typeof value === "number" ? new Intl.NumberFormat(tag).format(value) : String(value ?? "");
}
