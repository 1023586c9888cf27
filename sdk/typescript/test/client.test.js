import assert from "node:assert/strict";
import { test } from "node:test";

import { Problem, bodyOf, connect, etagOf, pages } from "../dist/index.js";
import { BROKEN, SILENT, apiThat, withoutWaiting } from "../test_support/api.js";

const ACCOUNT = { path: { accountId: "1010" } };
const WEBHOOK = { path: { ...ACCOUNT.path, webhookId: "wh-1" } };
const ENTERED = { name: "Orders", targetUrl: "https://hooks.example.com/", eventNames: ["*"] };
const [LIST, ONE] = ["/accounts/{accountId}/webhooks", "/accounts/{accountId}/webhooks/{webhookId}"];

async function against(t, answers, act, token = "token-1") {
  const api = await apiThat(...answers);
  t.after(() => api.close());
  return { result: await act(connect(api.url, token)), requests: api.requests };
}

async function refusal(t, answer, act) {
  let refused;
  const { requests } = await against(t, [answer], (recado) => act(recado).catch((error) => (refused = error)));
  assert.ok(refused instanceof Problem, String(refused));
  return { refused, requests };
}

test("the token is asked for anew, so that it may be renewed between two requests", async (t) => {
  const tokens = ["token-1", "token-2"];
  const { requests } = await against(
    t,
    [{ content: { webhooks: [], limit: 5 } }],
    async (recado) => {
      await recado.GET(LIST, { params: ACCOUNT });
      await recado.GET(LIST, { params: ACCOUNT });
    },
    async () => tokens.shift(),
  );

  assert.deepEqual(
    requests.map(({ headers }) => headers.authorization),
    ["Bearer token-1", "Bearer token-2"],
  );
});

test("another try shows a token that was asked for anew", async (t) => {
  withoutWaiting(t);
  const tokens = ["token-1", "token-2"];
  const answers = [{ status: 429, content: { title: "Busy" } }, { content: {} }];

  const { requests } = await against(t, answers, (recado) => recado.GET(LIST, { params: ACCOUNT }), () => tokens.shift());

  assert.deepEqual(
    requests.map(({ headers }) => headers.authorization),
    ["Bearer token-1", "Bearer token-2"],
  );
});

test("where there is no token nothing is sent, and no error holds what was taken for one", async (t) => {
  const ended = new Error("the session has ended");
  const failing = () => Promise.reject(ended);
  const list = (recado) => recado.GET(LIST, { params: ACCOUNT }).catch((error) => error);

  const { result, requests } = await against(t, [{ content: {} }], list, failing);

  assert.equal(result, ended);
  assert.deepEqual(requests, []);
  for (const token of ["", "secret\nsecret", undefined]) {
    const refused = await against(t, [{ content: {} }], list, () => token);
    assert.equal(refused.result.message, "the token must be ASCII text without spaces, and not empty");
    assert.deepEqual(refused.requests, []);
  }
});

test("an account stays one part of the path, whatever it is called", async (t) => {
  const { requests } = await against(t, [{ content: {} }], (recado) =>
    recado.GET(LIST, { params: { path: { accountId: "a/b?c#d:e@f+g~h" } } }),
  );

  assert.equal(requests[0].url, "/accounts/a%2Fb%3Fc%23d%3Ae%40f%2Bg~h/webhooks");
});

test("a page survives what it does not know", async (t) => {
  const newer = { webhooks: [{ status: "PAUSED", colour: "green", health: null, lane: "QUEUED" }, null], limit: "many" };

  const { result } = await against(t, [{ content: newer }], (recado) => bodyOf(recado.GET(LIST, { params: ACCOUNT })));

  assert.deepEqual(result, newer);
});

test("null takes away, what is absent stays, and what is not said is not sent", async (t) => {
  const { requests } = await against(t, [{ content: {} }], async (recado) => {
    await recado.PATCH(ONE, { params: WEBHOOK, body: { filter: null } });
    await recado.PATCH(ONE, { params: WEBHOOK, body: { delivery: { maxEvents: 10 } } });
  });

  assert.deepEqual(
    requests.map(({ body }) => JSON.parse(body)),
    [{ filter: null }, { delivery: { maxEvents: 10 } }],
  );
});

