/* What the API says, in the words of every language: all of it, as it was gathered from the product's sources. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { LANGUAGES } from "#languages";
import { prepared, translated } from "../../src/language/api_texts.js";
import { sentencesOf } from "../../src/events/trace.js";
import { problemText, reasonText, refusalText } from "../../src/language/texts.js";
import { reading } from "../../test_support/reading.js";

const FOREIGN = Object.keys(LANGUAGES).filter((code) => code !== "en");
const tables = Object.fromEntries(await Promise.all(Object.entries(LANGUAGES).map(async ([code, { load }]) => [code, (await load()).messages])));
const gathered = JSON.parse(readFileSync(new URL("api_messages.json", import.meta.url), "utf8"));
const marks = (text) => new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));

/* What may stand where a message varies; and of those that vary with words of their own, what they may be. */
const SAMPLES = ["7", "x", "2026-11-24T08:00:00.000Z", "https://example.com/a"];
const OFF = "The webhook has been {}{}: events that come are skipped, and none is sent.";
const OWN_WORDS = {
  [OFF]: [["retired", " since 2026-11-24T08:00:00.000Z"], ["disabled", " since 2026-11-24T08:00:00.000Z"], ["retired", ""], ["disabled", ""]],
  "The webhook's filter takes it out.{}": [[""]],
  "The webhook is not registered for {}.{}": [["order.paid", ""]],
  "{} It was asked for again: {}": [["Somebody withdrew it.", "It is sent next, after any earlier events that wait."]],
  "The TLS handshake with the token server {}.": [["did not finish in time"], ["failed: unknown CA"]],
  "The token server closed the connection {}.": [["without an answer"], ["in the middle of its answer"]],
  "The token server did not answer {}.": [["within 1 second"], ["within 5 seconds"], ["in time"]],
  "The TLS handshake {}.": [["did not finish in time"], ["failed: unknown CA"]],
  "The receiver closed the connection {}.": [["without an answer"], ["in the middle of its answer"]],
  "The receiver did not answer {}.": [["within 1 second"], ["within 5 seconds"], ["in time"]],
  "{} leads to {}.": [["x", "a private address"]],
  "The answer {}.": [["is not UTF-8"]],
  "The token server answered with status {}{}.": [["503", ""], ["200", ", but without an access_token"]],
  "must not hold {} before its path: {}": [["x", "leave it out"], ["x", "write / instead"], ["a space", "leave it out"]],
  "must not hold {} in its path or query: {}": [["x", "%78"], ["a space", "%20"]],
  "must have {}: functions such as sort_by take one": [["an expression, such as &name"], ["no & here"]],
  "must give {}() as many arguments as {}, not {}": [["length", "1", "2"]],
  "{}() takes {}, and was given {}": [["sum", "array-number", "string"]],
  "the key of the certificate {} is {}: use {}": [["CN=a", "RSA of 1024 bits", "RSA from 2048 bits on, P-256, P-384, P-521, Ed25519 or Ed448"]],
};
/* What a part of a sentence is a part of. */
const AROUND = [
  "{}", "{}.", "{}: unknown CA.", "this key is encrypted: {}", "must be {}", "must be 1 to 20 certificates of authorities as PEM; {}", "{}; there is none", "the key of the certificate CN=a is {}: use x",
  "the certificate {} was signed in an unknown way", "The TLS handshake {}.", "The receiver closed the connection {}.", "The receiver did not answer {}.",
  "No connection to x: {}.", "x leads to {}.", "The answer {}.", "The token server answered with status 200{}.", "The receiver answered with status 302{}.",
  "The token server answered with status 200, but with a token_type that is not Bearer: {}.", "must not hold x before its path: {}",
  "must have {}: functions such as sort_by take one", "must be a JMESPath expression: {}", "must not hold such a literal: {}",
  "The account may make 5 {} a minute, and has made them: try again in 3 s.",
];

