/* The languages that there are: the folders of src/texts, each with its own name, its locale and its texts. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const TEXTS = new URL("./src/texts/", import.meta.url);

const codes = () => readdirSync(TEXTS).sort();
const about = (code) => JSON.parse(readFileSync(new URL(`${code}/language.json`, TEXTS), "utf8"));

/** What `#languages` means to Node.js, in tests: `{code: {name, locale, load}}`. */
export const LANGUAGES = Object.fromEntries(codes().map((code) => [
  code, { ...about(code), load: () => import(new URL(`${code}/index.js`, TEXTS)) },
]));

/** Puts the same into a bundle, since a browser can read no folders: the texts of each language become a file of their own. */
export const languagesPlugin = {
  name: "languages",
  setup(build) {
    build.onResolve({ filter: /^#languages$/ }, () => ({ path: "languages", namespace: "languages" }));
    build.onLoad({ filter: /.*/, namespace: "languages" }, () => ({
      contents: `export const LANGUAGES = {${codes().map((code) => `
        ${JSON.stringify(code)}: { ...${JSON.stringify(about(code))}, load: () => import("./${code}/index.js") }`).join(",")} };`,
      resolveDir: fileURLToPath(TEXTS),
    }));
  },
};