test("the version that was read is the one that is changed", async (t) => {
  const { requests } = await against(t, [{ content: {}, headers: { ETag: '"7"' } }], async (recado) => {
    const read = await recado.GET(ONE, { params: WEBHOOK });
    const header = { "if-match": etagOf(read) };
    await recado.PATCH(ONE, { params: { ...WEBHOOK, header }, body: { active: false } });
  });

  assert.equal(requests[1].headers["if-match"], '"7"');
});

test("what has no version cannot be taken for one that has", async (t) => {
  const { result } = await against(t, [{ content: {} }], (recado) => recado.GET(LIST, { params: ACCOUNT }));

  assert.throws(() => etagOf(result), /no ETag/);
});

test("empty pages with a cursor go on", async (t) => {
  const answers = [
    { content: { deliveries: [], nextCursor: "c/1" } },
    { content: { deliveries: [], nextCursor: "c2" } },
    { content: { deliveries: [{ deliveryId: "d-1" }] } },
  ];

  const { result, requests } = await against(t, answers, async (recado) => {
    const found = [];
    const list = pages((cursor) =>
      recado.GET(`${ONE}/deliveries`, { params: { ...WEBHOOK, query: { failed: true, ...cursor } } }),
    );
    for await (const page of list) found.push(...page.deliveries);
    return found;
  });

  const asked = requests.map(({ url }) => new URL(url, "http://127.0.0.1").searchParams);
  assert.deepEqual(result, [{ deliveryId: "d-1" }]);
  assert.deepEqual(
    asked.map((query) => [query.get("failed"), query.get("cursor")]),
    [
      ["true", null],
      ["true", "c/1"],
      ["true", "c2"],
    ],
  );
});

test("a refusal names its fields", async (t) => {
  const errors = [{ field: "targetUrl", message: "must be an HTTPS address" }];
  const document = { title: "Unprocessable", status: 422, detail: "Look.", errors };

  const { refused } = await refusal(t, { status: 422, content: document }, (recado) =>
    recado.POST(LIST, { params: ACCOUNT, body: ENTERED }),
  );

  assert.equal(refused.message, "422 Unprocessable. Look. targetUrl: must be an HTTPS address");
  assert.deepEqual([refused.errors, refused.document], [errors, document]);
});

test("any other refusal is a problem too", async (t) => {
  const refusals = [
    [{ status: 403, content: { message: "Forbidden" } }, "403 Forbidden. Forbidden"],
    [{ status: 400, content: "<html>\n<b>No</b></html>" }, "400 Bad Request. <html> <b>No</b></html>"],
    [{ status: 404, content: ["no", "object"] }, '404 Not Found. ["no","object"]'],
    [{ status: 409, content: { title: 5, detail: null, errors: "all" } }, "409 Conflict."],
    [{ status: 410, content: { title: "It is gone." } }, "410 It is gone."],
    [{ status: 400, content: { title: "T", errors: [null, { field: 1 }] } }, "400 T. : "],
  ];
  for (const [answer, said] of refusals) {
    const { refused } = await refusal(t, answer, (recado) => recado.GET(LIST, { params: ACCOUNT }));
    assert.deepEqual([refused.status, refused.message], [answer.status, said]);
  }
});

test("what asks to wait is waited for, if it is bearable", async (t) => {
  const waits = withoutWaiting(t);
  const busy = (seconds) => ({ status: 429, headers: { "Retry-After": seconds }, content: { title: "Busy" } });

  await against(t, [busy("3"), { content: {} }], (recado) => recado.GET(LIST, { params: ACCOUNT }));
  const { refused, requests } = await refusal(t, busy("21"), (recado) => recado.GET(LIST, { params: ACCOUNT }));

  assert.deepEqual(waits, [3]);
  assert.deepEqual([refused.retryAfter, requests.length], [21, 1]);
});

test("only what may go twice does: a read, or a POST with a key", async (t) => {
  withoutWaiting(t);
  const read = (recado) => recado.GET(LIST, { params: ACCOUNT });
  const keyed = (recado) => recado.POST(LIST, { params: ACCOUNT, body: ENTERED });
  const change = (recado) => recado.PATCH(ONE, { params: WEBHOOK, body: { name: "Sales" } });
  const send = (recado) => recado.POST(`${ONE}/test`, { params: WEBHOOK, body: { eventName: "order.paid" } });
  const cases = [
    [read, 503, 4],
    [read, 500, 1],
    [read, 404, 1],
    [keyed, 504, 4],
    [change, 503, 1],
    [send, 503, 1],
    [send, 429, 4],
    [change, 429, 4],
  ];
  for (const [act, status, times] of cases) {
    const { requests } = await refusal(t, { status, content: { title: "No" } }, act);
    assert.equal(requests.length, times, `${act} ${status}`);
  }
});

