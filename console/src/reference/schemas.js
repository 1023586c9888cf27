/* What a JSON Schema of an OpenAPI document says, in words. Pure. */

/** Longer, a chain of references that lead to each other would never end; deeper, alternatives that do would be too many. */
const LONGEST_CHAIN = 20;
const DEEPEST = 6;
const COMBINED = ["oneOf", "anyOf"];
const WORDS = {
  enum: "one of", const: "always", default: "by default", format: "format", pattern: "matches",
  exclusiveMinimum: "more than", exclusiveMaximum: "less than", multipleOf: "a multiple of",
};
/** Least, most, and of what. */
const RANGES = [
  ["minimum", "maximum", ""], ["minLength", "maxLength", " characters"], ["minItems", "maxItems", " items"], ["minProperties", "maxProperties", " fields"],
];
const FLAGS = { deprecated: "deprecated", readOnly: "only read", writeOnly: "only written", uniqueItems: "no item twice" };
/** Said by the type, the parts or the text around, or of no meaning for a reader. */
const SAID_ELSEWHERE = new Set([
  ...RANGES.flatMap(([least, most]) => [least, most]), ...["type", "description", "title", "properties", "required", "items", "prefixItems", "additionalProperties", "patternProperties"],
  ...["allOf", "oneOf", "anyOf", "discriminator", "examples", "example", "$defs", "$id", "$schema", "$comment", "$anchor", "$ref"],
]);

/** What stands at a reference such as `#/components/schemas/Problem`; undefined where it leads out of the document, or into nothing. */
export function at(document, reference) {
  if (!reference.startsWith("#/")) return undefined;
  const keys = reference.slice(2).split("/").map((key) => decodeURIComponent(key).replaceAll("~1", "/").replaceAll("~0", "~"));
  return keys.reduce((value, key) => (value !== null && typeof value === "object" && Object.hasOwn(value, key) ? value[key] : undefined), document);
}

/** A schema (or parameter) with all that its references lead to: `{ name, schema }`, the name "" where it has none. */
export function resolved(document, given) {
  let [name, schema] = ["", given];
  for (let step = 0; step < LONGEST_CHAIN && typeof schema?.$ref === "string"; step += 1) {
    const { $ref, ...beside } = schema;
    const target = at(document, $ref);
    name = decodeURIComponent($ref.split("/").at(-1));
    schema = typeof target === "object" ? { ...target, ...beside } : target ?? beside;
  }
  return { name, schema };
}

/** The type in a few words: "string", "array of WebhookView", "integer or null". */
export function typeOf(document, given, steps = 0) {
  const { name, schema } = resolved(document, given);
  if (typeof schema === "boolean") return schema ? "anything" : "nothing";
  if (steps > DEEPEST) return name;
  if (schema.properties && name) return name;
  const combined = COMBINED.find((keyword) => schema[keyword]);
  if (combined) {
    const types = [...new Set(schema[combined].map((one) => typeOf(document, one, steps + 1)))];
    return types.join(" or ");
  }
  const types = [schema.type ?? guessed(schema)].flat();
  return types.map((type) => (type === "array" && schema.items ? `array of ${typeOf(document, schema.items, steps + 1)}` : type)).join(" or ");
}

function guessed({ properties, items, const: only, enum: several, allOf }) {
  if (properties || allOf) return "object";
  if (items) return "array";
  const value = several ? several[0] : only;
  if (value === null) return "null";
  return value === undefined ? "anything" : Array.isArray(value) ? "array" : typeof value;
}

/** What a value has to keep to, as `{ said, values }`: "one of", and which. */
export function rulesOf(document, given, steps = 0) {
  const { schema } = resolved(document, given);
  if (typeof schema === "boolean" || steps > DEEPEST) return [];
  const flags = Object.keys(FLAGS).filter((flag) => schema[flag]).map((flag) => ({ said: FLAGS[flag], values: [] }));
  const words = Object.keys(WORDS).filter((keyword) => keyword in schema)
    .map((keyword) => ({ said: WORDS[keyword], values: [schema[keyword]].flat().map(written) }));
  const ranges = RANGES.map(([least, most, what]) => rangeOf(schema[least], schema[most], what)).filter(Boolean);
  const closed = schema.additionalProperties === false ? [{ said: "no other fields", values: [] }] : [];
  const inside = schema.items ? rulesOf(document, schema.items, steps + 1).map(({ said, values }) => ({ said: `each ${said}`, values })) : [];
  return [...flags, ...words, ...ranges.map((said) => ({ said, values: [] })), ...closed, ...(schema.items && partsOf(document, schema.items).length ? [] : inside)];
}

/** "1 to 100 characters"; "" where nothing is said, or only that there may be none. */
function rangeOf(least, most, what) {
  if (most === undefined) return least === undefined || (what && least === 0) ? "" : `at least ${least}${what}`;
  if (least === undefined || (what && least === 0)) return `at most ${most}${what}`;
  return least === most ? `${least}${what}` : `${least} to ${most}${what}`;
}

/** Keywords that no words are known for: an event type's schema may have any. */
export function unsaid(document, given) {
  const { schema } = resolved(document, given);
  if (typeof schema === "boolean") return {};
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => !(keyword in WORDS || keyword in FLAGS || SAID_ELSEWHERE.has(keyword))));
}

/** What it is made of: fields, other fields, items, and the alternatives where these have fields, as `{ label, required, schema, kind }`. */
export function partsOf(document, given, steps = 0) {
  const { schema } = resolved(document, given);
  if (typeof schema === "boolean" || steps > DEEPEST) return [];
  const required = new Set(schema.required);
  const of = (kind, entries) => entries.map(([label, part]) => ({ kind, label, required: kind === "field" && required.has(label), schema: part }));
  const others = schema.additionalProperties;
  return [
    ...of("field", Object.entries(schema.properties ?? {})),
    ...of("pattern", Object.entries(schema.patternProperties ?? {})),
    ...(others !== null && typeof others === "object" ? of("other", [["any other name", others]]) : []),
    ...of("item", (schema.prefixItems ?? []).map((item, index) => [`[${index}]`, item])),
    ...(schema.items ? partsOf(document, schema.items, steps + 1) : []),
    ...(schema.allOf ?? []).flatMap((part) => partsOf(document, part, steps + 1)),
    ...COMBINED.flatMap((keyword) => alternatives(document, schema[keyword] ?? [], steps + 1)),
  ];
}

function alternatives(document, several, steps) {
  if (!several.some((one) => partsOf(document, one, steps).length)) return [];
  return several.map((one, index) => ({ kind: "alternative", label: typeOf(document, one) || `${index + 1}`, required: false, schema: one }));
}

/** A value as JSON writes it. */
export function written(value) {
  return typeof value === "string" && value !== "" ? value : JSON.stringify(value);
}
