/* What every chart has: a heading, a legend, an axis, and the same numbers as a table for whoever reads no picture. */
import { html, nothing, svg } from "lit-html";
import { twinOf } from "../language/clock.js";
import { locale } from "../language/texts.js";
import { dateTime } from "../language/times.js";

const DAY_MS = 86_400_000;
/** Characters of a label, beyond which it takes more room than "12:00". */
const SHORT_LABEL = 6;

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
        <div class="chart-table-frame">
          <table aria-label=${title}>
            <thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
            <tbody>${rows.map((cells) => row(cells, columns))}</tbody>
          </table>
        </div>
      </details>
    </figure>
  `;
}

function row([head, ...cells], [, ...names]) {
  return html`<tr><th scope="row">${head}</th>${cells.map((cell, index) => html`<td class="number" data-label=${names[index]}>${cell}</td>`)}</tr>`;
}

/** The figure in a chart's place where there is nothing to draw. */
export function chartWithout(title, text) {
  return html`<figure class="chart chart-empty"><figcaption class="chart-head"><h2>${title}</h2></figcaption>
    <p class="chart-none">${text}</p></figure>`;
}

/** The three lines of a plot: its top, its middle, its ground. */
export function grid() {
  return svg`<g class="chart-grid">${[0, 50, 100].map((y) => svg`<line x1="0" x2="100%" y1="${y}%" y2="${y}%"/>`)}</g>`;
}

/**
 * Labels below a plot, `[x in per cent, text]` each, from left to right. Where there is less room the style sheet shows
 * every second or every fourth of them, counted from the last, which stays inside the plot.
 */
export function placeLabels(places) {
  const long = places.some(([, text]) => text.length > SHORT_LABEL);
  return html`<svg class="chart-places ${long ? "chart-places-long" : ""}" aria-hidden="true">
    ${places.map(([x, text], index) => placeLabel(x, text, places.length - 1 - index))}</svg>`;
}

function placeLabel(x, text, rank) {
  const kind = rank % 2 ? "place-second" : rank % 4 ? "place-fourth" : "";
  const [at, anchor] = x > 90 && rank === 0 ? [100, "end"] : [x, "middle"];
  return svg`<text class=${kind} x="${at}%" y="1em" text-anchor=${anchor}>${text}</text>`;
}

/** A place on the time axis: the hour, or the day where the axis is longer than two days. */
export function placeName(iso, spanMs, tag = locale()) {
  const moment = new Date(iso);
  const written = (form) => new Intl.DateTimeFormat(tag, form).format(moment);
  if (spanMs > 2 * DAY_MS) return written({ day: "numeric", month: "short" });
  const { hour12 } = new Intl.DateTimeFormat(tag, { hour: "numeric" }).resolvedOptions();
  // "3 pm" is as clear as "03:00 pm", and half as wide.
  return hour12 && moment.getMinutes() === 0 ? written({ hour: "numeric" }) : written({ hour: "2-digit", minute: "2-digit" });
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
