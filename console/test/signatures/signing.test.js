/* Secrets and signatures that the browser makes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { makeSecret, signatureOf, signedAnew, unsavedSignature } from "../../src/signatures/signing.js";

// The example of Standard Webhooks' own libraries.
const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const MESSAGE = { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: "1614265330", body: '{"test": 2432232314}' };
const SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

test("a signature is that of Standard Webhooks, with the secret's prefix, without it, and without padding", async () => {
  assert.equal(await signatureOf(MESSAGE, SECRET), SIGNATURE);
  assert.equal(await signatureOf(MESSAGE, SECRET.slice(6)), SIGNATURE);
  const long = makeSecret();
  assert.equal(await signatureOf(MESSAGE, long.replace(/=+$/, "")), await signatureOf(MESSAGE, long));
});

test("a secret is 32 bytes in base64, another each time", () => {
  const secrets = [makeSecret(), makeSecret()];
  for (const secret of secrets) assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
  assert.notEqual(...secrets);
});

test("a request that is signed anew has this moment's time and signature, and everything else as it was", async () => {
  const headers = { "Content-Type": "application/json", "webhook-id": MESSAGE.id, "webhook-timestamp": "1", "webhook-signature": "[hidden]" };
  const signed = await signedAnew({ headers, body: MESSAGE.body }, SECRET, 1_614_265_330_900);
  assert.deepEqual(signed, { ...headers, "webhook-timestamp": MESSAGE.timestamp, "webhook-signature": SIGNATURE });
  assert.deepEqual(Object.keys(signed), Object.keys(headers));
});

test("the file of a secret that is not saved has what is known of it", () => {
  assert.deepEqual(unsavedSignature(SECRET, new Date(0)), {
    scheme: "standard-webhooks", algorithm: "HMAC-SHA256", createdAt: "1970-01-01T00:00:00.000Z", previous: [], secret: SECRET,
  });
});
