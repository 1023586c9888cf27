/* Signing secrets and signatures of Standard Webhooks, as a browser makes them. Pure but for the browser's randomness. */

const PREFIX = "whsec_";
const SECRET_BYTES = 32;
/** So long receivers accept a signature, by their own clock. */
export const HOLDS_MINUTES = 5;

/** A new secret, as the API makes them. */
export function makeSecret() {
  return PREFIX + base64(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)));
}

/** What a receiver needs of a webhook that is not saved, in the form of the API's download, as far as it is known. */
export function unsavedSignature(secret, now = new Date()) {
  return { scheme: "standard-webhooks", algorithm: "HMAC-SHA256", createdAt: now.toISOString(), previous: [], secret };
}

/** The `webhook-signature` of a body, by HMAC-SHA256: `timestamp` in seconds. Resolves to "v1,…". */
export async function signatureOf({ id, timestamp, body }, secret) {
  const key = await crypto.subtle.importKey("raw", bytesOf(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const signed = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(`${id}.${timestamp}.${body}`));
  return `v1,${base64(new Uint8Array(signed))}`;
}

/** The headers of a request as it would be sent now: with this time, and a signature by `secret`. Resolves to them. */
export async function signedAnew({ headers, body }, secret, now = Date.now()) {
  const timestamp = String(Math.floor(now / 1000));
  const signature = await signatureOf({ id: headers["webhook-id"], timestamp, body }, secret);
  return { ...headers, "webhook-timestamp": timestamp, "webhook-signature": signature };
}

function bytesOf(secret) {
  return Uint8Array.from(atob(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret), (one) => one.charCodeAt(0));
}

function base64(bytes) {
  return btoa(String.fromCharCode(...bytes));
}
