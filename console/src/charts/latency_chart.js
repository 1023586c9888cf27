/* How long receivers took to answer, hour by hour: the median, and what 95 of 100 attempts stayed below. */
import { html, nothing, svg } from "lit-html";
import { duration } from "../language/times.js";
import { chartFrame, chartWithout, grid, placeLabels, placeName, spanName, wholeSpan } from "./frame.js";
import { axisTop, labelled, runsOf, spanOf } from "./scale.js";

const MOST_LABELS = 6;
// More markers than this hide their line.
const MOST_MARKERS = 48;
const LINES = [["p95", "p95Ms"], ["p50", "p50Ms"]];

/** The chart of `counts`, an answer of `delivery-counts`; `options.title` replaces the heading. */
export function latencyChart(counts, t, options = {}) {
  const title = options.title ?? t("chart.latency");
  const { hours } = counts;
  const attempted = hours.filter(({ latency }) => latency);
  if (attempted.length === 0) return chartWithout(title, t("chart.latency_none"));
  const highest = Math.max(...attempted.map(({ latency }) => latency.p95Ms));
  const top = axisTop(highest);
  const [from, to] = wholeSpan(hours);
  const description = t("chart.latency_text", { from, to, highest: duration(highest) });
  return chartFrame(t, {
    title,
    legend: LINES.map(([name]) => ({ swatch: swatch(name), text: t(`chart.${name}`) })),
    ticks: [top, top / 2, 0].map((value) => duration(value)),
    drawing: drawing(hours, top, { title, description }, t),
    columns: [t("chart.time"), t("chart.p50"), t("chart.p95"), t("chart.slowest")],
    rows: attempted.toReversed().map((hour) => {
      const { from: start, to: end } = spanOf([hour]);
      return [spanName(start, end), ...["p50Ms", "p95Ms", "maxMs"].map((field) => duration(hour.latency[field]))];
    }),
  });
}

function swatch(name) {
  return html`<svg class="chart-swatch chart-swatch-line" aria-hidden="true">
    <line class="line-${name}" x1="0" x2="100%" y1="50%" y2="50%"/>${marker(name, { x: 50, y: 50 })}</svg>`;
}

function drawing(hours, top, { title, description }, t) {
  const span = hours.length * 3_600_000;
  const place = 100 / hours.length;
  const places = labelled(hours.length, MOST_LABELS).map((index) => [(index + 0.5) * place, placeName(hours[index].hour, span)]);
  return html`
    <div class="chart-drawing">
      <svg class="chart-plot" role="img" aria-labelledby="latency-chart-title latency-chart-text">
        <title id="latency-chart-title">${title}</title>
        <desc id="latency-chart-text">${description}</desc>
        ${grid()}
        ${LINES.map(([name, field]) => runsOf(hours, field, top).map((run) => line(name, run, hours.length, t)))}
      </svg>
      ${placeLabels(places)}
    </div>
  `;
}

function line(name, run, count, t) {
  const steps = run.slice(1).map((point, index) => [run[index], point]);
  // An hour that stands alone has no line: its marker is all there is to see.
  const marked = count <= MOST_MARKERS || run.length === 1;
  return svg`
    ${steps.map(([from, to]) => svg`<line class="line-${name}" x1="${from.x}%" y1="${from.y}%" x2="${to.x}%" y2="${to.y}%"/>`)}
    ${marked ? run.map((point) => svg`<g>
      <title>${t(`chart.${name}`)}: ${duration(point.value)}, ${spanName(point.hour, spanOf([point]).to)}</title>
      ${marker(name, point)}</g>`) : nothing}
  `;
}

/** Round for the median, square for p95: told apart without colour. */
function marker(name, { x, y }) {
  if (name === "p50") return svg`<circle class="marker-p50" cx="${x}%" cy="${y}%" r="3.5"/>`;
  return svg`<svg x="${x}%" y="${y}%" overflow="visible"><rect class="marker-p95" x="-3.5" y="-3.5" width="7" height="7"/></svg>`;
}
