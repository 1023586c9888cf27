/* A webhook's last day in a cell of a table: how much was delivered, how fast, and hour by hour as small bars. */
import { html, nothing, svg } from "lit-html";
import { t } from "../language/texts.js";
import { duration } from "../language/times.js";
import { barsOf, PARTS, stacked } from "./scale.js";

/** Of a bar's place; the rest is the gap to the next. */
const FILLED = 0.7;

/**
 * What `hours` of `delivery-counts` come to: `{counts, rate, p95Ms}`. `rate` is the delivered part of what was to be
 * sent, null where nothing was; what was skipped or withdrawn was not. `p95Ms` is the highest of an hour's, null where none was sent.
 */
export function dayOf(hours) {
  const bars = barsOf(hours);
  const counts = Object.fromEntries(PARTS.map(([name]) => [name, bars.reduce((all, bar) => all + bar[name], 0)]));
  const sent = hours.reduce((all, { delivered, pending, expired }) => all + delivered + pending + expired, 0);
  const slowest = hours.filter(({ latency }) => latency).map(({ latency }) => latency.p95Ms);
  return { counts, rate: sent ? counts.delivered / sent : null, p95Ms: slowest.length ? Math.max(...slowest) : null };
}

/** The cell; nothing while `counts` (an answer of `delivery-counts`) is not there. */
export function dayCell(counts) {
  if (!counts) return nothing;
  const day = dayOf(counts.hours);
  const facts = [
    day.rate === null ? t("standing.rate_none") : t("standing.rate", { rate: percent(day.rate) }),
    ...(day.p95Ms === null ? [] : [t("standing.latency", { duration: duration(day.p95Ms) })]),
  ];
  return html`<div class="day">${spark(counts.hours, day.counts)}<span class="day-facts">${facts.map((fact) => html`<span>${fact}</span>`)}</span></div>`;
}

/** Whole per cents, but never "all" where one is missing, nor "none" where one is there. */
function percent(rate) {
  const whole = Math.round(rate * 100);
  const shown = rate < 1 && whole === 100 ? 99 : rate > 0 && whole === 0 ? 1 : whole;
  return t("percent", { number: shown });
}

function spark(hours, counts) {
  const bars = barsOf(hours);
  const top = Math.max(1, ...bars.map(({ total }) => total));
  const place = 100 / bars.length;
  return html`
    <svg class="spark" role="img" aria-label=${t("standing.spark", counts)}>
      <line class="spark-ground" x1="0" x2="100%" y1="100%" y2="100%"/>
      ${bars.map((bar, index) => stacked(bar, top).map(({ name, y, height }) => svg`
        <rect class="part-${name}" x="${index * place}%" y="${y}%" width="${place * FILLED}%" height="${height}%"/>`))}
    </svg>`;
}
