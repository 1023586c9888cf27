// Receive Recado's webhooks: verify, keep, answer. Node.js 18 or later, no packages.
//
//     WEBHOOK_SECRET=whsec_… PORT=9000 node verify.mjs

import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const TOLERANCE_SECONDS = 300;
const MOST_BYTES = 1_000_000;

/** Whether a POST is genuine and fresh; `body` is its bytes as they came, a Buffer. */
function verified(secret, headers, body) {
  const timestamp = headers["webhook-timestamp"] ?? "";
  const age = Math.abs(Math.floor(Date.now() / 1000) - Number(timestamp));
  if (!/^\d+$/.test(timestamp) || age > TOLERANCE_SECONDS) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  if (key.length === 0) throw new Error("WEBHOOK_SECRET is empty: anybody could sign with it");
  const hmac = createHmac("sha256", key).update(`${headers["webhook-id"]}.${timestamp}.`).update(body);
  const expected = Buffer.from(`v1,${hmac.digest("base64")}`);
  // For 24 hours after a rotation there are two signatures: one of them is by the secret you have.
  return (headers["webhook-signature"] ?? "").split(" ").some((signature) => {
    const given = Buffer.from(signature);
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}

const kept = new Set();

/** Keep an event once. Yours: insert it into a table whose key is the event's id, and work on it later. */
function keep(event) {
  if (kept.has(event.eventId)) return;
  kept.add(event.eventId);
  console.log("kept", event.eventName, event.eventId);
}

/** Answers 202 once all events of a genuine POST are kept. */
async function receive(request, response) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MOST_BYTES) return response.writeHead(413).end();
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  if (!verified(process.env.WEBHOOK_SECRET, request.headers, body)) return response.writeHead(401).end();
  JSON.parse(body).events.forEach(keep);
  return response.writeHead(202).end();
}

createServer((request, response) => {
  // A POST that breaks off is an error, too: nobody is to end the receiver by one.
  receive(request, response).catch((error) => {
    console.error(error.message);
    response.writeHead(500).end();
  });
}).listen(Number(process.env.PORT), "127.0.0.1");