const filled = (text, parts) => parts.reduce((done, part) => done.replace("{}", () => part), text);
const variants = (text) => (OWN_WORDS[text] ?? SAMPLES.map((sample) => text.split("{}").slice(1).map(() => sample))).map((parts) => filled(text, parts));
/** What of a message must not be seen in another language: two words in a row, but for commands in backticks. */
function pairs(text) {
  const words = text.replaceAll(/`[^`]*`/g, "`").split(/[ ;:,.()]+/);
  return words.slice(1).map((word, at) => [words[at], word]).filter((pair) => pair.every((word) => /^[a-z'’]{2,}$/i.test(word))).map((pair) => pair.join(" "));
}

function isSaid({ text, where }) {
  const say = /delivery\/tracing|webhook\/waiting/.test(where) ? sentencesOf : problemText;
  const said = (message) => pairs(text).every((pair) => !say(message).toLowerCase().includes(pair.toLowerCase()));
  if (text in OWN_WORDS) return variants(text).every(said);
  return AROUND.some((around) => variants(text).some((one) => translates(filled(around, [one]).trim(), say) && said(filled(around, [one]).trim())));
}

function translates(message, say) {
  return say(message).replace(/\.$/, "").toLowerCase() !== message.replace(/\.$/, "").toLowerCase();
}

/* What is said of a receiver that failed is said of a token server, too, in these words. */
const OF_TOKENS = [["he receiver", "he token server"], ["The TLS handshake", "The TLS handshake with the token server"]];
const ofTokens = ({ text, where }) => OF_TOKENS.filter(([one]) => text.includes(one)).map(([one, other]) => ({ text: text.replace(one, other), where }));
const ofBoth = gathered.flatMap((one) => (/sending\/(trouble|attempt)\.py$/.test(one.where) ? [one, ...ofTokens(one)] : [one]));

for (const code of FOREIGN) {
  test(`everything that the API says to a reader is said in ${LANGUAGES[code].name}`, async () => {
    await reading(code);
    assert.deepEqual(ofBoth.filter((message) => !isSaid(message)), []);
    await reading("en");
  });
}

test("every language knows the same sentences, English those alone that it says otherwise", () => {
  const [first, ...others] = FOREIGN;
  for (const code of others) assert.deepEqual(Object.keys(tables[code]).sort(), Object.keys(tables[first]).sort(), code);
  for (const told of Object.keys(tables.en)) assert.ok(told in tables[first], told);
});

test("a translation has no mark that the sentence lacks, and differs from it, but for names that are the same everywhere", () => {
  for (const code of FOREIGN) {
    for (const [told, text] of Object.entries(tables[code])) {
      assert.deepEqual([...marks(text)].filter((name) => !marks(told).has(name)), [], `${code}: ${told}`);
      assert.notEqual(text.toLowerCase(), told.toLowerCase(), code);
    }
  }
});

test("no sentence of the table is taken for another one", () => {
  const known = prepared(Object.fromEntries(Object.keys(tables[FOREIGN[0]]).map((told) => [told, told.replaceAll(/\{\w+\}/g, "")])));
  const sample = { n: "7", word: "x", moment: "2026-11-24T08:00:00.000Z" };
  for (const told of Object.keys(tables[FOREIGN[0]])) {
    const message = told.replaceAll(/\{([a-z]+)\d*\}/g, (_, name) => sample[name] ?? "?");
    assert.equal(translated(known, message), told.replaceAll(/\{\w+\}/g, ""), told);
  }
});

test("what varies stays as it is, whatever it holds, and a cause is translated as far as it is known", async () => {
  await reading("pt");
  assert.equal(problemText("The receiver answered with status 308, which leads to https://hooks.example.com/$1/{n}/."), "O receptor respondeu com o status 308, que leva a https://hooks.example.com/$1/{n}/.");
  assert.equal(problemText("No connection to hooks.example.com: connection refused."), "Sem conexão com hooks.example.com: conexão recusada.");
  assert.equal(problemText("No connection to hooks.example.com: quota exceeded."), "Sem conexão com hooks.example.com: quota exceeded.");
  assert.equal(problemText("The token server answered with status 401: invalid_client: No such client."), "O servidor de tokens respondeu com o status 401: invalid_client: No such client.");
  assert.equal(problemText("must be a whole number or a text"), "Deve ser um número inteiro ou um texto.");
  const key = "must be the private key of the certificate as PEM, without passphrase; this key belongs to none of the certificates (CN=$1, O=x)";
  assert.match(problemText(key), /; esta chave não pertence a nenhum dos certificados \(CN=\$1, O=x\)\.$/);
  await reading("es");
  assert.equal(problemText("The TLS handshake failed: certificate has expired."), "El handshake TLS falló: el certificado venció.");
  assert.equal(problemText("must not hold é in its path or query: write %C3%A9 instead"), "No puede contener é en la ruta ni en la consulta: escribe %C3%A9.");
  assert.equal(reasonText("status is no field of an event, which has eventName, data: data.status is one of its data"), "status no es un campo de un evento, que tiene eventName, data: data.status es uno de sus datos");
  await reading("en");
});

test("a sentence that is not known is shown as it came, as a sentence", async () => {
  for (const code of Object.keys(LANGUAGES)) {
    await reading(code);
    assert.equal(problemText("is new"), "Is new.");
    assert.equal(reasonText("is new"), "is new");
  }
  await reading("en");
  assert.equal(problemText("must start with https://"), "Must start with https://.");
  assert.equal(problemText("must be entered again, or null, because the target's host changes"), "Must be entered again, or removed, because the target's host changes.");
});

test("a request that is refused as a whole is told field by field, or in one sentence", async () => {
  await reading("es");
  const errors = [{ field: "cursor", message: "must be the nextCursor of another page of the same list" }, { field: "status", message: "is required" }];
  assert.equal(refusalText({ errors, detail: "whatever" }), "cursor: debe ser el nextCursor de otra página de la misma lista. status: es obligatorio.");
  assert.equal(refusalText({ detail: "There is no unfinished job to end." }), "No hay ninguna tarea en curso que detener.");
  assert.equal(refusalText({}), "");
  await reading("en");
});
