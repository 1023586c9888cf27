// A receiver's own test, offline: a POST that Recado has signed, with the clock stopped at its time.
//
// To install what it needs, and to run it:
//
//     npm ci
//
//     node --test sample.test.mjs
//
// Yours: post `body` with `headers` to your application instead of calling the library.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mock, test } from "node:test";

import { Webhook } from "standardwebhooks";

// A Buffer, not text: the bytes as they came.
const read = (name) => readFileSync(new URL(name, import.meta.url));
const webhook = new Webhook(read("secret.txt").toString().trim());
const body = read("body.json");
const lines = read("headers.txt").toString().trim().split("\n");
const headers = Object.fromEntries(lines.map((line) => line.split(": ")));
const signedAt = Number(headers["webhook-timestamp"]);

/** What the library makes of a body, so many seconds after the sample was signed. */
function verified(bytes, seconds = 0) {
  mock.timers.enable({ apis: ["Date"], now: (signedAt + seconds) * 1000 });
  try {
    return webhook.verify(bytes, headers);
  } finally {
    mock.timers.reset();
  }
}

test("the sample is taken at its time", () => {
  const names = verified(body).events.map((event) => event.eventName);
  assert.deepEqual(names, ["customer.created", "order.paid"]);
});

test("a changed body is refused", () => {
  const changed = Buffer.from(body.toString().replace("59.9", "9.9"));
  assert.throws(() => verified(changed), { name: "WebhookVerificationError" });
});

test("an old POST is refused: somebody may have kept it", () => {
  assert.throws(() => verified(body, 301), { name: "WebhookVerificationError" });
});
