/* Requests as curl commands. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { curlCommand } from "../../src/signatures/curl.js";

test("a body that is too long for an argument comes by a pipe, byte for byte", () => {
  const body = `{"text":"${"it's é ".repeat(30_000)}"}`;
  const command = curlCommand("https://example.com/", { headers: { "webhook-id": "x" }, body });
  const got = execFileSync("/bin/sh", [], { input: `curl() { cat; }\n${command}`, encoding: "utf8", maxBuffer: 1e6 });
  assert.equal(got, body);
});

test("a shell gives curl the very headers and body, whatever they hold", () => {
  const body = '{"text":"it\'s $HOME `id` \\\\ \\"q\\" é"}';
  const command = curlCommand("https://example.com/a?b='c'", { headers: { "webhook-id": "x'y" }, body });
  const printed = execFileSync("/bin/sh", ["-c", command.replace(/^curl/, "printf '%s\\0'")], { encoding: "utf8" });
  assert.deepEqual(printed.split("\0").slice(0, -1), [
    "--request", "POST", "https://example.com/a?b='c'", "--header", "webhook-id: x'y", "--data-raw", body,
  ]);
});

test("a request without a body has none, and its own method", () => {
  assert.equal(curlCommand("https://example.com/a", { method: "DELETE", headers: { "If-Match": "1" }, body: null }),
    "curl --request DELETE 'https://example.com/a' \\\n  --header 'If-Match: 1'");
});
