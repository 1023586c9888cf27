/* Addresses. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { endpoints, paths } from "../src/addresses/paths.js";
import { match, ownPath, withQuery } from "../src/addresses/router.js";

const ROUTES = [
  ["/console/accounts/:accountId/webhooks/new", "new"],
  ["/console/accounts/:accountId/webhooks/:webhookId", "webhook"],
];
const ORIGIN = "https://hooks.example.com";
const link = (href, extra = {}) => ({ href: new URL(href, ORIGIN).href, target: "", hasAttribute: () => false, ...extra });

test("an address leads to its page, with the parameters decoded", () => {
  assert.deepEqual(match(ROUTES, "/console/accounts/10%2010/webhooks/wh_1/"), {
    name: "webhook", params: { accountId: "10 10", webhookId: "wh_1" },
  });
});

test("the first page that fits counts", () => {
  assert.equal(match(ROUTES, "/console/accounts/1010/webhooks/new").name, "new");
});

test("an address of no page, without a parameter or badly encoded leads nowhere", () => {
  for (const path of ["/console", "/console/accounts//webhooks/wh_1", "/console/accounts/1010/webhooks/%E0%A4%A", "/console/accounts/1010/webhooks/a/b"]) {
    assert.equal(match(ROUTES, path), null, path);
  }
});

test("ids are encoded, so that they cannot lead elsewhere", () => {
  assert.equal(paths.webhook("a/b", "../x?y"), "/console/accounts/a%2Fb/webhooks/..%2Fx%3Fy");
  assert.equal(endpoints.webhook("a/b", "c#d"), "/accounts/a%2Fb/webhooks/c%23d");
});

test("a query keeps what is not changed, and loses what is null or empty", () => {
  assert.equal(withQuery("?status=PENDING&cursor=1", { cursor: null, from: "2026", eventName: "" }), "?status=PENDING&from=2026");
  assert.equal(withQuery("?cursor=1", { cursor: null }), "");
});

test("links to pages are followed by the console, all others by the browser", () => {
  assert.equal(ownPath(link("/console/accounts/1010/webhooks?a=b"), ORIGIN), "/console/accounts/1010/webhooks?a=b");
  for (const other of [link("/consoles"), link("/openapi.json"), link("https://example.com/console"), link("/console#main"), link("/console", { target: "_blank" }), null]) {
    assert.equal(ownPath(other, ORIGIN), null);
  }
});
