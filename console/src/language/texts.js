/* The console's texts: a folder for each language (`texts/<code>`), with the same keys. */
import { LANGUAGES } from "#languages";
import { prepared, translated } from "./api_texts.js";
import { localText } from "../events/local_text.js";
import { chosenLanguage, rememberLanguage } from "./preferences.js";

let current = "en";
let wanted = current;
let table = {};
let messages = [];

/** The code of the language that is shown. */
export function language() {
  return current;
}

/**
 * The locale for numbers and dates: the browser's own where it is of the shown language, so that an American reader gets
 * American dates.
 */
export function locale() {
  const own = navigator.languages?.find((tag) => baseOf(tag) === baseOf(current));
  return own ?? LANGUAGES[current].locale;
}

function baseOf(tag) {
  return tag.toLowerCase().split("-")[0];
}

/** Load the remembered language, or the browser's; before that there are no texts. */
export function startLanguage() {
  return show(chosenLanguage());
}

/** Show another language from now on, once it is loaded. */
export async function chooseLanguage(code) {
  await show(code);
  if (current === code) rememberLanguage(code);
}

async function show(code) {
  // Loaded when it is needed: nobody reads two languages at once.
  wanted = code;
  const loaded = await LANGUAGES[code].load();
  // Another may have been chosen meanwhile, whichever comes last.
  if (wanted !== code) return;
  table = loaded.default;
  messages = prepared(loaded.messages);
  current = code;
  document.documentElement.lang = LANGUAGES[code].locale;
}

/**
 * The text of a key, `{name}` replaced by `values.name`. A text of several forms is chosen by `values.count`, by the
 * plural rules of the language it is written in. Numbers are written as the reader writes them.
 */
export function t(key, values = {}) {
  return textOf(table, key, values, locale(), LANGUAGES[current].locale);
}

/** As `t`, but with templates among the values: the list of texts and templates that make up the sentence. */
export function sentence(key, values = {}) {
  const marks = Object.fromEntries(Object.keys(values).map((name) => [name, `{${name}}`]));
  return t(key, { ...marks, count: values.count })
    .split(/(\{\w+\})/)
    .map((part) => (part.startsWith("{") ? values[part.slice(1, -1)] : part));
}

/** How the API writes its own values, at the end of a key: a newer one may have more of them. */
const VALUE = /\.([A-Z][A-Z0-9_]+)$/;

/** As `t`, with everything given. A value of the API that is not known stands for itself; throws where a key is missing. */
export function textOf(texts, key, values, tag, written = tag) {
  const entry = texts[key] ?? VALUE.exec(key)?.[1];
  if (entry === undefined) throw new Error(`no text for ${key}`);
  const text = typeof entry === "string" ? entry : entry[new Intl.PluralRules(written).select(values.count)];
  return text.replaceAll(/\{(\w+)\}/g, (_, name) => shown(values[name], tag));
}

/** What the API says about what it refuses, as a sentence of the shown language; as it came where it is not known. */
export function problemText(message) {
  const said = translated(messages, message);
  return `${said.charAt(0).toUpperCase()}${said.slice(1).replace(/\.$/, "")}.`;
}

/** What an event type is about, in the shown language as far as the catalogue has it. */
export function descriptionOf({ description }) {
  return localText(description, current);
}

/** What an event type belongs to, likewise; "" for nothing. */
export function groupOf({ group }) {
  return localText(group, current);
}

/** As `problemText`, for what stands inside a sentence, or begins with a name: as it is, in the shown language. */
export function reasonText(message) {
  return translated(messages, message);
}

/** What the API says about a request that it refused as a whole: what is wrong with each field, or one sentence. */
export function refusalText({ errors, detail = "" }) {
  if (errors?.length) return errors.map(({ field, message }) => `${field}: ${reasonText(message)}.`).join(" ");
  return detail && problemText(detail);
}

function shown(value, tag) {
  return typeof value === "number" ? new Intl.NumberFormat(tag).format(value) : String(value ?? "");
}
