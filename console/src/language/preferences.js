/* What the reader chose about the console itself. It stays in this browser and holds nothing of an account. */
import { LANGUAGES } from "#languages";
import { inPortal } from "../portal/mode.js";
import { browserStorage, tabStorage } from "../storage.js";

const THEME = "theme";
const FORCED = "theme_forced";
const LANGUAGE = "language";

export const THEMES = ["system", "light", "dark"];

/** The chosen theme: "light", "dark", or "system" where nothing was chosen. */
export function chosenTheme() {
  return pick(read(THEME), THEMES) ?? "system";
}

/** Remember a theme and show it. */
export function chooseTheme(theme) {
  rememberTheme(theme);
  applyTheme(theme);
}

/** Remember a theme. */
export function rememberTheme(theme) {
  write(THEME, theme);
}

/** Whether a portal's link says which theme it is: then nobody chooses one. */
export function themeIsForced() {
  return inPortal() && read(FORCED) === "yes";
}

/** Remember whether a link says so. */
export function forceTheme(forced) {
  write(FORCED, forced ? "yes" : "no");
}

/** Whether neither theme nor language was ever chosen here, nor asked for by a link. */
export function nothingChosen() {
  return read(THEME) === null && read(LANGUAGE) === null;
}

/** Show a theme; the style sheet takes the system's where the attribute is missing. */
export function applyTheme(theme) {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

/** The chosen language, else the first of the browser's that there are texts in, in whatever region, else English. */
export function chosenLanguage(wanted = navigator.languages ?? [navigator.language]) {
  const known = Object.keys(LANGUAGES);
  const ofBrowser = wanted.map((tag) => tag.toLowerCase().split("-")[0]).find((code) => known.includes(code));
  return pick(read(LANGUAGE), known) ?? ofBrowser ?? "en";
}

/** Remember a language. */
export function rememberLanguage(language) {
  write(LANGUAGE, language);
}

function pick(value, allowed) {
  return allowed.includes(value) ? value : undefined;
}

/** A platform's customer looks at the portal as the platform wants it; that is no choice for the console. */
function kept(name) {
  return inPortal() ? [tabStorage, `recado.portal.${name}`] : [browserStorage, `recado.${name}`];
}

function read(name) {
  const [storage, key] = kept(name);
  return storage.getItem(key);
}

function write(name, value) {
  const [storage, key] = kept(name);
  storage.setItem(key, value);
}
