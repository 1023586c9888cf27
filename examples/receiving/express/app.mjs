// Receive Recado's webhooks with Express: verify, keep, answer, work later. Node.js 20 or later.
//
// To install it, and to start it:
//
//     npm ci
//
//     export WEBHOOK_SECRET=whsec_… PORT=9000
//     node app.mjs

import express from "express";
import { Webhook } from "standardwebhooks";

const webhook = new Webhook(process.env.WEBHOOK_SECRET);
const app = express();

// Before any `app.use(express.json())`: what that has read cannot be read again, and written anew has another signature.
// Express takes 100 kB unless `limit` is set. It answers 413 to more, once it has read it to its end and kept none of it.
// The type "*/*" would leave out what has none, and without `type` it leaves out JSON: `request.body` is undefined then.
app.post("/hook", express.raw({ type: () => true, limit: 1_000_000 }), (request, response) => {
  let events;
  try {
    ({ events } = webhook.verify(request.body, request.headers));
  } catch {
    // Whatever it was: some of what the library throws is no WebhookVerificationError.
    return response.sendStatus(401);
  }
  events.forEach(keep);
  return response.sendStatus(202);
});

// What was sent wrongly, such as a body that is too large, has its status. Express's own handler would answer the stack, too.
app.use((error, _request, response, _next) => {
  if (!error.status) console.error(error);
  response.sendStatus(error.status ?? 500);
});

const kept = new Set();

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

app.listen(Number(process.env.PORT), "127.0.0.1");
