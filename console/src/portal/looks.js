/* The portal as the platform wants it to look. */
import { LANGUAGES } from "#languages";
import { chosenTheme, chooseTheme, forceTheme, nothingChosen, themeIsForced, THEMES } from "../language/preferences.js";
import { chooseLanguage, language } from "../language/texts.js";
import { edgeOf, inkOn } from "./colours.js";

const LOGO = /^data:image\/(png|jpeg|webp|svg\+xml);base64,[A-Za-z0-9+/]+={0,2}$/;
const COLOUR = /^#[0-9a-f]{6}$/i;

/**
 * Take over `{name, logo, colour, refreshUrl, origins}` of the configuration, each of which may lack, and show the colour.
 * What is none is taken for "".
 */
export function applyLooks({ name = "", logo = "", colour = "", refreshUrl = "", origins = [] } = {}) {
  const looks = {
    name,
    logo: LOGO.test(logo) ? logo : "",
    colour: COLOUR.test(colour) ? colour : "",
    refreshUrl: URL.canParse(refreshUrl) && /^https?:$/.test(new URL(refreshUrl).protocol) ? refreshUrl : "",
    origins,
  };
  const { dataset, style } = document.documentElement;
  if (looks.colour) {
    const ink = inkOn(looks.colour);
    dataset.branded = "";
    style.setProperty("--button", looks.colour);
    style.setProperty("--on-button", ink);
    const edge = edgeOf(looks.colour);
    style.setProperty("--button-edge", edge);
    if (edge !== looks.colour) style.setProperty("--button-edge-strong", edge);
    // Away from the ink, so that the text stands out more.
    style.setProperty("--button-strong", `color-mix(in srgb, ${looks.colour} 82%, ${ink === "#fff" ? "#000" : "#fff"})`);
  }
  const icon = document.querySelector("link[rel=icon]");
  if (looks.logo && icon) icon.href = looks.logo;
  return looks;
}

/** How this tab looks, for a tab that was opened from it: the platform's link has not come there. */
export function looksHere() {
  return { locale: language(), theme: chosenTheme(), forced: themeIsForced() };
}

/** Look as another tab does, where nothing was chosen in this one. */
export async function takeLooks({ locale, theme, forced } = {}) {
  if (!nothingChosen()) return;
  if (THEMES.includes(theme)) {
    chooseTheme(theme);
    forceTheme(forced === true);
  }
  if (Object.hasOwn(LANGUAGES, locale)) await chooseLanguage(locale);
}
