/* JSON that is indented without being parsed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { indented, partsOf } from "../src/json_text.js";

test("indented text is what JSON.stringify makes of it", () => {
  const values = [
    { accountId: 1010, events: [{ data: {}, list: [], text: 'a "quoted, {odd}: [text]" \\', nothing: null }] },
    [1, [2, [true, "é 👋"]], {}],
  ];
  for (const value of values) assert.equal(indented(JSON.stringify(value)), JSON.stringify(value, null, 2));
});

test("numbers keep every digit", () => {
  assert.equal(indented('{"id":12345678901234567890,"ratio":1.0}'), '{\n  "id": 12345678901234567890,\n  "ratio": 1.0\n}');
});

test("what is nested deeper than any event stays as it is", () => {
  const nested = (depth) => "[".repeat(depth) + "]".repeat(depth);
  assert.equal(indented(nested(8000)), nested(8000));
  assert.notEqual(indented(nested(100)), nested(100));
});

test("text that is no JSON stays as it is", () => {
  for (const text of ["", "<html>{}</html>", '{"a":', "12", '"text"']) assert.equal(indented(text), text);
});

test("parts are told apart, and make up the very text", () => {
  const text = '{"a:b": "x\\": {1}", "n" : -1.5e3, "l": [true, null, 12345678901234567890]}';
  const parts = partsOf(text);
  assert.equal(parts.map(([, part]) => part).join(""), text);
  assert.deepEqual(parts.filter(([kind]) => kind), [
    ["key", '"a:b"'], ["string", '"x\\": {1}"'], ["key", '"n"'], ["number", "-1.5e3"], ["key", '"l"'],
    ["word", "true"], ["word", "null"], ["number", "12345678901234567890"],
  ]);
});

test("what is no JSON, or very long, has no parts", () => {
  for (const text of ["", "text", '{"a":', "12", `["${"x".repeat(40_000)}"]`]) assert.equal(partsOf(text), null);
});