test("a repeated POST has one key and one body, the next one has another key", async (t) => {
  withoutWaiting(t);
  const answers = [{ status: 504, content: "" }, { status: 201, content: {} }];

  const { requests } = await against(t, answers, async (recado) => {
    await recado.POST(LIST, { params: ACCOUNT, body: ENTERED });
    await recado.POST(LIST, { params: { ...ACCOUNT, header: { "Idempotency-Key": "mine" } }, body: ENTERED });
  });

  const keys = requests.map(({ headers }) => headers["idempotency-key"]);
  assert.equal(keys[0], keys[1]);
  assert.deepEqual(JSON.parse(requests[1].body), ENTERED);
  assert.deepEqual([keys.length, new Set(keys).size, keys[2]], [3, 2, "mine"]);
});

test("a connection that breaks within the answer is tried again where the request may go twice", async (t) => {
  withoutWaiting(t);
  const read = (recado) => bodyOf(recado.GET(LIST, { params: ACCOUNT }));
  const change = (recado) => recado.PATCH(ONE, { params: WEBHOOK, body: { name: "Sales" } }).catch((error) => error);

  const again = await against(t, [BROKEN, { content: { webhooks: [] } }], read);
  const once = await against(t, [BROKEN, { content: {} }], change);

  assert.deepEqual([again.result, again.requests.length], [{ webhooks: [] }, 2]);
  assert.deepEqual([once.result.name, once.requests.length], ["TypeError", 1]);
});

test("an API that never answers is given up after four attempts", async (t) => {
  withoutWaiting(t);
  const limits = [];
  const real = AbortSignal.timeout;
  t.mock.method(AbortSignal, "timeout", (milliseconds) => {
    limits.push(milliseconds);
    return real.call(AbortSignal, 50);
  });

  const list = (recado) => recado.GET(LIST, { params: ACCOUNT }).catch((error) => error);
  const { result, requests } = await against(t, [SILENT], list);

  assert.deepEqual([result.name, requests.length], ["TimeoutError", 4]);
  assert.deepEqual(limits, [35_000, 35_000, 35_000, 35_000]);
});

test("who gives up waits no longer", async (t) => {
  const caller = new AbortController();
  const busy = { status: 429, headers: { "Retry-After": "20" }, content: { title: "Busy" } };

  const { result, requests } = await against(t, [busy], (recado) => {
    const call = recado.GET(LIST, { params: ACCOUNT, signal: caller.signal }).catch((error) => error);
    setTimeout(() => caller.abort(), 300);
    return call;
  });

  assert.deepEqual([result.name, requests.length], ["AbortError", 1]);
});

test("where nobody listens, the caller learns it after four attempts", async (t) => {
  const waits = withoutWaiting(t);
  const gone = await apiThat({ content: {} });
  await gone.close();

  await assert.rejects(connect(gone.url, "token-1").GET(LIST, { params: ACCOUNT }), TypeError);

  assert.equal(waits.length, 3);
});

test("what leads elsewhere is no part of a path, and nothing is sent", async (t) => {
  for (const accountId of ["", ".", ".."]) {
    const { requests } = await against(t, [{ content: {} }], (recado) =>
      assert.rejects(recado.GET(LIST, { params: { path: { accountId } } }), /accountId must not be empty/),
    );
    assert.deepEqual(requests, []);
  }
});

test("a redirect is not followed: what is sent is for the API alone", async (t) => {
  const elsewhere = await apiThat({ content: { webhookId: "evil" } });
  t.after(() => elsewhere.close());
  for (const status of [302, 307]) {
    const { refused } = await refusal(t, { status, headers: { Location: elsewhere.url }, content: {} }, (recado) =>
      recado.POST(LIST, { params: ACCOUNT, body: ENTERED }),
    );
    assert.deepEqual([refused.status, elsewhere.requests], [status, []]);
  }
});

test("a page that names itself ends the list", async (t) => {
  const { requests } = await against(t, [{ content: { deliveries: [], nextCursor: "same" } }], (recado) => {
    const list = pages((cursor) => recado.GET(`${ONE}/deliveries`, { params: { ...WEBHOOK, query: cursor } }));
    return assert.rejects(async () => {
      for await (const page of list) assert.deepEqual(page.deliveries, []);
    }, /names itself as the next one/);
  });

  assert.equal(requests.length, 2);
});
