/* Why an event went to a webhook or not, as a reader takes it. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { sentencesOf } from "../../src/events/trace.js";
import en from "../../src/texts/en/index.js";
import { reading } from "../../test_support/reading.js";

const TRACING = new URL("../../../layers/core/recado/rules/delivery/tracing.py", import.meta.url);

test("every outcome has its name", { skip: !existsSync(TRACING) }, () => {
  const python = readFileSync(TRACING, "utf8");
  const [, outcomes] = /class Outcome\(StrEnum\):(.+?)\n@dataclass/s.exec(python);
  for (const [, name] of outcomes.matchAll(/^ {4}(\w+) = /gm)) assert.ok(`trace.${name}` in en, name);
});

test("an answer of several sentences is translated one by one, with the reader's times", async () => {
  await reading("pt");
  const detail = "The webhook is not registered for order.paid. It was changed since then, at 2026-11-24T12:00:00.000Z: its activity says how.";
  assert.match(sentencesOf(detail), /^O webhook não está inscrito em order\.paid\. Foi alterado desde então, em 24 de nov\. de 2026, \d\d:\d\d:\d\d: a atividade mostra como\.$/);
  const again = "Somebody withdrew it. It was asked for again: The receiver fails: the backlog is sent again when it answers.";
  assert.equal(sentencesOf(again), "Alguém o retirou. O reenvio foi solicitado: O receptor está com falhas: os eventos pendentes são enviados assim que ele responder.");
  await reading("en");
  assert.equal(sentencesOf("It is new. So it is."), "It is new. So it is.");
});
