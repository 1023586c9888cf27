/* JSON that somebody types. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { objectOf } from "../src/json_entry.js";

test("an object is taken, with numbers of any length as they stand", () => {
  assert.deepEqual(objectOf(' {"a": [1, "b"]}\n').value, { a: [1, "b"] });
  const { value } = objectOf('{"id": 12345678901234567890}');
  assert.ok(!JSON.rawJSON || JSON.stringify(value) === '{"id":12345678901234567890}');
});

test("what is JSON but no object says so", () => {
  for (const text of ["[]", "5", "null", '"{}"', "12345678901234567890"]) assert.deepEqual(objectOf(text), { problem: "object" }, text);
});

test("what is no JSON is told with its place", () => {
  assert.deepEqual(objectOf('{\n  "a": 1,\n  "b" 2\n}'), { problem: "syntax", line: 3, column: 7 });
  assert.deepEqual(objectOf('{\n  "a": 1'), { problem: "syntax", line: 2, column: 9 });
  assert.equal(objectOf("").problem, "syntax");
});
