// Makes src/generated/ from docs/openapi.json: the types of all calls, and which POSTs take an Idempotency-Key.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const DOCUMENT = new URL("../../docs/openapi.json", import.meta.url);
const TARGET = new URL("src/generated/", import.meta.url);

/** The paths of which a POST takes a key, as a module. */
function keyed(document) {
  const paths = Object.entries(document.paths)
    .filter(([, { post }]) => post?.parameters?.some(({ name }) => name === "Idempotency-Key"))
    .map(([path]) => path);
  return `export const KEYED: ReadonlySet<string> = new Set(${JSON.stringify(paths, null, 2)});\n`;
}

// What the generator leaves out with a warning would be missed only by who needs it.
console.warn = (warning) => {
  throw new Error(warning);
};

await mkdir(TARGET, { recursive: true });
await writeFile(new URL("api.ts", TARGET), astToString(await openapiTS(DOCUMENT, { defaultNonNullable: false })));
await writeFile(new URL("keyed.ts", TARGET), keyed(JSON.parse(await readFile(DOCUMENT, "utf8"))));
