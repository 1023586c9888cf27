/* The API reference: what is said of the document that the API serves, and of schemas that a catalogue may bring. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { exampleOf } from "../src/reference/examples.js";
import { contentsOf, curlOf, found, grouped, operationsOf, securityOf, webhooksOf } from "../src/reference/operations.js";
import { at, partsOf, resolved, rulesOf, typeOf, unsaid } from "../src/reference/schemas.js";

const document = JSON.parse(readFileSync(new URL("../../docs/openapi.json", import.meta.url), "utf8"));
const operations = operationsOf(document);
const webhooks = webhooksOf(document);
const operation = (id) => operations.find((one) => one.id === id);
const alone = { components: {} };

/** All schemas of the document that its operations lead to, each once. */
function* schemasIn(root, seen = new Set()) {
  const { schema } = resolved(document, root);
  if (seen.has(schema)) return;
  seen.add(schema);
  yield schema;
  const inside = [...Object.values(schema.properties ?? {}), ...(schema.items ? [schema.items] : []), ...(schema.oneOf ?? []), ...(schema.anyOf ?? [])];
  for (const one of inside) yield* schemasIn(one, seen);
}

test("every operation and every event is there once, under an address of its own", () => {
  const written = (paths) => Object.values(paths).flatMap((item) => Object.keys(item)).length;
  assert.equal(operations.length, written(document.paths));
  assert.equal(webhooks.length, written(document.webhooks));
  const ids = [...operations, ...webhooks].map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  assert.deepEqual(grouped(operations).flatMap(([, entries]) => entries).length, operations.length);
});

test("every reference of the document leads somewhere", () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference);
  assert.ok(references.length > 500);
  for (const reference of references) assert.notEqual(at(document, reference), undefined, reference);
});

test("there are words for every keyword that the document uses", () => {
  const entries = [...operations, ...webhooks];
  const contents = entries.flatMap(({ operation: { requestBody, responses } }) => [...contentsOf(requestBody), ...Object.values(responses).flatMap(contentsOf)]);
  const parameters = entries.flatMap(({ operation: { parameters: all } }) => all.map((one) => resolved(document, one).schema));
  for (const root of [...contents, ...parameters]) {
    for (const schema of schemasIn(root.schema)) assert.deepEqual(unsaid(document, schema), {}, JSON.stringify(schema).slice(0, 200));
  }
});

test("the security of an operation is that of the document", () => {
  assert.deepEqual(securityOf(document, operation("createWebhook").operation), [
    { scheme: "jwt", said: "bearer token", header: ["Authorization", "Bearer <token>"], scopes: ["recado/webhooks.write", "recado/admin"] },
  ]);
  assert.deepEqual(securityOf(document, operation("resend").operation), [
    { scheme: "receiver", said: "header webhook-signature", header: ["webhook-signature", "<webhook-signature>"], scopes: [] },
  ]);
  assert.deepEqual(securityOf(document, operation("health").operation), []);
  assert.deepEqual(securityOf({ ...document, security: [{ portal: [] }] }, {}).map(({ scheme }) => scheme), ["portal"]);
});

