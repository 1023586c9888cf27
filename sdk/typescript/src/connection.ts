/** A connection to one Recado: the address of its API, and whose token is shown there. */
import createClient, { type Client, type Middleware } from "openapi-fetch";

import type { paths } from "./generated/api.js";
import { KEYED } from "./generated/keyed.js";
import { type Prove, patiently, showing, type Token } from "./patience.js";

export type { Token } from "./patience.js";

/** The calls, by method and path. */
export type Recado = Client<paths>;

const KEY = "Idempotency-Key";

/**
 * A client of the API at this address.
 *
 * Calls throw `Problem` for every answer but a success. What may pass is tried up to four times: a 429 always;
 * 502 to 504 and broken connections where the request may go twice, which is a read, or a POST with an
 * `Idempotency-Key`. Every POST that takes one has one.
 */
export function connect(apiUrl: string, token: Token): Recado {
  return proving(apiUrl, showing(token), (request) => request.method === "GET" || request.headers.has(KEY), keyed);
}

/** A client whose requests prove who sends them, and may go twice where that is said; `once` is asked once a call. */
export function proving(
  apiUrl: string,
  prove: Prove,
  mayGoTwice: (request: Request) => boolean,
  once: Middleware,
): Recado {
  const baseUrl = apiUrl.replace(/\/+$/, "");
  const client = createClient<paths>({ baseUrl, fetch: (request) => patiently(request, mayGoTwice(request), prove) });
  client.use(checked, once);
  return client;
}

/** What is in a call's path is checked. */
const checked: Middleware = {
  onRequest({ params }) {
    for (const [name, value] of Object.entries(params.path ?? {})) {
      // However they are written, these lead to another call.
      if (["", ".", ".."].includes(String(value))) {
        throw new TypeError(`${name} must not be empty, "." or ".."`);
      }
    }
  },
};

/** Once a call, before its attempts: it has its key. */
const keyed: Middleware = {
  onRequest({ request, schemaPath }) {
    if (request.method === "POST" && KEYED.has(schemaPath) && !request.headers.has(KEY)) {
      request.headers.set(KEY, crypto.randomUUID());
    }
    return request;
  },
};
