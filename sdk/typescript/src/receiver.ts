/** A webhook's receiver that asks Recado itself what it has missed: by the webhook's own secret, without a token. */
import { proving, type Recado } from "./connection.js";
import type { Prove } from "./patience.js";

const ID = "webhook-id";
const ROOT = "/receive/";

/**
 * A client for the calls below `/receive`, each signed for its own time by Standard Webhooks 1.0.0.
 *
 * They throw what those of `connect` do. Each may go twice, as the same `webhook-id` changes nothing more. The secret
 * belongs on a server: whoever reads it can forge the webhook's POSTs. Throws `TypeError` for one that is none.
 */
export function receiver(apiUrl: string, secret: string): Recado {
  return proving(apiUrl, signing(keyOf(secret)), () => true, {
    onRequest({ request }) {
      request.headers.set(ID, `msg_${crypto.randomUUID()}`);
      return request;
    },
  });
}

/** Signs the request's first line without the version, and behind a line feed the body of a POST. */
function signing(key: Uint8Array<ArrayBuffer>): Prove {
  const imported = crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  // Whoever makes no call is to see no rejection; whoever makes one sees it there.
  imported.catch(() => undefined);
  return async (request) => {
    const timestamp = String(Math.floor(Date.now() / 1000));
    const body = request.method === "POST" ? `\n${await request.clone().text()}` : "";
    const content = `${request.headers.get(ID)}.${timestamp}.${firstLine(request)}${body}`;
    const signature = await crypto.subtle.sign("HMAC", await imported, new TextEncoder().encode(content));
    request.headers.set("webhook-timestamp", timestamp);
    request.headers.set("webhook-signature", `v1,${btoa(String.fromCharCode(...new Uint8Array(signature)))}`);
  };
}

/** Method, path from `/receive/` on with its ids as plain text, and the query with nothing escaped in it. */
function firstLine(request: Request): string {
  const { pathname, search } = new URL(request.url);
  return `${request.method} ${decodeURIComponent(pathname.slice(pathname.lastIndexOf(ROOT)))}${decodeURIComponent(search)}`;
}

function keyOf(secret: string): Uint8Array<ArrayBuffer> {
  const encoded = secret.trim().replace(/^whsec_/, "");
  if (!/^[A-Za-z0-9+/]{16,}={0,2}$/.test(encoded)) {
    throw new TypeError("the secret must be whsec_ and base64");
  }
  return Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
}
