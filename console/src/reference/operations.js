/* The operations of an OpenAPI document as they are shown: in groups, with who may call them, and as commands. Pure. */
import { curlCommand } from "../signatures/curl.js";
import { exampleOf } from "./examples.js";
import { resolved } from "./schemas.js";

const METHODS = ["get", "put", "post", "delete", "patch", "head", "options", "trace"];

/** All that can be called: `{ id, kind: "operation", method, path, group, operation }`. */
export function operationsOf(document) {
  return entries(document.paths, "operation");
}

/** All that receivers get, likewise; `path` is the event's name. */
export function webhooksOf(document) {
  return entries(document.webhooks, "webhook");
}

function entries(paths = {}, kind) {
  return Object.entries(paths).flatMap(([path, item]) => METHODS.filter((method) => item[method]).map((method) => {
    const operation = item[method];
    const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])];
    return { id: idOf(kind, path, operation), kind, method: method.toUpperCase(), path, group: operation.tags?.[0] ?? "", operation: { ...operation, parameters } };
  }));
}

function idOf(kind, path, { operationId }) {
  return kind === "webhook" ? `webhook-${path}` : operationId ?? path;
}

/** Those in which every word of `wanted` occurs. */
export function found(all, wanted) {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  return all.filter(({ method, path, group, operation: { summary = "", description = "" } }) => {
    const text = `${method} ${path} ${group} ${summary} ${description}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** By their group, in the order in which the groups come first: `[[group, entries], …]`. */
export function grouped(all) {
  return by(all, ({ group }) => group);
}

/**
 * Who may call it: a list of `{ scheme, said, header, scopes }`, of which one has to hold; empty where nothing is asked for. `scopes` are
 * several where each of them will do.
 */
export function securityOf(document, operation) {
  const asked = operation.security ?? document.security ?? [];
  const schemes = document.components?.securitySchemes ?? {};
  return by(asked.flatMap((one) => Object.entries(one)), ([scheme]) => scheme).map(([scheme, wanted]) => ({ scheme, ...way(schemes[scheme] ?? {}), scopes: wanted.flatMap(([, scopes]) => scopes) }));
}

/** `Map.groupBy`, which Node.js 20 lacks. */
function by(all, keyOf) {
  const groups = new Map();
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return [...groups];
}

function way({ type, scheme, name, in: place }) {
  if (type === "http") return { said: scheme === "bearer" ? "bearer token" : scheme, header: ["Authorization", scheme === "bearer" ? "Bearer <token>" : `<${scheme}>`] };
  if (type === "apiKey") return { said: `${place} ${name}`, header: place === "header" ? [name, `<${name}>`] : null };
  return { said: type ?? "", header: null };
}

/** What the body of a request or an answer may be: `{ type, schema }` by media type. */
export function contentsOf({ content = {} } = {}) {
  return Object.entries(content).map(([type, { schema = {}, example }]) => ({ type, schema: example === undefined ? schema : { ...schema, example } }));
}

/** The command that calls it at `origin`, with `<names>` for what the caller knows. */
export function curlOf(document, { method, path, operation }, origin) {
  const parameters = operation.parameters.map((one) => resolved(document, one).schema).filter(({ required }) => required);
  const told = parameters.filter(({ in: place }) => place === "query").map(({ name }) => `${name}=<${name}>`).join("&");
  const address = origin + path.replaceAll(/\{(\w+)\}/g, "<$1>") + (told && `?${told}`);
  const [body] = contentsOf(operation.requestBody);
  const [first] = securityOf(document, operation);
  const headers = [
    ...(first?.header ? [first.header] : []),
    ...parameters.filter(({ in: place }) => place === "header").map(({ name }) => [name, `<${name}>`]),
    ...(body ? [["Content-Type", body.type]] : []),
  ];
  return curlCommand(address, { method, headers: Object.fromEntries(headers), body: body ? JSON.stringify(exampleOf(document, body.schema), null, 2) : null });
}
