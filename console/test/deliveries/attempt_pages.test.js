/* The attempts of a delivery, page by page, while new ones come. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { A_PAGE, continued, refreshed } from "../../src/deliveries/attempt_pages.js";

/** A page with the attempts `from` down to `to`, and where it goes on. */
function page(from, to, nextCursor) {
  const numbers = Array.from({ length: from - to + 1 }, (_, at) => from - at);
  return { attempts: numbers.map((number) => ({ attemptId: String(number) })), nextCursor };
}

const ids = ({ attempts }) => attempts.map(({ attemptId }) => Number(attemptId));

test("new attempts stand above those that were read, each once, and what is earlier goes on where it did", () => {
  const kept = continued(page(20, 11, "11"), "11", page(10, 4, "4"));
  const now = refreshed(kept, page(22, 13, "13"));
  assert.deepEqual(ids(now), ids(page(22, 4)));
  assert.equal(now.nextCursor, "4");
});

test("the first page is what there is where nothing was read before, or where it is the only one", () => {
  assert.deepEqual(refreshed(undefined, page(3, 1, "1")), page(3, 1, "1"));
  assert.deepEqual(refreshed(page(9, 1), page(3, 2)), page(3, 2));
});

test("a page of new attempts alone leaves out the earlier ones, since others may lie between", () => {
  assert.deepEqual(refreshed(page(9, 1), page(40, 41 - A_PAGE, "31")), page(40, 31, "31"));
});

test("a page that is short because the API had much to look through loses nothing", () => {
  const now = refreshed(page(9, 1, "1"), { attempts: [], nextCursor: "30" });
  assert.deepEqual(now, page(9, 1, "1"));
});

test("an earlier page that comes after its place is gone is not put elsewhere", () => {
  const kept = page(40, 31, "31");
  assert.equal(continued(kept, "11", page(10, 1)), kept);
});
