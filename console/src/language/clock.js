/* The clock on the wall of a time zone, on the day it is put back too. Pure. */

const HALF_A_DAY_MS = 43_200_000;

/**
 * The other moment at which the clock shows the same, in milliseconds: there is one where the clock is put back, and an
 * hour, or half of one, comes twice. Else null.
 */
export function twinOf(iso, zone) {
  const moment = Number(new Date(iso));
  const offset = offsetAt(moment, zone);
  for (const other of [moment - HALF_A_DAY_MS, moment + HALF_A_DAY_MS].map((near) => offsetAt(near, zone))) {
    const twin = moment + offset - other;
    if (other !== offset && offsetAt(twin, zone) === other) return twin;
  }
  return null;
}

/** How far the clock is before UTC at a moment, in milliseconds; without a zone it is the reader's. */
function offsetAt(moment, zone) {
  if (!zone) return -60_000 * new Date(moment).getTimezoneOffset();
  const clock = new Intl.DateTimeFormat("en", {
    timeZone: zone, hourCycle: "h23",
    year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric",
  });
  const shown = Object.fromEntries(clock.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
  const { year, month, day, hour, minute, second } = shown;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(moment / 1000) * 1000;
}
