/* The handbook for receivers, made data for the console, and the recipes beside it. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { blocksOf, handbook, sources } from "../handbook.mjs";
import { RECIPES } from "../src/recipes.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const page = readFileSync(`${ROOT}docs/receiving.md`, "utf8");
const kinds = (value) => (value === null || typeof value !== "object" ? []
  : [...(value.kind ? [value.kind] : []), ...Object.values(value).flatMap(kinds)]);

test("everything that is written in the file is in the console, word by word and in its order", () => {
  const words = (value) => (typeof value === "string" ? [value] : Array.isArray(value) ? value.flatMap(words)
    : [...words(value.text ?? ""), ...words(value.inside ?? []), ...words(value.head ?? []), ...words(value.rows ?? []), ...words(value.items ?? [])]);
  const spoken = (text) => text.match(/[\p{L}\p{N}]+/gu);
  const written = page.replace(/^# .*$/m, "").replaceAll(/^```\w*$/gm, "").replaceAll(/\]\([^)]+\)/g, "]").replaceAll(/^\d\. /gm, "");
  assert.deepEqual(spoken(words(handbook()).join(" ")), spoken(written));
});

test("marks are told apart, and what only looks like one stays text", () => {
  assert.deepEqual(blocksOf("# T\n\nA **b** *c* `d<e` <f & g \\* h\ni"), [{ kind: "paragraph", inside: [
    "A ", { kind: "strong", inside: ["b"] }, " ", { kind: "em", inside: ["c"] }, " ", { kind: "code", text: "d<e" }, " <f & g ", "*", " h i",
  ] }]);
  assert.deepEqual(blocksOf("1. a\n2. b `c`\n")[0].items, [["a"], ["b ", { kind: "code", text: "c" }]]);
});

test("a link leads to a heading, a recipe or another site; to other files of the project there is none", () => {
  const [{ id }, { inside }] = blocksOf("## What, why?\n\n[a](#what-why)[b](https://example.com)[c](../console/src/recipes/verify.py)[d](operating.md#x)");
  assert.equal(id, "what-why");
  assert.deepEqual(inside, [
    { kind: "anchor", id: "what-why", inside: ["a"] },
    { kind: "link", href: "https://example.com", inside: ["b"] },
    { kind: "recipe", id: "python", inside: ["c"] },
    "d",
  ]);
});

test("what the console cannot show, and links into nothing, end the build", () => {
  for (const [text, said] of [
    ["<script>alert(1)</script>", /cannot show html/], ["a <b>c</b>", /cannot show html/], ["![a](b.png)", /cannot show image/], ["> a", /cannot show blockquote/],
    ["- a\n  - b", /cannot show list in a list/], ["[a](#gone)", /no heading for #gone/], ["[a](gone.md)", /no file for gone\.md/],
    ["[a](javascript:alert)", /no file for/], ["[a](http://example.com)", /no file for/],
  ]) assert.throws(() => blocksOf(text), said, text);
});

test("headings have ids of their own, and none that the page around them has", () => {
  const ids = handbook().filter(({ kind }) => kind === "heading").map(({ id }) => id);
  const taken = readdirSync(`${ROOT}console/src`, { recursive: true }).filter((name) => /\.(js|html)$/.test(name))
    .flatMap((name) => [...readFileSync(`${ROOT}console/src/${name}`, "utf8").matchAll(/\bid="([\w-]+)"/g)].map(([, id]) => id));
  assert.equal(new Set(ids).size, ids.length);
  assert.deepEqual(ids.filter((id) => taken.includes(id)), []);
});

test("the handbook links every recipe that the console shows, and shows every recipe that it links", () => {
  const linked = new Set(page.match(/(?<=\]\(\.\.\/)(?:console\/src\/recipes|examples\/receiving(?=\/[a-z]))\/[^)#]+\.\w+(?=[)#])/g));
  const shown = RECIPES.map(({ files }) => files[0]);
  assert.deepEqual(shown.filter((path) => !linked.has(path)), []);
  const known = new Set(RECIPES.flatMap(({ files }) => files));
  assert.deepEqual([...linked].filter((path) => !known.has(path)), []);
  const folders = readdirSync(`${ROOT}examples/receiving`, { withFileTypes: true }).filter((entry) => entry.isDirectory() && entry.name !== "sample");
  assert.deepEqual(folders.filter(({ name }) => ![...known].some((path) => path.startsWith(`examples/receiving/${name}/`))), []);
  for (const [path, source] of Object.entries(sources())) assert.ok(source.length > 0, path);
  assert.equal(new Set(RECIPES.map(({ id }) => id)).size, RECIPES.length);
});

test("nothing that the handbook holds is drawn as HTML: each kind of it has its template", () => {
  const view = readFileSync(`${ROOT}console/src/receiving/handbook.js`, "utf8");
  assert.doesNotMatch(view, /unsafe|innerHTML/i);
  const drawn = ["heading", "paragraph", "block", "list", "table", "code", "strong", "em", "anchor", "link", "recipe"];
  assert.deepEqual([...new Set(kinds(handbook()))].filter((kind) => !drawn.includes(kind)), []);
});
