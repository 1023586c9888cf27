/* The looks that the platform's link asks for, in its fragment. */
import { LANGUAGES } from "#languages";

/** "light" or "dark", or undefined where the fragment names neither. */
export function themeAsked(hash) {
  return ["light", "dark"].find((one) => one === valueOf(hash, "theme"));
}

/** The code of the language of the fragment's locale, in whatever region; undefined where there are no texts in it. */
export function languageAsked(hash) {
  const language = valueOf(hash, "locale")?.toLowerCase().split("-")[0];
  return Object.keys(LANGUAGES).find((one) => one === language);
}

function valueOf(hash, name) {
  return new URLSearchParams(hash.slice(1)).get(name);
}
