/* The handbook for receivers, docs/receiving.md, as data: the console draws it by its own templates, no HTML is made of it. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Lexer } from "marked";
import { RECIPES } from "./src/recipes.js";

const PROJECT = fileURLToPath(new URL("../", import.meta.url));
const PAGE = "docs/receiving.md";
// A table or a list in front of a bundle that is built would be missed by nobody: what is not known here ends the build.
const BLOCKS = { heading, paragraph, code, list, table };
const INLINE = { text, escape: text, codespan, strong: marked("strong"), em: marked("em"), link };

/** The blocks of a page in Markdown, below its title; throws for what the console cannot draw, and for links into nothing. */
export function blocksOf(markdown) {
  const blocks = new Lexer({ gfm: true }).lex(markdown).filter(({ type, depth }) => type !== "space" && depth !== 1).map(block);
  const ids = new Set(blocks.map(({ id }) => id));
  for (const [anchor] of anchorsIn(blocks)) if (!ids.has(anchor)) throw new Error(`${PAGE}: no heading for #${anchor}`);
  return blocks;
}

/** The handbook as it is now. */
export function handbook() {
  return blocksOf(readFileSync(join(PROJECT, PAGE), "utf8"));
}

/** The text of every file of every recipe, by its path in the project. */
export function sources() {
  return Object.fromEntries(RECIPES.flatMap(({ files }) => files).map((path) => [path, readFileSync(join(PROJECT, path), "utf8")]));
}

/** What `#handbook` means in a bundle: both of them, for the page that shows them. */
export const handbookPlugin = {
  name: "handbook",
  setup(build) {
    build.onResolve({ filter: /^#handbook$/ }, () => ({ path: "handbook", namespace: "handbook" }));
    build.onLoad({ filter: /.*/, namespace: "handbook" }, () => ({
      contents: `export const HANDBOOK = ${JSON.stringify(handbook())};\nexport const SOURCES = ${JSON.stringify(sources())};`,
    }));
  },
};

function block(token) {
  if (!(token.type in BLOCKS)) throw new Error(`${PAGE}: cannot show ${token.type}: ${token.raw}`);
  return BLOCKS[token.type](token);
}

function inline(tokens) {
  return tokens.flatMap((token) => {
    if (!(token.type in INLINE)) throw new Error(`${PAGE}: cannot show ${token.type}: ${token.raw}`);
    return INLINE[token.type](token);
  });
}

/** `id` as GitHub makes it, so that a link to a heading leads there too. */
function heading({ depth, tokens, text: title }) {
  const id = title.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-");
  return { kind: "heading", depth, id, inside: inline(tokens) };
}

function paragraph({ tokens }) {
  return { kind: "paragraph", inside: inline(tokens) };
}

function code({ text: source, lang }) {
  return { kind: "block", text: source, language: lang ?? "" };
}

function list({ ordered, items }) {
  return { kind: "list", ordered, items: items.map(({ tokens }) => inline(tokens.flatMap(({ type, raw, tokens: inner }) => {
    if (type !== "text" && type !== "paragraph") throw new Error(`${PAGE}: cannot show ${type} in a list: ${raw}`);
    return inner;
  }))) };
}

function table({ header, rows }) {
  return { kind: "table", head: header.map(cell), rows: rows.map((row) => row.map(cell)) };
}

function cell({ tokens }) {
  return inline(tokens);
}

function text({ text: words }) {
  return [words.replaceAll("\n", " ")];
}

function codespan({ text: words }) {
  return [{ kind: "code", text: words }];
}

function marked(kind) {
  return ({ tokens }) => [{ kind, inside: inline(tokens) }];
}

/** A heading of the page, a recipe of the console, another site; what else there is in the project is text here. */
function link({ href, tokens }) {
  const inside = inline(tokens);
  if (href.startsWith("#")) return [{ kind: "anchor", id: href.slice(1), inside }];
  if (href.startsWith("https://")) return [{ kind: "link", href, inside }];
  const path = join(dirname(PAGE), href.split("#")[0]);
  if (!existsSync(join(PROJECT, path))) throw new Error(`${PAGE}: no file for ${href}`);
  const recipe = RECIPES.find(({ files }) => files.includes(path));
  return recipe ? [{ kind: "recipe", id: recipe.id, inside }] : inside;
}

function anchorsIn(value) {
  if (value === null || typeof value !== "object") return [];
  const own = value.kind === "anchor" ? [[value.id]] : [];
  return [...own, ...Object.values(value).flatMap(anchorsIn)];
}
