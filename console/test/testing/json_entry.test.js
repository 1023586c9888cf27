/* JSON that somebody types. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { objectOf } from "../../src/testing/json_entry.js";
import { faultAt } from "../../src/testing/json_fault.js";

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
  assert.deepEqual(objectOf('{"score": }'), { problem: "syntax", line: 1, column: 11 });
  assert.deepEqual(objectOf(""), { problem: "syntax", line: 1, column: 1 });
});

test("what the browser takes for JSON has no fault, and everything else has one", () => {
  const good = ['{"a":[1,-0.5e+3,true,null,{}],"b":"\\u00e9\\n"}', " [ ] ", "5", '"x"', "{}", '[[],{"a":{}}]'];
  const parts = ["{", "}", "[", "]", ",", ":", '"a"', "1", "01", "tru", "true", "'a'", '"\\x"', " ", "\n", "-", "1.", '"'];
  // Every text of up to four parts.
  const texts = [""];
  for (let at = 0; at < texts.length && texts.length < 12_000; at += 1) texts.push(...parts.map((part) => texts[at] + part));
  for (const text of [...good, ...texts]) {
    const parses = (() => {
      try {
        JSON.parse(text);
        return true;
      } catch {
        return false;
      }
    })();
    assert.equal(faultAt(text) === -1, parses, text);
  }
});

test("a fault is where the first wrong character, word or end stands", () => {
  const places = { '{"a" 1}': 5, '{"a":1,}': 7, "[1 2]": 3, "{,}": 1, '{"a":"b': 5, "[1]]": 3, "[": 1, "[tru]": 1, "[1": 2, "{]": 1 };
  for (const [text, place] of Object.entries(places)) assert.equal(faultAt(text), place, text);
});
