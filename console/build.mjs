/* Builds the console into functions/console/static: scripts, style sheets, and the pages that name them. */
import { cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";
import { handbookPlugin } from "./handbook.mjs";
import { languagesPlugin } from "./languages.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const target = fileURLToPath(new URL("../functions/console/static/", import.meta.url));
// Built beside the target and then moved, so that nobody packs half a bundle.
const draft = fileURLToPath(new URL("./node_modules/.console/", import.meta.url));

const PAGES = ["index.html", "reference.html"];

/** Minifying leaves templates as they are written: their indentation, which no page shows, would be sent to every browser. */
const indentationPlugin = {
  name: "indentation",
  setup(build) {
    build.onLoad({ filter: /console\/src\/.*\.js$/ }, async ({ path }) => ({ contents: (await readFile(path, "utf8")).replaceAll(/\n[ ]+/g, "\n") }));
  },
};

const common = {
  absWorkingDir: here,
  outdir: `${draft}assets`,
  // The names change with the content, so that browsers may keep the files for ever.
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  metafile: true,
  charset: "utf8",
  target: ["es2022", "chrome123", "firefox128", "safari17.5"],
  loader: { ".svg": "copy" },
  legalComments: "linked",
  plugins: [languagesPlugin, handbookPlugin, indentationPlugin],
  logLevel: "warning",
};

/**
 * A module that loads the texts of one language; a script that runs before the first paint; a style sheet; an icon; and the API reference,
 * by itself, so that the console shares no file with it that is not there without it.
 */
const builds = [
  { ...common, format: "esm", splitting: true, entryPoints: { console: "src/main.js" } },
  { ...common, format: "esm", entryPoints: { docs: "src/reference/docs.js" } },
  { ...common, entryPoints: { reference: "src/styles/reference.css" } },
  { ...common, format: "iife", entryPoints: { theme: "src/theme.js" } },
  { ...common, entryPoints: { style: "src/styles/index.css", mark: "src/mark.svg" } },
];

/** A page of `src` with the names of the files that were built. */
async function page(file, outputs) {
  const names = Object.fromEntries(
    Object.entries(outputs)
      .filter(([, output]) => output.entryPoint)
      .map(([path, output]) => [basename(output.entryPoint).split(".")[0], `/console/assets/${basename(path)}`]),
  );
  const source = await readFile(`${here}src/${file}`, "utf8");
  return source.replaceAll(/\{\{(\w+)\}\}/g, (_, name) => names[name]);
}

async function build() {
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  const built = await Promise.all(builds.map((options) => esbuild.build(options)));
  const outputs = Object.assign({}, ...built.map(({ metafile }) => metafile.outputs));
  for (const file of PAGES) await writeFile(`${draft}${file}`, await page(file, outputs));
  await rm(target, { recursive: true, force: true });
  await rename(draft, target).catch(() => cp(draft, target, { recursive: true }));
  for (const [path, { bytes }] of Object.entries(outputs)) {
    console.log(`${String(bytes).padStart(8)} ${basename(path)}`);
  }
}

if (process.argv.includes("--watch")) {
  const { watch } = await import("node:fs");
  let timer;
  const changed = () => {
    clearTimeout(timer);
    timer = setTimeout(() => build().catch((error) => console.error(error.message)), 100);
  };
  watch(`${here}src`, { recursive: true }, changed);
  watch(`${here}../docs`, changed);
}
await build();
