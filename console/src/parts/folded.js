/* What is folded away, and not even made before somebody opens it: of thousands of entries nobody opens all. */
import { html, nothing } from "lit-html";

/** Which of a page's folded parts are open; `redraw` draws them. */
export class Folded {
  #open = new Set();
  #redraw;

  constructor(redraw) {
    this.#redraw = redraw;
  }

  /** A part with a `summary`; `draw()` makes what is in it once it is open. `key` tells it from the others. */
  part(key, summary, draw) {
    return html`
      <details .open=${this.#open.has(key)} @toggle=${(event) => this.#toggled(key, event.target.open)}>
        <summary>${summary}</summary>
        ${this.#open.has(key) ? draw() : nothing}
      </details>
    `;
  }

  #toggled(key, open) {
    if (open === this.#open.has(key)) return;
    if (open) this.#open.add(key);
    else this.#open.delete(key);
    this.#redraw();
  }
}
