/* The texts in both languages. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { detailOf, failureName, hintName, hintOf } from "../src/parts/attempt_error.js";
import { HELD, sentenceFor } from "../src/parts/answer_text.js";
import { chooseLanguage, problemOf, textOf } from "../src/texts.js";
import en from "../src/texts/en/index.js";
import pt, { problems } from "../src/texts/pt/index.js";

const SOURCE = fileURLToPath(new URL("../src/", import.meta.url));
const forms = (entry) => (typeof entry === "string" ? [entry] : Object.values(entry));
const marks = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

test("every text is there in both languages", () => {
  assert.deepEqual(Object.keys(pt).sort(), Object.keys(en).sort());
});

test("a text has the same places for values in both languages, but that a form may do without the count", () => {
  for (const [key, entry] of Object.entries(en)) {
    const all = [...forms(entry), ...forms(pt[key])].map((text) => new Set(marks(text).filter((name) => name !== "count")));
    for (const one of all) assert.deepEqual([...one].sort(), [...all[0]].sort(), key);
  }
});

test("a text that depends on a count has both of its forms", () => {
  for (const table of [en, pt]) {
    for (const [key, entry] of Object.entries(table)) {
      if (typeof entry !== "string") assert.deepEqual(Object.keys(entry).sort(), ["one", "other"], key);
    }
  }
});

test("no text is kept twice in a language", () => {
  for (const language of ["en", "pt"]) {
    const folder = `${SOURCE}texts/${language}`;
    const keys = readdirSync(folder)
      .flatMap((name) => [...readFileSync(`${folder}/${name}`, "utf8").matchAll(/^ {2}"?([\w.]+)"?: /gm)])
      .map(([, key]) => key);
    assert.deepEqual(keys.filter((key, at) => keys.indexOf(key) !== at), []);
  }
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

test("what the API says about a field is a sentence, in Portuguese where it is known", () => {
  assert.equal(problemOf([], "must start with https://"), "Must start with https://.");
  assert.equal(problemOf(problems, "must be 1 to 100 characters without line breaks or control characters"), "Deve ter de 1 a 100 caracteres, sem quebras de linha nem caracteres de controle.");
  assert.equal(problemOf(problems, "must use one of the ports 443, 8443"), "Deve usar uma das portas 443, 8443.");
  assert.equal(problemOf(problems, "must be a whole number from 1 to 100"), "Deve ser um número inteiro de 1 a 100.");
  assert.equal(problemOf([], "It is full."), "It is full.");
  assert.equal(problemOf(problems, "is new"), "Is new.");
});

test("why an attempt failed is a sentence of the reader's language, whatever kind of failure it was", () => {
  const english = [
    "The receiver answered with status 503.",
    "The receiver did not answer in time.",
    "The receiver did not answer within 1 second.",
    "The receiver did not answer within 5 seconds.",
    "The receiver sent too much before the end of its headers.",
    "What the receiver answered is not HTTP.",
    "The TLS handshake did not finish in time.",
    "The TLS handshake failed: certificate has expired.",
    "hooks.example.com could not be resolved in time.",
    "hooks.example.com could not be resolved: Name or service not known.",
    "hooks.example.com has no address.",
    "hooks.example.com leads to a private address.",
    "hooks.example.com leads to an address of a translation or tunnel.",
    "No connection to hooks.example.com: connection refused.",
    "No connection to hooks.example.com: no route to host.",
    "The receiver answered that it took none of the events.",
    "The answer did not come whole, in time and within 96 KB.",
    "The answer is not UTF-8.",
    "The answer is not JSON that can be read: Expecting value: line 1 column 1 (char 0).",
    "The answer is JSON, but no object with batchItemFailures.",
    "The answer has batchItemFailures, but as no list.",
    "The answer has an entry of batchItemFailures without itemIdentifier, an event's id as text.",
    "The answer has an entry of batchItemFailures whose message is no text.",
    'The answer names "e9", which is no event of this POST.',
    "The receiver answered with status 308, which leads to https://hooks.example.com/$1/.",
    "The receiver closed the connection without an answer.",
    "The receiver closed the connection in the middle of its answer.",
    "The receiver asks for a client certificate that it accepts: certificate required.",
    "The receiver ended TLS after the handshake: internal error.",
    "The receiver does not accept the webhook's client certificate: unknown CA.",
    "The webhook's certificates cannot be used: ca md too weak.",
    "The token server answered with status 503.",
    "The token server answered with status 401: invalid_client: No such client.",
    "The token server answered with status 302, which leads to /login.",
    "The token server answered with status 200, but with an empty body.",
    "The token server answered with status 200, but its body did not come whole, in time and within 96 KB.",
    "The token server answered with status 200, but its body is not JSON.",
    "The token server answered with status 200, but its body is JSON without an object.",
    "The token server answered with status 200, but with several values of access_token.",
    "The token server answered with status 200, but without an access_token.",
    "The token server answered with status 200, but with an access_token that is no text.",
    "The token server answered with status 200, but its access_token holds a space, a line break or another sign that no header may.",
    "The token server answered with status 200, but with an access_token of over 16 KB.",
    "The token server answered with status 200, but with a token_type that is not Bearer: mac.",
    "The token server answered with status 200, but with an error: invalid_scope.",
    "The token server closed the connection without an answer.",
    "The token server closed the connection in the middle of its answer.",
    "The token server asks for a client certificate that it accepts: certificate required.",
    "The token server ended TLS after the handshake: internal error.",
    "The token server did not answer within 1 second.",
    "The token server did not answer within 5 seconds.",
    "The token server did not answer in time.",
    "The token server sent too much before the end of its headers.",
    "What the token server answered is not HTTP.",
    "The TLS handshake with the token server did not finish in time.",
    "The TLS handshake with the token server failed: certificate has expired.",
  ];
  const told = english.map((detail) => problemOf(problems, detail));
  for (const [at, text] of told.entries()) assert.notEqual(text, english[at]);
  assert.equal(new Set(told).size, english.length);
  assert.equal(told[0], "O receptor respondeu com o status 503.");
  assert.equal(told[13], "Sem conexão com hooks.example.com: conexão recusada.");
  assert.equal(told[24], "O receptor respondeu com o status 308, que leva a https://hooks.example.com/$1/.");
  assert.equal(told[english.indexOf("The token server answered with status 401: invalid_client: No such client.")], "O servidor de tokens respondeu com o status 401: invalid_client: No such client.");
});

test("what is wrong with an address names the character and what to write instead, in Portuguese too", () => {
  const told = {
    "must not hold é in its path or query: write %C3%A9 instead": "Não pode conter é no caminho nem na consulta: escreva %C3%A9.",
    "must not hold a space in its path or query: write %20 instead": "Não pode conter espaços no caminho nem na consulta: escreva %20.",
    "must not hold %zz, a % without two hexadecimal digits behind it: write %25 instead of the %": "Não pode conter %zz, um % sem dois dígitos hexadecimais depois: escreva %25 no lugar do %.",
    "must not hold the control or invisible character U+00AD: leave it out": "Não pode conter o caractere de controle ou invisível U+00AD: remova-o.",
    "must not hold the path segment ..: write the path that it leads to": "Não pode conter o segmento .. no caminho: escreva o caminho a que ele leva.",
    "must hold a path before its query: write /? instead of ?": "Deve ter um caminho antes da consulta: escreva /? em vez de ?.",
  };
  for (const [english, portuguese] of Object.entries(told)) assert.equal(problemOf(problems, english), portuguese);
});

test("the hint of a refused request goes by its status, as that of the API does", () => {
  const python = readFileSync(new URL("../../layers/core/recado/rules/sending/attempt.py", import.meta.url), "utf8");
  const [, told] = /HINTS_BY_STATUS = \{(.+?)\n\}/s.exec(python);
  for (const status of [200, 202, 400, 401, 403, 404, 405, 407, 408, 410, 413, 415, 422, 429]) {
    const name = hintName({ failureClass: "CLIENT_ERROR", statusCode: status });
    assert.ok(told.includes(en[`failure_hint.${name}`]), `${status}: ${name}`);
  }
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
  globalThis.document = { documentElement: {} };
  globalThis.localStorage = { setItem() {} };
  globalThis.navigator ??= {};
  const error = { failureClass: "CLIENT_ERROR", statusCode: 200, detail: "The receiver did not take this event: what is $1?" };
  await chooseLanguage("pt");
  assert.equal(detailOf(error), "O receptor não aceitou este evento: what is $1?");
  assert.equal(detailOf({ ...error, detail: "The receiver did not take this event." }), "O receptor não aceitou este evento.");
  assert.equal(failureName(error), "Não aceito");
  assert.match(hintOf(error), /^Pergunte ao responsável pelo receptor/);
  await chooseLanguage("en");
  assert.equal(detailOf(error), error.detail);
  assert.equal(failureName({ ...error, statusCode: 400 }), "Request refused");
});

test("everything that may have been done has its sentence", () => {
  const python = readFileSync(new URL("../../layers/core/recado/rules/activity/activity.py", import.meta.url), "utf8");
  const [, kinds] = /class ActivityKind\(StrEnum\):(.+?)\n@dataclass/s.exec(python);
  const names = [...kinds.matchAll(/^ {4}(\w+) = /gm)].map(([, name]) => name);
  assert.ok(names.length > 10);
  for (const name of names) assert.ok(`activity.${name}` in en, name);
});

test("what stands in place of an answer is a sentence of the reader's language, and all of it that the API says is known", async () => {
  const told = [...Object.keys(HELD), "the value of the header X-Api-Key"];
  const python = ["outgoing", "spellings", "proofs"].map((name) =>
    readFileSync(new URL(`../../layers/core/recado/rules/sending/${name}.py`, import.meta.url), "utf8")).join("");
  for (const held of Object.keys(HELD)) assert.ok(python.includes(`"${held}"`), held);
  globalThis.document = { documentElement: {} };
  globalThis.localStorage = { setItem() {} };
  globalThis.navigator ??= {};
  await chooseLanguage("pt");
  const sentences = told.map((held) => sentenceFor(`[hidden] The answer holds ${held}, so none of it is shown.`));
  assert.equal(new Set(sentences).size, told.length);
  assert.equal(sentences.at(-1), "Oculto: a resposta contém o valor do cabeçalho X-Api-Key, por isso nada dela é mostrado.");
  assert.equal(sentenceFor("[a compressed answer (gzip), not shown]"), "A resposta está comprimida (gzip) e não é mostrada.");
  assert.equal(sentenceFor("[binary, image/png, 1,296 bytes]"), "A resposta não é texto: image/png, 1.296 bytes.");
  assert.equal(sentenceFor("[binary, more than 16,384 bytes]"), "A resposta não é texto: sem tipo, mais de 16.384 bytes.");
  const detail = "The receiver did not take this event: [hidden] The answer holds the password, so none of it is shown.";
  assert.match(detailOf({ detail }), /: Oculto: a resposta contém a senha/);
  assert.equal(sentenceFor("[1, 2]"), null);
  assert.equal(sentenceFor(""), null);
  await chooseLanguage("en");
});
