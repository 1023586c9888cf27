/* Times as the reader's zone and language write them; UTC is one hover away. */
import { twinOf } from "./clock.js";
import { language, locale } from "./texts.js";

const MOMENT = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)(\.?)/g;
const UNITS = [["day", 86_400], ["hour", 3_600], ["minute", 60], ["second", 1]];

/**
 * A date and time with seconds in the reader's zone. `iso` as the API gives it; milliseconds serve too. A time that the
 * clock shows twice, on the day it is put back, says by its offset which of the two it is.
 */
export function dateTime(iso, { zone, tag = locale() } = {}) {
  const text = new Intl.DateTimeFormat(tag, { dateStyle: "medium", timeStyle: "medium", timeZone: zone }).format(new Date(iso));
  return withOffset(text, iso, { zone, tag });
}

/** A text with the times in it as the reader writes them, instead of as the API does; "8:00 a.m." ends a sentence by itself. */
export function withTimes(text, tag = locale()) {
  return text.replaceAll(MOMENT, (_, iso, stop) => {
    const told = dateTime(iso, { tag });
    return told.endsWith(".") ? told : told + stop;
  });
}

/** A day of the calendar, `2026-01-31`, which is the same in every zone. */
export function day(text, { tag = locale() } = {}) {
  return new Intl.DateTimeFormat(tag, { dateStyle: "medium", timeZone: "UTC" }).format(new Date(text));
}

/** The time only, if it is of the reader's today; else date and time, with the year where it is another. With `seconds` where times stand close together. */
export function shortTime(iso, { now = Date.now(), zone, tag = locale(), seconds = false } = {}) {
  const day = new Intl.DateTimeFormat(tag, { dateStyle: "short", timeZone: zone });
  const form = new Intl.DateTimeFormat(tag, { timeStyle: seconds ? "medium" : "short", timeZone: zone });
  const time = withOffset(form.format(new Date(iso)), iso, { zone, tag });
  if (day.format(new Date(iso)) === day.format(now)) return time;
  const year = new Intl.DateTimeFormat(tag, { year: "numeric", timeZone: zone });
  const other = year.format(new Date(iso)) === year.format(now) ? {} : { year: "numeric" };
  const date = new Intl.DateTimeFormat(tag, { day: "numeric", month: "short", ...other, timeZone: zone }).format(new Date(iso));
  return `${date}, ${time}`;
}

/** How long ago, or how soon, in the largest unit that fits: "3 minutes ago", "in 20 seconds". */
export function relativeTime(iso, { now = Date.now(), tag = locale() } = {}) {
  const seconds = Math.round((new Date(iso) - now) / 1000);
  const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  // A day is 24 hours here: "yesterday" would be wrong of what is 47 hours ago.
  const numeric = unit === "day" ? "always" : "auto";
  return new Intl.RelativeTimeFormat(tag, { numeric }).format(Math.trunc(seconds / size), unit);
}

/** For a title: the exact time in the reader's zone and in UTC. */
export function exactTime(iso, { zone, tag = locale() } = {}) {
  const own = new Intl.DateTimeFormat(tag, {
    year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit",
    timeZone: zone, timeZoneName: "short",
  }).format(new Date(iso));
  return `${own} · ${new Date(iso).toISOString().replace("T", " ").slice(0, 19)} UTC`;
}

/** Milliseconds as a reader takes them: "85 ms", "1.2 s". */
export function duration(milliseconds, tag = locale()) {
  if (milliseconds < 1000) return `${milliseconds} ms`;
  return `${new Intl.NumberFormat(tag, { maximumFractionDigits: 1 }).format(milliseconds / 1000)} s`;
}

/** The name of the reader's time zone, such as "Europe/Lisbon". */
export function zoneName() {
  return new Intl.DateTimeFormat(language()).resolvedOptions().timeZone;
}

function withOffset(text, iso, { zone, tag }) {
  if (twinOf(iso, zone) === null) return text;
  const named = new Intl.DateTimeFormat(tag, { timeZone: zone, timeZoneName: "short" }).formatToParts(new Date(iso));
  return `${text} ${named.find(({ type }) => type === "timeZoneName").value}`;
}
