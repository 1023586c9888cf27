/* Text on a colour that somebody else has chosen. Pure. */

/** Black or white, "#000" or "#fff": whichever stands out more from a colour "#rrggbb". It is 4.58:1 at least, on any colour. */
export function inkOn(colour) {
  const luminance = luminanceOf(colour);
  return 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 ? "#fff" : "#000";
}

/** The relative luminance of a colour "#rrggbb", 0 to 1 (WCAG 2.2). */
export function luminanceOf(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => linear(Number.parseInt(colour.slice(at, at + 2), 16) / 255));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function linear(value) {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}
