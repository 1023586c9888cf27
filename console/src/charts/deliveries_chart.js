/* How many deliveries there were, hour by hour, and what became of them: stacked bars. */
import { html, nothing, svg } from "lit-html";
import { chartFrame, chartWithout, grid, placeLabels, placeName, spanName, wholeSpan } from "./frame.js";
import { axisTop, barsOf, labelled, PARTS, stacked } from "./scale.js";

const MOST_LABELS = 6;
// Of a bar's place along the axis; the rest is the gap to the next.
const FILLED = 0.72;

/**
 * The chart of `counts`, an answer of `delivery-counts`.
 *
 * `options.title` replaces the heading. `options.href(from, to)` gives the address of the deliveries of a bar's time:
 * the table links there, and `options.navigate(address)` goes there on a click on the bar.
 */
export function deliveriesChart(counts, t, options = {}) {
  const title = options.title ?? t("chart.deliveries");
  const bars = barsOf(counts.hours);
  const most = Math.max(0, ...bars.map(({ total }) => total));
  if (most === 0) return chartWithout(title, t("chart.deliveries_none"));
  const top = axisTop(most);
  const [from, to] = wholeSpan(counts.hours);
  const description = t("chart.deliveries_text", { from, to, ...totals(bars) });
  return chartFrame(t, {
    title,
    legend: legend(bars, t),
    ticks: [top, top / 2, 0].map((count) => t("number", { number: count })),
    drawing: drawing(bars, top, { title, description }, t, options),
    columns: [t("chart.time"), ...PARTS.map(([name]) => t(`chart.${name}`))],
    rows: bars.toReversed().map((bar) => rowOf(bar, options, t)),
    hint: options.href ? html`<p class="chart-hint">${t("chart.rows_lead")}</p>` : nothing,
  });
}

function totals(bars) {
  const sum = (name) => bars.reduce((all, bar) => all + bar[name], 0);
  return Object.fromEntries(PARTS.map(([name]) => [name, sum(name)]));
}

function legend(bars, t) {
  const all = totals(bars);
  return PARTS.map(([name]) => ({
    swatch: html`<svg class="chart-swatch" aria-hidden="true"><rect class="part-${name}" width="100%" height="100%" rx="2"/>${texture(name, "0", "0", "100%", "100%")}</svg>`,
    text: html`${t(`chart.${name}`)} <strong class="number">${t("number", { number: all[name] })}</strong>`,
  }));
}

/** Stripes or dots over a part, so that it is not known by its colour alone; the pattern stands in each drawing once. */
function texture(name, x, y, width, height) {
  if (name === "delivered") return nothing;
  return svg`<rect fill="url(#texture-${name})" x=${x} y=${y} width=${width} height=${height} rx="2"/>`;
}

function textures() {
  return svg`<defs>
    <pattern id="texture-pending" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <rect class="texture" width="2" height="6"/></pattern>
    <pattern id="texture-given_up" width="5" height="5" patternUnits="userSpaceOnUse">
      <circle class="texture" cx="2.5" cy="2.5" r="1.1"/></pattern>
  </defs>`;
}

function drawing(bars, top, { title, description }, t, options) {
  const place = 100 / bars.length;
  const span = Date.parse(bars.at(-1).to) - Date.parse(bars[0].from);
  const places = labelled(bars.length, MOST_LABELS).map((index) => [(index + 0.5) * place, placeName(bars[index].from, span)]);
  return html`
    <div class="chart-drawing">
      <svg class="chart-plot" role="img" aria-labelledby="deliveries-chart-title deliveries-chart-text">
        <title id="deliveries-chart-title">${title}</title>
        <desc id="deliveries-chart-text">${description}</desc>
        ${textures()}${grid()}
        ${bars.map((bar, index) => barDrawing(bar, { x: index * place, place, top }, t, options))}
      </svg>
      ${placeLabels(places)}
    </div>
  `;
}

function barDrawing(bar, { x, place, top }, t, { href, navigate }) {
  const left = `${x + (place * (1 - FILLED)) / 2}%`;
  const width = `${place * FILLED}%`;
  const go = href && navigate && bar.total ? () => navigate(href(bar.from, bar.to)) : nothing;
  return svg`
    <g class=${go === nothing ? "bar" : "bar bar-link"} @click=${go === nothing ? null : go}>
      <title>${tooltip(bar, t)}</title>
      <rect class="bar-place" x="${x}%" width="${place}%" height="100%"/>
      ${stacked(bar, top).map(({ name, y, height }) => svg`
        <rect class="part-${name}" x=${left} y="${y}%" width=${width} height="${height}%" rx="2"/>
        ${texture(name, left, `${y}%`, width, `${height}%`)}`)}
    </g>
  `;
}

function tooltip(bar, t) {
  const lines = PARTS.map(([name]) => `${t(`chart.${name}`)}: ${t("number", { number: bar[name] })}`);
  return [spanName(bar.from, bar.to), ...lines].join("\n");
}

function rowOf(bar, { href }, t) {
  const name = spanName(bar.from, bar.to);
  const head = href && bar.total ? html`<a href=${href(bar.from, bar.to)}>${name}</a>` : name;
  return [head, ...PARTS.map(([part]) => t("number", { number: bar[part] }))];
}
