/* A reader of one language, where there is no browser. */
import { chooseLanguage } from "../src/language/texts.js";

/** Show the texts of a language, with dates as its own locale writes them. */
export async function reading(code) {
  globalThis.document ??= { documentElement: {} };
  globalThis.localStorage ??= { getItem: () => null, setItem() {} };
  Object.defineProperty(globalThis, "navigator", { value: { languages: [] }, configurable: true });
  await chooseLanguage(code);
}
