/* Icons: drawn in the text's colour and size, and silent, because a text always stands beside them. */
import { html, svg } from "lit-html";

const DRAWN = {
  ok: svg`<circle cx="8" cy="8" r="6.25"/><path d="m5.25 8.25 1.9 1.9 3.6-4"/>`,
  warn: svg`<path d="M8 2 14.5 13.5h-13z"/><path d="M8 6.5v3.25M8 11.6v.1"/>`,
  bad: svg`<circle cx="8" cy="8" r="6.25"/><path d="m5.75 5.75 4.5 4.5m0-4.5-4.5 4.5"/>`,
  off: svg`<circle cx="8" cy="8" r="6.25"/><path d="M6.25 5.75v4.5m3.5-4.5v4.5"/>`,
  wait: svg`<circle cx="8" cy="8" r="6.25"/><path d="M8 4.5V8l2.25 1.5"/>`,
  none: svg`<circle cx="8" cy="8" r="6.25" stroke-dasharray="2.2 1.8"/>`,
  info: svg`<circle cx="8" cy="8" r="6.25"/><path d="M8 7.25v3.5M8 5v.1"/>`,
  event: svg`<path d="M8.9 1.75 3.5 9h4l-.9 5.25L12.5 7h-4.25z"/>`,
  arrived: svg`<path d="M8 1.75v5.5m0 0L5.9 5.2M8 7.25l2.1-2.05M4.25 4 2 9.25V13.5h12V9.25L11.75 4M2 9.25h3.5l1 2h3l1-2H14"/>`,
  person: svg`<circle cx="8" cy="5.5" r="2.75"/><path d="M2.75 13.75c.6-2.7 2.7-4.25 5.25-4.25s4.65 1.55 5.25 4.25"/>`,
  chevron: svg`<path d="m4.5 6.5 3.5 3.5 3.5-3.5"/>`,
  plus: svg`<path d="M8 3v10M3 8h10"/>`,
  copy: svg`<rect x="5.5" y="5.5" width="8" height="8" rx="1.5"/><path d="M10.5 5.5V4A1.5 1.5 0 0 0 9 2.5H4A1.5 1.5 0 0 0 2.5 4v5A1.5 1.5 0 0 0 4 10.5h1.5"/>`,
  download: svg`<path d="M8 2.5v7.25m0 0L5 6.9m3 2.85 3-2.85M2.75 11.5v2h10.5v-2"/>`,
  send: svg`<path d="M14 2 1.75 6.75l5 2.5m7.25-7.25-4.75 12.25-2.5-5m7.25-7.25-7.25 7.25"/>`,
  refresh: svg`<path d="M13.25 7A5.5 5.5 0 0 0 3.4 5.1L2.5 6.5m0-3.5v3.5H6M2.75 9a5.5 5.5 0 0 0 9.85 1.9l.9-1.4m0 3.5V9.5H10"/>`,
  secret: svg`<circle cx="5.25" cy="10.75" r="2.75"/><path d="m7.25 8.75 5.5-5.5m-2 2 1.75 1.75"/>`,
  remove: svg`<path d="m4 4 8 8m0-8-8 8"/>`,
};

/** An icon by name. */
export function icon(name) {
  return html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">${DRAWN[name]}</svg>`;
}

/** The mark of Recado: a message passed on. */
export function mark() {
  return html`<svg class="mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <rect class="mark-ground" width="24" height="24" rx="6" />
    <path class="mark-note" d="M6 7.5h12v7.5h-5.5L9 18v-3H6z" />
    <path class="mark-arrow" d="M9 11.25h5m-1.75-1.9 2 1.9-2 1.9" />
  </svg>`;
}
