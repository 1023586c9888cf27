/* The texts of all languages. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { LANGUAGES } from "#languages";
import { detailOf, failureName, hintName, hintOf } from "../../src/deliveries/attempt_error.js";
import { HELD, sentenceFor } from "../../src/deliveries/answer_text.js";
import { chosenLanguage } from "../../src/language/preferences.js";
import { locale, t, textOf } from "../../src/language/texts.js";
import { reading } from "../../test_support/reading.js";
import { mayBeTheSame, SAME_TEXTS } from "../../test_support/same_texts.js";

const SOURCE = fileURLToPath(new URL("../../src/", import.meta.url));
const codes = Object.keys(LANGUAGES);
const tables = Object.fromEntries(await Promise.all(codes.map(async (code) => [code, (await LANGUAGES[code].load()).default])));
const { en } = tables;
const forms = (entry) => (typeof entry === "string" ? [entry] : Object.values(entry));
const marks = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

test("a language is a folder that says its own name and its locale", () => {
  assert.deepEqual(codes, ["en", "es", "pt"]);
  assert.deepEqual(Object.values(LANGUAGES).map(({ name }) => name), ["English", "Español", "Português (Brasil)"]);
  for (const { locale: tag } of Object.values(LANGUAGES)) assert.deepEqual(Intl.getCanonicalLocales(tag), [tag]);
});

test("every text is there in every language", () => {
  for (const code of codes) assert.deepEqual(Object.keys(tables[code]).sort(), Object.keys(en).sort(), code);
});

test("a text has the same places for values in every language, but that a form may do without the count", () => {
  for (const [key, entry] of Object.entries(en)) {
    const all = codes.flatMap((code) => forms(tables[code][key])).map((text) => new Set(marks(text).filter((name) => name !== "count")));
    for (const one of all) assert.deepEqual([...one].sort(), [...all[0]].sort(), `${key}, first in ${forms(entry)[0]}`);
  }
});

test("a text that depends on a count has all the forms that its language knows", () => {
  for (const code of codes) {
    const { pluralCategories } = new Intl.PluralRules(LANGUAGES[code].locale).resolvedOptions();
    for (const [key, entry] of Object.entries(tables[code])) {
      if (typeof entry !== "string") assert.deepEqual(Object.keys(entry).sort(), [...pluralCategories].sort(), `${code}: ${key}`);
    }
  }
});

test("no text is kept twice in a language", () => {
  for (const code of codes) {
    const folder = `${SOURCE}texts/${code}`;
    const keys = readdirSync(folder)
      .filter((name) => name.endsWith(".js"))
      .flatMap((name) => [...readFileSync(`${folder}/${name}`, "utf8").matchAll(/^ {2}"?([\w.]+)"?: /gm)])
      .map(([, key]) => key);
    assert.deepEqual(keys.filter((key, at) => keys.indexOf(key) !== at), []);
  }
});

test("no text is that of another language, but for the words that both have", () => {
  for (const code of codes) {
    for (const other of codes.filter((each) => each > code)) {
      const same = Object.keys(en).filter((key) => forms(tables[code][key]).some((text) => /\p{L}{2}/u.test(text.replaceAll(/\{\w+\}/g, ""))
        && forms(tables[other][key]).includes(text) && !mayBeTheSame(text, code, other)));
      assert.deepEqual(same.map((key) => [key, forms(tables[code][key])[0]]), [], `${code} and ${other}`);
    }
  }
});

test("what is listed as the same in several languages is so", () => {
  const texts = Object.fromEntries(codes.map((code) => [code, new Set(Object.values(tables[code]).flatMap(forms))]));
  for (const { languages, texts: same } of SAME_TEXTS) {
    for (const text of same) for (const code of languages) assert.ok(texts[code].has(text), `${code}: ${text}`);
  }
});

test("the reader's first language that there is counts, in whatever region", () => {
  globalThis.localStorage = { getItem: () => null, setItem() {} };
  assert.equal(chosenLanguage(["pt-PT", "en"]), "pt");
  assert.equal(chosenLanguage(["es-MX"]), "es");
  assert.equal(chosenLanguage(["est", "de-DE"]), "en");
  assert.equal(chosenLanguage(["fr", "ES"]), "es");
});

test("dates and numbers are those of the reader's region, forms those of the language", async () => {
  await reading("es");
  assert.equal(locale(), "es-419");
  Object.defineProperty(globalThis, "navigator", { value: { languages: ["est", "en-GB", "es-AR"] }, configurable: true });
  assert.equal(locale(), "es-AR");
  assert.equal(t("many.exact", { count: 2_000_000 }), "2.000.000 de entregas coinciden.");
  assert.equal(t("many.exact", { count: 1 }), "1 entrega coincide.");
  assert.equal(document.documentElement.lang, "es-419");
  await reading("pt");
  Object.defineProperty(globalThis, "navigator", { value: { languages: ["pt-PT"] }, configurable: true });
  assert.equal(t("many.exact", { count: 0 }), "0 entrega corresponde.");
  assert.equal(t("many.exact", { count: 1_000_000 }), "1 000 000 de entregas correspondem.".replaceAll(" 0", "\u00a00"));
  await reading("en");
  assert.equal(t("many.exact", { count: 1234 }), "1,234 deliveries match.");
});

test("every key that a page names has its text", () => {
  const files = readdirSync(SOURCE, { recursive: true }).filter((name) => name.endsWith(".js") && !name.includes("texts/"));
  for (const name of files) {
    const source = readFileSync(SOURCE + name, "utf8");
    for (const [, key] of source.matchAll(/\b(?:t|sentence)\("([\w.]+)"/g)) assert.ok(key in en, `${name}: ${key}`);
  }
});

test("numbers are written as the language writes them, and choose the form", () => {
  const table = { left: { one: "{count} left", other: "{count} left of {all}" } };
  assert.equal(textOf(table, "left", { count: 1 }, "en-GB"), "1 left");
  assert.equal(textOf(table, "left", { count: 12345, all: 20000 }, "en-GB"), "12,345 left of 20,000");
  assert.equal(textOf(table, "left", { count: 12345, all: 20000 }, "pt-BR"), "12.345 left of 20.000");
});

test("a key without a text is an error, not an empty page", () => {
  assert.throws(() => textOf({}, "gone", {}, "en"), /no text for gone/);
});

test("a value that the API has, and this page does not know yet, costs no page: it stands for itself", () => {
  assert.equal(textOf(en, "failure_class.QUIC_REFUSED", {}, "en"), "QUIC_REFUSED");
  assert.equal(textOf(en, "failure_class.DNS", {}, "en"), "Host name not found");
});

test("the hint of a refused request goes by its status, as that of the API does", () => {
  const python = readFileSync(new URL("../../../layers/core/recado/rules/sending/attempt.py", import.meta.url), "utf8");
  const [, told] = /HINTS_BY_STATUS = \{(.+?)\n\}/s.exec(python);
  const groups = [...told.matchAll(/fromkeys\(\s*\(([\d, ]+)\)|^ {4}(\d+):/gm)].map(([, several, one]) => (several ?? one).split(", ").map(Number));
  assert.deepEqual(groups.flat().sort(), [400, 401, 403, 404, 405, 407, 408, 410, 413, 415, 422, 429]);
  const named = groups.map((statuses) => new Set(statuses.map((statusCode) => hintName({ failureClass: "CLIENT_ERROR", statusCode }))));
  for (const names of named) assert.equal(names.size, 1);
  assert.equal(new Set(named.map(([name]) => name)).size, groups.length);
  assert.equal(hintName({ failureClass: "CLIENT_ERROR", statusCode: 200 }), "NAMED");
  assert.equal(hintName({ failureClass: "CLIENT_ERROR", statusCode: 418 }), "CLIENT_ERROR");
  assert.equal(hintName({ failureClass: "PROTOCOL", statusCode: 413 }), "PROTOCOL");
  assert.equal(hintName({ failureClass: "DNS" }), "DNS");
  assert.equal(hintName({ failureClass: "CLOSED", detail: "The receiver closed the connection without an answer." }), "CLOSED");
  assert.equal(hintName({ failureClass: "TLS", detail: "The TLS handshake failed: handshake failure." }), "TLS");
  const wants = { failureClass: "TLS", detail: "The receiver asks for a client certificate that it accepts: unknown CA." };
  assert.equal(hintName(wants), "CLIENT_CERTIFICATE");
  const refuses = { failureClass: "TLS", detail: "The receiver does not accept the webhook's client certificate: unknown CA." };
  assert.equal(hintName(refuses), "REFUSED_CERTIFICATE");
});

test("what a receiver says about an event that it did not take stays as it is, in Portuguese too", async () => {
  const error = { failureClass: "CLIENT_ERROR", statusCode: 200, detail: "The receiver did not take this event: what is $1?" };
  await reading("pt");
  assert.equal(detailOf(error), "O receptor não aceitou este evento: what is $1?");
  assert.equal(detailOf({ ...error, detail: "The receiver did not take this event." }), "O receptor não aceitou este evento.");
  assert.equal(failureName(error), "Evento recusado");
  assert.match(hintOf(error), /^Pergunte a quem administra o receptor/);
  await reading("en");
  assert.equal(detailOf(error), error.detail);
  assert.equal(failureName({ ...error, statusCode: 400 }), "Request refused");
});

test("everything that may have been done has its sentence", () => {
  const python = readFileSync(new URL("../../../layers/core/recado/rules/activity/activity.py", import.meta.url), "utf8");
  const [, kinds] = /class ActivityKind\(StrEnum\):(.+?)\n@dataclass/s.exec(python);
  const names = [...kinds.matchAll(/^ {4}(\w+) = /gm)].map(([, name]) => name);
  assert.ok(names.length > 10);
  for (const name of names) assert.ok(`activity.${name}` in en, name);
});

test("what stands in place of an answer is a sentence of the reader's language, and all of it that the API says is known", async () => {
  const told = [...Object.keys(HELD), "the value of the header X-Api-Key"];
  const python = ["outgoing", "answers/spellings", "answers/proofs"].map((name) =>
    readFileSync(new URL(`../../../layers/core/recado/rules/sending/${name}.py`, import.meta.url), "utf8")).join("");
  for (const held of Object.keys(HELD)) assert.ok(python.includes(`"${held}"`), held);
  await reading("pt");
  const sentences = told.map((held) => sentenceFor(`[hidden] The answer holds ${held}, so none of it is shown.`));
  assert.equal(new Set(sentences).size, told.length);
  assert.equal(sentences.at(-1), "Oculta porque a resposta contém o valor do cabeçalho X-Api-Key.");
  assert.equal(sentenceFor("[a compressed answer (gzip), not shown]"), "A resposta está comprimida (gzip) e não pode ser mostrada.");
  assert.equal(sentenceFor("[binary, image/png, 1,296 bytes]"), "A resposta não é texto: image/png, 1.296 bytes.");
  assert.equal(sentenceFor("[binary, more than 16,384 bytes]"), "A resposta não é texto: tipo desconhecido, mais de 16.384 bytes.");
  const detail = "The receiver did not take this event: [hidden] The answer holds the password, so none of it is shown.";
  assert.match(detailOf({ detail }), /: Oculta porque a resposta contém a senha/);
  assert.equal(sentenceFor("[1, 2]"), null);
  assert.equal(sentenceFor(""), null);
  await reading("en");
});
