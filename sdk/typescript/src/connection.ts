/** A connection to one Recado: the address of its API, and whose token is shown there. */
import createClient, { type Client, type Middleware } from "openapi-fetch";

import type { paths } from "./generated/api.js";
import { KEYED } from "./generated/keyed.js";
import { patiently } from "./patience.js";

/** The bearer token, or a function that is asked for it before each request, so that it may renew it. */
export type Token = string | (() => string | Promise<string>);

/** The calls, by method and path. */
export type Recado = Client<paths>;

const KEY = "Idempotency-Key";

/**
 * A client of the API at this address.
 *
 * Calls throw `Problem` for every answer of status 400 or more, and for a page of a proxy. What may pass is tried up to four times: a 429 always;
 * 502 to 504 and broken connections where the request may go twice, which is a read, or a POST with an
 * `Idempotency-Key`. Every POST that takes one has one.
 */
export function connect(apiUrl: string, token: Token): Recado {
  const client = createClient<paths>({ baseUrl: apiUrl.replace(/\/+$/, ""), fetch: patiently });
  client.use(showing(token));
  return client;
}

function showing(token: Token): Middleware {
  return {
    async onRequest({ request, schemaPath }) {
      request.headers.set("Authorization", `Bearer ${typeof token === "string" ? token : await token()}`);
      if (request.method === "POST" && KEYED.has(schemaPath) && !request.headers.has(KEY)) {
        request.headers.set(KEY, crypto.randomUUID());
      }
      return request;
    },
  };
}
