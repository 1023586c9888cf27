/* A value that a schema describes, for a reader to begin with. Pure. */
import { resolved } from "./schemas.js";

const DEEPEST = 8;
const BY_FORMAT = { "date-time": "2026-11-24T08:00:00Z", date: "2026-11-24", uuid: "0f5d1c9a-7b3e-4d2f-8a6c-5b4e3d2c1b0a", email: "ana@example.com" };
const BY_TYPE = { integer: 0, number: 0, boolean: true, null: null };

/**
 * The document's own example, or else what the schema tells: of an object the fields that are required, or all where none
 * is; a text that nothing is known of stands as `<its name>`.
 */
export function exampleOf(document, given, { name = "value", depth = 0 } = {}) {
  const { schema } = resolved(document, given);
  if (typeof schema === "boolean" || depth > DEEPEST) return {};
  const known = [schema.examples?.[0], schema.example, schema.const, schema.default, schema.enum?.[0]].find((value) => value !== undefined);
  if (known !== undefined) return known;
  const inner = (part, label) => exampleOf(document, part, { name: label, depth: depth + 1 });
  const alternative = (schema.oneOf ?? schema.anyOf)?.[0];
  if (alternative !== undefined) return inner(alternative, name);
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part) => inner(part, name)), objectOf(schema, inner));
  return ofType(schema, inner, name);
}

function ofType(schema, inner, name) {
  const type = [schema.type].flat().find((one) => one !== "null") ?? (schema.properties ? "object" : schema.items ? "array" : "string");
  if (type === "object") return objectOf(schema, inner);
  if (type === "array") return schema.items === undefined ? [] : [inner(schema.items, name)];
  if (type in BY_TYPE) return schema.minimum ?? BY_TYPE[type];
  return BY_FORMAT[schema.format] ?? `<${name}>`;
}

function objectOf({ properties = {}, required = [] }, inner) {
  const shown = required.length ? required.filter((field) => field in properties) : Object.keys(properties);
  return Object.fromEntries(shown.map((field) => [field, inner(properties[field], field)]));
}
