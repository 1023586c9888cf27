/* Telling a webhook of one more event type. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { choicesFor, subscribe } from "../../src/events/subscribing.js";
import { covering } from "../../src/events/subscription.js";
import { madeAt, MOST_EARLIER, replacedAt, stillSigning } from "../../src/signatures/rotation.js";

const webhook = (eventNames) => ({ webhookId: "wh_1", eventNames, covers: covering(eventNames) });

/** An API whose webhook others change between reading and writing, so many times. */
function busyApi(eventNames, changes) {
  let version = 1;
  const patches = [];
  return {
    patches,
    get: async () => ({ data: webhook([...eventNames]), etag: `"${version}"` }),
    patch: async (_, { body, headers }) => {
      patches.push([headers["If-Match"], body.eventNames]);
      if (changes > 0) {
        changes -= 1;
        version += 1;
        eventNames.push(`theirs.${version}`);
        throw Object.assign(new Error(), { status: 412 });
      }
      return { data: webhook(body.eventNames) };
    },
  };
}

test("an event type is added beside what the webhook has at that moment", async () => {
  const api = busyApi(["A"], 1);
  const changed = await subscribe({ api, account: "1010" }, "wh_1", "B");
  assert.deepEqual(changed.eventNames, ["A", "theirs.2", "B"]);
  assert.deepEqual(api.patches, [['"1"', ["A", "B"]], ['"2"', ["A", "theirs.2", "B"]]]);
});

test("what the webhook gets already changes nothing, and a webhook that never rests is an error", async () => {
  const has = busyApi(["order.*"], 0);
  assert.deepEqual((await subscribe({ api: has, account: "1010" }, "wh_1", "order.paid")).eventNames, ["order.*"]);
  assert.deepEqual(has.patches, []);
  await assert.rejects(subscribe({ api: busyApi(["A"], 9), account: "1010" }, "wh_1", "B"), { status: 412 });
});

test("offered are the webhooks that do not get it, and another one below the limit", () => {
  const webhooks = [webhook(["A"]), webhook(["*"]), webhook(["B"])];
  assert.deepEqual(choicesFor("B", { webhooks, limit: 3 }), { others: [webhooks[0]], mayAdd: false });
  assert.equal(choicesFor("B", { webhooks, limit: 4 }).mayAdd, true);
});

test("earlier secrets are those that have not ended, as many as the API lets sign", () => {
  const [past, later] = ["2026-01-02T00:00:00Z", "2026-01-03T12:00:00Z"].map((validUntil) => ({ validUntil }));
  assert.deepEqual(stillSigning({ previousSecrets: [later, past] }, Date.parse("2026-01-02T12:00:00Z")), [later]);
  assert.deepEqual(stillSigning({}), []);
  assert.equal(replacedAt(later.validUntil), "2026-01-02T12:00:00.000Z");
  const python = readFileSync(new URL("../../../layers/core/recado/rules/webhook/authentication/credentials.py", import.meta.url), "utf8");
  assert.ok(python.includes(`MAX_EARLIER_SECRETS = ${MOST_EARLIER}\n`));
});

test("the current secret was made when it was last replaced, else with the choice to sign, else with the webhook", () => {
  const [first, second, third] = ["2026-11-24T10:00:00.000Z", "2026-11-25T10:00:00.000Z", "2026-11-26T10:00:00.000Z"];
  assert.equal(madeAt({ createdAt: first, authentication: { secretCreatedAt: second, secretRotatedAt: third } }), third);
  assert.equal(madeAt({ createdAt: first, authentication: { secretCreatedAt: second } }), second);
  assert.equal(madeAt({ createdAt: first, authentication: {} }), first);
});
