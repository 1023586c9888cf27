/* Why an event went to a webhook or not, as a reader takes it. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { sentencesOf } from "../src/events/trace.js";
import { chooseLanguage, problemOf } from "../src/texts.js";
import en from "../src/texts/en/index.js";
import { problems } from "../src/texts/pt/index.js";

const TRACING = new URL("../../layers/core/recado/rules/delivery/tracing.py", import.meta.url);
globalThis.document = { documentElement: {} };
globalThis.localStorage = { setItem() {} };
globalThis.navigator ??= {};

test("every outcome has its name, and every sentence of the API its translation", { skip: !existsSync(TRACING) }, () => {
  const python = readFileSync(TRACING, "utf8");
  const [, outcomes] = /class Outcome\(StrEnum\):(.+?)\n@dataclass/s.exec(python);
  for (const [, name] of outcomes.matchAll(/^ {4}(\w+) = /gm)) assert.ok(`trace.${name}` in en, name);
  const english = [
    "The receiver took it with status 204.",
    "It came while the webhook was off; it can be sent again.",
    "It waited for seven days; it can be sent again.",
    "When it was to be sent the webhook wanted such events no more.",
    "Somebody withdrew it.",
    "The webhook was created at 2026-11-24T12:00:00.000Z, after the event had come.",
    "The webhook is not registered for order.paid.",
    "It was changed since then, at 2026-11-24T12:00:00.000Z: its activity says how.",
    "The webhook has been retired since 2026-11-24T12:00:00.000Z: events that come are skipped, and none is sent.",
    "The webhook has been disabled: events that come are skipped, and none is sent.",
    "The webhook's filter takes it out.",
    "The webhook's filter takes it out.",
    "Nothing is known of it yet.",
    "If it was published, and leaves in batches, it waits for the next drain.",
    "order.paid leaves in batches: if it was published, it waits for the next drain.",
    "It is older than the log, which keeps deliveries for 30 days.",
    "It may be on its way right now: look again in a moment.",
    "There is no delivery of it, though the webhook is registered for it now.",
    "If it leaves in batches, and was published since the last drain, it waits for the next one.",
  ];
  for (const one of english) assert.notEqual(problemOf(problems, one), one, one);
});

test("an answer of several sentences is translated one by one, with the reader's times", async () => {
  await chooseLanguage("pt");
  const detail = "The webhook is not registered for order.paid. It was changed since then, at 2026-11-24T12:00:00.000Z: its activity says how.";
  assert.match(sentencesOf(detail), /^O webhook não está registrado para order\.paid\. Foi alterado desde então, em 24 de nov\. de 2026, \d\d:\d\d:\d\d: a atividade diz como\.$/);
  const again = "Somebody withdrew it. It was asked for again: The receiver fails: the backlog is sent again when it answers.";
  assert.equal(sentencesOf(again), "Alguém o retirou. Foi solicitado de novo: O receptor está falhando: o que aguarda é enviado quando ele responder.");
  await chooseLanguage("en");
  assert.equal(sentencesOf("It is new. So it is."), "It is new. So it is.");
});
