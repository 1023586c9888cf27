/* The arithmetic of the charts. Pure: hours in, bars and positions out. */

const HOUR_MS = 3_600_000;
// More than two days of bars one hour wide are too thin to tell apart, or to hit.
const MOST_HOURLY = 48;
const HOURS_OF_A_WIDE_BAR = 6;
const STEPS = [1, 2, 4, 6, 8, 10];

/** What a bar is made of, from the bottom up: its name, and the fields of an hour that it adds. */
export const PARTS = [
  ["delivered", ["delivered"]],
  ["pending", ["pending"]],
  ["given_up", ["expired", "skipped", "cancelled"]],
];

/**
 * The bars of `hours` (as `delivery-counts` gives them, oldest first): `{from, to, delivered, pending, given_up, total}`
 * each, times in ISO 8601, `to` the last millisecond of the bar. One hour wide, or six where there are many.
 */
export function barsOf(hours) {
  const width = hours.length > MOST_HOURLY ? HOURS_OF_A_WIDE_BAR : 1;
  const bars = [];
  // From the end, so that the bar of now is a whole one.
  for (let end = hours.length; end > 0; end -= width) bars.unshift(barOf(hours.slice(Math.max(end - width, 0), end)));
  return bars;
}

function barOf(hours) {
  const sum = (fields) => hours.reduce((all, hour) => fields.reduce((some, field) => some + hour[field], all), 0);
  const counts = Object.fromEntries(PARTS.map(([name, fields]) => [name, sum(fields)]));
  const total = PARTS.reduce((all, [name]) => all + counts[name], 0);
  return { ...counts, total, ...spanOf(hours) };
}

/** The time that consecutive hours cover, to their last millisecond. */
export function spanOf(hours) {
  const to = new Date(Date.parse(hours.at(-1).hour) + HOUR_MS - 1).toISOString();
  return { from: new Date(hours[0].hour).toISOString(), to };
}

/** The top of an axis: the smallest of 2, 4, 6, 8, 10 times a power of ten that is not below `most`. */
export function axisTop(most) {
  const power = 10 ** Math.floor(Math.log10(Math.max(most, 2)));
  const top = STEPS.find((step) => step * power >= most) * power;
  // The middle of the axis is labelled too, and counts are whole.
  return top % 2 === 0 ? top : top + 1;
}

/** Heights of a bar's parts, stacked: `[{name, count, y, height}]` in per cent of the plot from its top. */
export function stacked(bar, top) {
  let reached = 0;
  return PARTS.filter(([name]) => bar[name] > 0).map(([name]) => {
    const height = (bar[name] / top) * 100;
    reached += height;
    return { name, count: bar[name], y: 100 - reached, height };
  });
}

/**
 * Runs of neighbouring hours that have a latency, as points `{x, y, value, hour}` in per cent of the plot; a line is
 * drawn through each run, and broken where nothing was attempted.
 */
export function runsOf(hours, field, top) {
  const runs = [];
  let open = false;
  for (const [index, hour] of hours.entries()) {
    const value = hour.latency?.[field];
    if (value !== undefined) {
      if (!open) runs.push([]);
      runs.at(-1).push({ x: ((index + 0.5) / hours.length) * 100, y: 100 - (value / top) * 100, value, hour: hour.hour });
    }
    open = value !== undefined;
  }
  return runs;
}

/** Which of `count` places along an axis are labelled, so that at most `most` are; the last place is one of them. */
export function labelled(count, most) {
  const step = Math.ceil(count / most);
  return Array.from({ length: count }, (_, index) => index).filter((index) => (count - 1 - index) % step === 0);
}
