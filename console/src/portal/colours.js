/* Text on a colour that somebody else has chosen. Pure. */

/** Black or white, "#000" or "#fff": whichever stands out more from a colour "#rrggbb". It is 4.58:1 at least, on any colour. */
export function inkOn(colour) {
  const luminance = luminanceOf(colour);
  return 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 ? "#fff" : "#000";
}

// Below 3:1 against a light page, whose luminance is about 1, and against a dark one, of about 0.01.
const LIKE_LIGHT = 0.3;
const LIKE_DARK = 0.13;

/** What a button of this colour has around it: on a page that is much alike, light or dark, half its text's colour. */
export function edgeOf(colour) {
  const luminance = luminanceOf(colour);
  const mixed = `color-mix(in srgb, ${colour}, ${inkOn(colour)})`;
  if (luminance >= LIKE_LIGHT) return `light-dark(${mixed}, ${colour})`;
  return luminance <= LIKE_DARK ? `light-dark(${colour}, ${mixed})` : colour;
}

/** The relative luminance of a colour "#rrggbb", 0 to 1 (WCAG 2.2). */
export function luminanceOf(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => linear(Number.parseInt(colour.slice(at, at + 2), 16) / 255));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function linear(value) {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}
