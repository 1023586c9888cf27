import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";

import { Problem, receiver } from "../dist/index.js";
import { apiThat, withoutWaiting } from "../test_support/api.js";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const EVENTS = "/receive/{accountId}/{webhookId}/events";
const RESEND = "/receive/{accountId}/{webhookId}/resend";
const PATH = { accountId: "a@b:c", webhookId: "wh_1" };
const WISH = { params: { path: PATH }, body: { deliveryIds: ["000001732437600-é"] } };

async function against(t, answers, act) {
  const api = await apiThat(...answers);
  t.after(() => api.close());
  return { result: await act(receiver(`${api.url}/receive/v1`, SECRET)), requests: api.requests };
}

function isSigned({ headers }, payload) {
  const content = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${payload}`;
  const key = Buffer.from(SECRET.slice("whsec_".length), "base64");
  return headers["webhook-signature"] === `v1,${createHmac("sha256", key).update(content).digest("base64")}`;
}

test("a reading is signed with nothing escaped in path and query, and without a token", async (t) => {
  const query = { arrivedFrom: "2026-01-31T12:00:00Z", limit: 7 };
  const { requests } = await against(t, [{ content: { deliveries: [] } }], (own) =>
    own.GET(EVENTS, { params: { path: PATH, query } }),
  );

  const [request] = requests;
  assert.ok(isSigned(request, `GET /receive/a@b:c/wh_1/events?${decodeURIComponent(request.url.split("?")[1])}`));
  assert.equal(request.headers.authorization, undefined);
});

test("a wish is signed with its body, and is the same one when it is tried again", async (t) => {
  withoutWaiting(t);
  const answers = [{ status: 502, content: {} }, { status: 202, content: { results: [] } }];
  const { requests } = await against(t, answers, (own) => own.POST(RESEND, WISH));

  assert.equal(requests.length, 2);
  assert.equal(new Set(requests.map(({ headers }) => headers["webhook-id"])).size, 1);
  assert.ok(requests.every((each) => isSigned(each, `POST /receive/a@b:c/wh_1/resend\n${each.body}`)));
});

test("two requests have two ids, or the second would be taken for the first", async (t) => {
  const { requests } = await against(t, [{ content: {} }, { content: {} }], async (own) => {
    await own.GET(EVENTS, { params: { path: PATH } });
    await own.GET(EVENTS, { params: { path: PATH } });
  });

  assert.equal(new Set(requests.map(({ headers }) => headers["webhook-id"])).size, 2);
});

test("a refusal is thrown as of every other call", async (t) => {
  const answers = [{ status: 401, content: { title: "Unauthorized", detail: "not signed" } }];
  const { result } = await against(t, answers, (own) =>
    own.GET(EVENTS, { params: { path: PATH } }).catch((error) => error),
  );

  assert.ok(result instanceof Problem);
  assert.equal(result.detail, "not signed");
});

test("a secret that is none is refused at once, without telling it", () => {
  for (const secret of ["", "whsec_", "whsec_é", "whsec_****", "not base64!"]) {
    assert.throws(() => receiver("https://api.example", secret), /^TypeError: the secret must be whsec_ and base64$/);
  }
});
