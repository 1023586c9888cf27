// Receive Recado's webhooks with Next.js (app router): verify, keep, answer, work later. Node.js 20.9 or later.
//
// To install it, and to start it:
//
//     npm ci
//     NEXT_TELEMETRY_DISABLED=1 npm run build
//
//     export WEBHOOK_SECRET=whsec_… PORT=9000
//     NEXT_TELEMETRY_DISABLED=1 npm start

import { Webhook } from "standardwebhooks";

const MOST_BYTES = 1_000_000;

// The default. On the edge this file has a memory of its own, and most databases' drivers do not run.
export const runtime = "nodejs";

/**
 * Answers 202 once all events of a genuine POST are kept.
 *
 * The address is `/hook`. With `trailingSlash` in `next.config.mjs` it is `/hook/`: Next.js redirects what comes without
 * by 308, and Recado follows no redirect.
 */
export async function POST(request) {
  const body = await bytesOf(request);
  if (body === null) return new Response(null, { status: 413 });
  // Here, not at the top: `next build` loads this file too, where there is no secret.
  const webhook = new Webhook(process.env.WEBHOOK_SECRET);
  let events;
  try {
    ({ events } = webhook.verify(body, Object.fromEntries(request.headers)));
  } catch {
    // Whatever it was: some of what the library throws is no WebhookVerificationError.
    return new Response(null, { status: 401 });
  }
  events.forEach(keep);
  return new Response(null, { status: 202 });
}

/**
 * The bytes as they came, null where they are too many.
 *
 * A route handler has no limit, since `bodyParser` is for `pages/api`; `request.text()` and `request.json()` would read all.
 */
async function bytesOf(request) {
  const chunks = [];
  let size = 0;
  if (Number(request.headers.get("content-length")) > MOST_BYTES) return null;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    // A body in chunks says its size nowhere.
    if (size > MOST_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

// Of all bundles and reloads of this process: a module's own variable is there once in each.
const kept = (globalThis.kept ??= new Set());

/**
 * Keep an event once: a resend (`recado-resend`) has the id that it had the first time.
 *
 * Yours: insert it into a table whose key is the event's id, and answer once that is done. A job of its own takes what is
 * new there, and does the work; the digest (`recado.digest`) is an event like the others.
 */
function keep(event) {
  if (kept.has(event.eventId)) return;
  kept.add(event.eventId);
  console.log("kept", event.eventName, event.eventId);
}
