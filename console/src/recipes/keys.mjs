// Receive Recado's webhooks: verify by public keys, keep, answer. Node.js 18 or later, no packages.
//
//     WEBHOOK_KEYS='https://…/accounts/1010/webhook-keys.json?webhookId=wh_…' PORT=9000 node keys.mjs

import { createPublicKey, verify } from "node:crypto";
import { createServer } from "node:http";

const TOLERANCE_SECONDS = 300;
const MOST_BYTES = 1_000_000;
const [HOUR, MINUTE] = [3_600_000, 60_000];

const keySet = { keys: [], fetched: -Infinity };

/** The public keys of the webhook, fetched again where they are older than that. */
async function keysYoungerThan(milliseconds) {
  if (performance.now() - keySet.fetched < milliseconds) return keySet.keys;
  // Many POSTs at once fetch them once.
  keySet.fetching ??= fetchKeys().finally(() => delete keySet.fetching);
  return keySet.fetching;
}

async function fetchKeys() {
  const answer = await fetch(process.env.WEBHOOK_KEYS, { signal: AbortSignal.timeout(3000) });
  if (!answer.ok) throw new Error(`no keys: ${answer.status}`);
  const found = (await answer.json()).keys.filter((key) => key.crv === "Ed25519");
  keySet.keys = found.map((key) => createPublicKey({ key, format: "jwk" }));
  keySet.fetched = performance.now();
  return keySet.keys;
}

/** Whether a POST is genuine and fresh; `body` is its bytes as they came, a Buffer. */
async function verified(headers, body) {
  const timestamp = headers["webhook-timestamp"] ?? "";
  const age = Math.abs(Math.floor(Date.now() / 1000) - Number(timestamp));
  const given = (headers["webhook-signature"] ?? "").split(" ").filter((each) => each.startsWith("v1a,"));
  if (!/^\d+$/.test(timestamp) || age > TOLERANCE_SECONDS || given.length === 0) return false;
  const content = Buffer.concat([Buffer.from(`${headers["webhook-id"]}.${timestamp}.`), body]);
  const signatures = given.map((each) => Buffer.from(each.slice("v1a,".length), "base64"));
  // Earlier keys sign along for 24 hours after a rotation. What no key has signed is looked at with the newest ones,
  // which nobody can make you fetch more often than once a minute.
  for (const age of [HOUR, MINUTE]) {
    const keys = await keysYoungerThan(age);
    if (keys.some((key) => signatures.some((signature) => verify(null, content, key, signature)))) return true;
  }
  return false;
}

const kept = new Set();

/** Keep an event once. Yours: insert it into a table whose key is the event's id, and work on it later. */
function keep(event) {
  if (kept.has(event.eventId)) return;
  kept.add(event.eventId);
  console.log("kept", event.eventName, event.eventId);
}

/** The status that answers a POST. */
async function taken(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MOST_BYTES) return 413;
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  if (!(await verified(request.headers, body))) return 401;
  JSON.parse(body).events.forEach(keep);
  return 202;
}

createServer(async (request, response) => {
  // Where the keys cannot be fetched, the POST comes again.
  const failed = (error) => {
    console.error(error.message);
    return 503;
  };
  response.writeHead(await taken(request).catch(failed)).end();
}).listen(Number(process.env.PORT), "127.0.0.1");