test("a command has what the operation requires, with names in place of what its caller knows, and the document's example", () => {
  const { example } = operation("createWebhook").operation.requestBody.content["application/json"];
  assert.equal(curlOf(document, operation("createWebhook"), "https://api.example.com"), [
    "curl --request POST 'https://api.example.com/accounts/<accountId>/webhooks'",
    "--header 'Authorization: Bearer <token>'",
    "--header 'Content-Type: application/json'",
    `--data-raw '${JSON.stringify(example, null, 2)}'`,
  ].join(" \\\n  "));
  const without = { ...operation("createWebhook"), operation: { ...operation("createWebhook").operation, requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/WebhookEntered" } } } } } };
  assert.match(curlOf(document, without, "https://api.example.com"), /"targetUrl": "<targetUrl>"/);
  assert.equal(curlOf(document, operation("health"), "https://api.example.com"), "curl --request GET 'https://api.example.com/health'");
});

test("an example has every field that is required, and what the document gives for one is taken", () => {
  const missing = (schema, value, path = "") => {
    const { schema: known } = resolved(document, schema);
    if (value === null || typeof value !== "object" || Array.isArray(value)) return [];
    return (known.required ?? []).filter((field) => !(field in value)).map((field) => `${path}.${field}`);
  };
  for (const { id, operation: { requestBody } } of [...operations, ...webhooks]) {
    for (const { schema } of contentsOf(requestBody)) assert.deepEqual(missing(schema, exampleOf(document, schema)), [], id);
  }
  const [{ schema }] = contentsOf(webhooks[0].operation.requestBody);
  const { events: [event] } = exampleOf(document, schema);
  assert.equal(event.eventName, webhooks[0].path);
  assert.deepEqual(event.data, schema.properties.events.items.properties.data.examples[0]);
});

test("types are told by their names, and alternatives as such", () => {
  assert.equal(typeOf(document, { $ref: "#/components/schemas/WebhookView" }), "WebhookView");
  assert.equal(typeOf(alone, { type: ["integer", "null"] }), "integer or null");
  assert.equal(typeOf(alone, { type: "array", items: { anyOf: [{ type: "string" }, { type: "number" }] } }), "array of string or number");
  assert.equal(typeOf(alone, { const: null }), "null");
  assert.equal(typeOf(alone, true), "anything");
  assert.equal(typeOf(alone, false), "nothing");
});

test("rules are told with their values, those of items as such, and fields that none may add", () => {
  assert.deepEqual(rulesOf(alone, { type: "string", enum: ["a", ""], default: "a", deprecated: true }), [
    { said: "deprecated", values: [] }, { said: "one of", values: ["a", '""'] }, { said: "by default", values: ["a"] },
  ]);
  assert.deepEqual(rulesOf(alone, { type: "array", maxItems: 2, items: { pattern: "^a$" } }), [
    { said: "at most 2 items", values: [] }, { said: "each matches", values: ["^a$"] },
  ]);
  const said = (schema) => rulesOf(alone, schema).map((rule) => rule.said);
  assert.deepEqual(said({ minLength: 1, maxLength: 100 }), ["1 to 100 characters"]);
  assert.deepEqual(said({ minLength: 0, maxLength: 9 }), ["at most 9 characters"]);
  assert.deepEqual(said({ minimum: 0 }), ["at least 0"]);
  assert.deepEqual(said({ minItems: 0 }), []);
  assert.deepEqual(said({ minItems: 2, maxItems: 2 }), ["2 items"]);
  assert.deepEqual(rulesOf(alone, { type: "object", additionalProperties: false }), [{ said: "no other fields", values: [] }]);
});

test("what something is made of comes from all places where a schema says so", () => {
  const parts = partsOf(alone, {
    allOf: [{ properties: { a: { type: "string" } }, required: ["a"] }], patternProperties: { "^x-": {} }, additionalProperties: { type: "integer" },
    oneOf: [{ properties: { b: {} } }, { type: "null" }],
  });
  assert.deepEqual(parts.map(({ kind, label, required }) => [kind, label, required]), [
    ["pattern", "^x-", false], ["other", "any other name", false], ["field", "a", true], ["alternative", "object", false], ["alternative", "null", false],
  ]);
});

test("what there are no words for is not lost", () => {
  assert.deepEqual(unsaid(alone, { type: "object", if: { required: ["a"] }, then: false }), { if: { required: ["a"] }, then: false });
});

test("schemas that lead to themselves, into nothing or out of the document end all the same", () => {
  const turning = { components: { schemas: { A: { $ref: "#/components/schemas/A" }, B: { type: "object", properties: { b: { $ref: "#/components/schemas/B" } } } } } };
  assert.equal(typeof typeOf(turning, { $ref: "#/components/schemas/A" }), "string");
  assert.equal(typeOf(turning, { type: "array", items: { $ref: "#/components/schemas/B" } }), "array of B");
  for (const keyword of ["allOf", "oneOf"]) {
    const own = { components: { schemas: { A: { [keyword]: Array(4).fill({ $ref: "#/components/schemas/A" }) } } } };
    assert.deepEqual(partsOf(own, { $ref: "#/components/schemas/A" }), [], keyword);
    assert.equal(typeof typeOf(own, { $ref: "#/components/schemas/A" }), "string", keyword);
  }
  const nested = { components: { schemas: { A: { type: "array", maxItems: 1, items: { $ref: "#/components/schemas/A" } } } } };
  assert.deepEqual(partsOf(nested, { $ref: "#/components/schemas/A" }), []);
  assert.ok(rulesOf(nested, { $ref: "#/components/schemas/A" }).length > 0);
  assert.equal(typeof JSON.stringify(exampleOf(nested, { $ref: "#/components/schemas/A" })), "string");
  assert.equal(typeof JSON.stringify(exampleOf(turning, { $ref: "#/components/schemas/B" })), "string");
  assert.equal(typeOf(turning, { $ref: "#/components/schemas/Gone" }), "anything");
  assert.equal(typeOf(turning, { $ref: "https://example.com/schema" }), "anything");
});

test("a search finds the entries in which every word occurs", () => {
  assert.deepEqual(found(operations, "REGISTER webhook").map(({ id }) => id), ["createWebhook"]);
  assert.equal(found(operations, " ").length, operations.length);
  assert.deepEqual(found(operations, "no-such-thing"), []);
});
