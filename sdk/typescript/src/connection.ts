/** A connection to one Recado: the address of its API, and whose token is shown there. */
import createClient, { type Client, type Middleware } from "openapi-fetch";

import type { paths } from "./generated/api.js";
import { KEYED } from "./generated/keyed.js";
import { patiently, type Token } from "./patience.js";

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
  const baseUrl = apiUrl.replace(/\/+$/, "");
  const client = createClient<paths>({ baseUrl, fetch: (request) => patiently(request, token) });
  client.use(keyed);
  return client;
}

/** Once a call, before its attempts: what is in its path is checked, and it has its key. */
const keyed: Middleware = {
  onRequest({ request, schemaPath, params }) {
    for (const [name, value] of Object.entries(params.path ?? {})) {
      // However they are written, these lead to another call.
      if (["", ".", ".."].includes(String(value))) {
        throw new TypeError(`${name} must not be empty, "." or ".."`);
      }
    }
    if (request.method === "POST" && KEYED.has(schemaPath) && !request.headers.has(KEY)) {
      request.headers.set(KEY, crypto.randomUUID());
    }
    return request;
  },
};
