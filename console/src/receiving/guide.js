/* Receivers to copy, and the handbook: what a page about receiving has for everybody. */
import { html } from "lit-html";
import { ref } from "lit-html/directives/ref.js";
import { codeBlock } from "../parts/code_block.js";
import { resource } from "../parts/states.js";
import { tabs } from "../parts/tabs.js";
import { RECIPES } from "../recipes.js";
import { handbookView } from "./handbook.js";
import { library } from "./library.js";

/** Both on the page of `context`, which is at `address`; the recipe that is shown stands in its query as `language`. */
export class Guide {
  #context;
  #address;
  #library;
  /** Goes to the heading that the address names: the browser has looked for it before it was there. */
  #shown = (element) => {
    if (element && location.hash) queueMicrotask(() => document.getElementById(location.hash.slice(1))?.scrollIntoView());
  };

  constructor(context, address) {
    this.#context = context;
    this.#address = address;
    this.#library = resource(context, library);
  }

  view() {
    return html`
      ${guideSection(this.#context, "verify", this.#library.view(({ SOURCES }) => this.#recipes(SOURCES), "block"))}
      ${guideSection(this.#context, "handbook", this.#library.view(({ HANDBOOK }) => this.#handbook(HANDBOOK), "page"))}`;
  }

  #recipes(sources) {
    const { t, query } = this.#context;
    const wanted = query.get("language");
    return tabs(RECIPES, {
      label: t("receiving.language"),
      chosen: RECIPES.some(({ id }) => id === wanted) ? wanted : RECIPES[0].id,
      panel: ({ files }) => files.map((path) => codeBlock(sources[path], { label: fileName(path) })),
      onChoose: (language) => this.#choose(language),
    });
  }

  #choose(language) {
    this.#context.setQuery({ language }, { replace: true });
  }

  #handbook(blocks) {
    return html`<div class="handbook-frame" ${ref(this.#shown)}>${handbookView(blocks, (id, inside) => this.#recipeLink(id, inside))}</div>`;
  }

  /** To the tab of a recipe on this page; opened elsewhere it is an address like any other. */
  #recipeLink(id, inside) {
    const follow = (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      this.#choose(id);
      document.getElementById(`tab-${id}`)?.focus();
    };
    return html`<a href="${this.#address}?language=${id}" @click=${follow}>${inside}</a>`;
  }
}

/** A part of such a page, by the name of its texts. */
export function guideSection({ t }, name, body) {
  return html`
    <section class="guide-section">
      <h2>${t(`receiving.${name}`)}</h2>
      <p class="muted">${t(`receiving.${name}_lead`)}</p>
      ${body}
    </section>`;
}

function fileName(path) {
  return path.slice(path.lastIndexOf("/") + 1);
}
