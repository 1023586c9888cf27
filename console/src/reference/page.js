/* The page at /docs: the whole OpenAPI document, its operations by subject and what receivers get. */
import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { announcer } from "../parts/announce.js";
import { Folded } from "../parts/folded.js";
import { mark } from "../parts/icons.js";
import { notice } from "../parts/notice.js";
import { found, grouped, operationsOf, webhooksOf } from "./operations.js";
import { operationView } from "./operation.js";
import { prose } from "./prose.js";

const A_PAGE = 100;
const TO_RECEIVERS = "To receivers";

/** What is around it, whether or not the document has come. */
export function frame(content) {
  return html`
    <a class="skip-link" href="#main">Skip to content</a>
    <header class="top"><div class="top-inner">
      <a class="brand" href="/console">${mark()}<span>Recado</span></a>
      <nav class="top-nav" aria-label="Pages"><a href="/docs" aria-current="page">API reference</a><a href="/console/receiving">Receiving</a><a href="/openapi.json">openapi.json</a></nav>
    </div></header>
    <main id="main" class="page reference" tabindex="-1">${content}</main>
    ${announcer()}
  `;
}

/** Said until the document is there. */
export function loading() {
  return html`<h1 tabindex="-1">API reference</h1><div><p class="loading" role="status">Loading…</p></div>`;
}

/** Said where it does not come. */
export function failed(again) {
  return html`<h1 tabindex="-1">API reference</h1>${notice("bad", "The API did not answer.", "/openapi.json could not be read.", html`
    <button type="button" @click=${again}>Try again</button>`)}`;
}

/** The document as a page; `redraw` draws it, `origin` is where the API is. */
export class ReferencePage {
  #entries;
  #redraw;
  #wanted = "";
  #most = A_PAGE;

  constructor(document, { redraw, origin }) {
    this.document = document;
    this.origin = origin;
    this.folded = new Folded(redraw);
    this.#redraw = redraw;
    const webhooks = webhooksOf(document).map((entry) => ({ ...entry, group: [TO_RECEIVERS, entry.group].filter(Boolean).join(": ") }));
    this.#entries = [...operationsOf(document), ...webhooks];
  }

  /** Have an entry among those that are drawn, as the address names it. */
  show(id) {
    const place = this.#entries.findIndex((entry) => entry.id === id);
    this.#wanted = "";
    this.#most = Math.max(this.#most, place + 1);
  }

  /** All of it. */
  view() {
    const { info } = this.document;
    const matching = found(this.#entries, this.#wanted);
    const groups = grouped(matching.slice(0, this.#most));
    return html`
      <div class="page-head-text"><h1 tabindex="-1">${info.title} API <span class="muted">${info.version}</span></h1></div>
      <div class="reference-text">${prose(info.description)}</div>
      ${this.#search(matching.length)}
      <nav class="contents" aria-label="Contents"><ul>${groups.map(([group]) => html`<li><a href="#${groupId(group)}">${group || "Others"}</a></li>`)}</ul></nav>
      ${repeat(groups, ([group]) => group, ([group, entries]) => html`
        <section class="operations">
          <h2 id=${groupId(group)} tabindex="-1">${group || "Others"}</h2>
          ${repeat(entries, ({ id }) => id, (entry) => operationView(this, entry))}
        </section>`)}
      ${matching.length > this.#most ? this.#more(matching.length) : nothing}
    `;
  }

  #search(count) {
    const search = (event) => {
      this.#wanted = event.target.value;
      this.#most = A_PAGE;
      this.#redraw();
    };
    return html`<search class="search">
      <label class="visually-hidden" for="search">Search operations and events</label>
      <input type="search" id="search" placeholder="Search operations and events" .value=${this.#wanted} @input=${search}>
      <p class="muted" role="status">${count} ${count === 1 ? "entry" : "entries"}</p>
    </search>`;
  }

  #more(count) {
    const show = () => {
      this.#most += A_PAGE;
      this.#redraw();
    };
    return html`<p class="more"><span class="muted">${this.#most} of ${count}</span>
      <button type="button" class="secondary" @click=${show}>Show more</button></p>`;
  }
}

function groupId(group) {
  return `group-${group.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, "-")}`;
}
