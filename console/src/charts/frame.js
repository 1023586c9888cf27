/* What every chart has: a heading, a legend, an axis, and the same numbers as a table for whoever reads no picture. */
import { html, nothing, svg } from "lit-html";
import { twinOf } from "../clock.js";
import { locale } from "../texts.js";
import { dateTime } from "../times.js";

const DAY_MS = 86_400_000;

/**
 * A chart. `legend` is a list of `{swatch, text}`, `ticks` the axis' labels from the top down, `drawing` an `<svg>`,
 * `rows` the table's rows as lists of cells, whose first is the row's head.
 */
export function chartFrame(t, { title, legend, ticks, drawing, columns, rows, hint = nothing }) {
  return html`
    <figure class="chart">
      <figcaption class="chart-head">
        <h2>${title}</h2>
        <ul class="chart-legend">${legend.map(({ swatch, text }) => html`<li>${swatch}${text}</li>`)}</ul>
      </figcaption>
      <div class="chart-body">
        <div class="chart-axis" aria-hidden="true">${ticks.map((tick) => html`<span>${tick}</span>`)}</div>
        ${drawing}
      </div>
      <details class="chart-table">
        <summary>${t("chart.table")}</summary>
        ${hint}
        <div class="chart-table-frame" tabindex="0" role="group" aria-label=${title}>
          <table>
            <thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
            <tbody>${rows.map(row)}</tbody>
          </table>
        </div>
      </details>
    </figure>
  `;
}

function row([head, ...cells]) {
  return html`<tr><th scope="row">${head}</th>${cells.map((cell) => html`<td class="number">${cell}</td>`)}</tr>`;
}

/** The figure in a chart's place where there is nothing to draw. */
export function chartWithout(title, text) {
  return html`<figure class="chart"><figcaption class="chart-head"><h2>${title}</h2></figcaption>
    <p class="chart-none">${text}</p></figure>`;
}

/** The three lines of a plot: its top, its middle, its ground. */
export function grid() {
  return svg`<g class="chart-grid">${[0, 50, 100].map((y) => svg`<line x1="0" x2="100%" y1="${y}%" y2="${y}%"/>`)}</g>`;
}

/** Labels below a plot, `[x in per cent, text]` each. */
export function placeLabels(places) {
  return html`<svg class="chart-places" aria-hidden="true">
    ${places.map(([x, text]) => svg`<text x="${x}%" y="1em" text-anchor=${x > 98 ? "end" : "middle"}>${text}</text>`)}</svg>`;
}

/** A place on the time axis: the hour, or the day where the axis is longer than two days. */
export function placeName(iso, spanMs) {
  const form = spanMs > 2 * DAY_MS ? { day: "numeric", month: "short" } : { hour: "2-digit", minute: "2-digit" };
  return new Intl.DateTimeFormat(locale(), form).format(new Date(iso));
}

/** A span of time in words: "24 Nov 2026, 14:00–15:00", or both dates where it passes midnight. */
export function spanName(from, to) {
  const end = new Date(Date.parse(to) + 1);
  // Of an hour that comes twice each end says which it is.
  if ([from, end].some((moment) => twinOf(moment) !== null)) return `${dateTime(from)} – ${dateTime(end)}`;
  return new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "short" }).formatRange(new Date(from), end);
}

/** The whole time of a chart, for its description. */
export function wholeSpan(hours) {
  return [dateTime(hours[0].hour), dateTime(Date.parse(hours.at(-1).hour) + DAY_MS / 24)];
}
