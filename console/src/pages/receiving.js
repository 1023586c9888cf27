/* How to receive: the account's own secrets, a sample and receivers to copy; below them the handbook. */
import { html } from "lit-html";
import { ref } from "lit-html/directives/ref.js";
import { codeBlock } from "../parts/code_block.js";
import { pageHeader } from "../parts/page_header.js";
import { resource } from "../parts/states.js";
import { tabs } from "../parts/tabs.js";
import { endpoints, paths } from "../addresses/paths.js";
import { handbookView } from "../receiving/handbook.js";
import { library } from "../receiving/library.js";
import { Sample } from "../receiving/sample.js";
import { RECIPES } from "../recipes.js";
import { SignatureTable } from "../signatures/signature_table.js";

/** The page at `…/receiving`; the recipe that is shown stands in the address as `language`, the sample's event as `event`. */
export function receivingPage(context) {
  return new ReceivingPage(context);
}

class ReceivingPage {
  #context;
  #webhooks;
  #library;
  #signatures;
  #sample;
  /** Goes to the heading that the address names: the browser has looked for it before it was there. */
  #shown = (element) => {
    if (element && location.hash) queueMicrotask(() => document.getElementById(location.hash.slice(1))?.scrollIntoView());
  };

  constructor(context) {
    this.#context = context;
    const { api, account, signal } = context;
    this.#signatures = new SignatureTable(context);
    this.#sample = new Sample(context);
    this.#library = resource(context, library);
    this.#webhooks = resource(context, async () => (await api.get(endpoints.webhooks(account), { signal })).data.webhooks);
  }

  title() {
    return this.#context.t("receiving.title");
  }

  queryChanged() {}

  view() {
    const { t } = this.#context;
    return html`
      ${pageHeader({ title: this.title(), lead: t("receiving.lead") })}
      <div class="guide">
        ${this.#section("webhooks", this.#webhooks.view((webhooks) => this.#signatures.view(webhooks)))}
        ${this.#section("post", this.#webhooks.view((webhooks) => this.#sample.view(webhooks), "block"))}
        ${this.#section("verify", this.#library.view(({ SOURCES }) => this.#recipes(SOURCES), "block"))}
        ${this.#section("handbook", this.#library.view(({ HANDBOOK }) => this.#handbook(HANDBOOK), "page"))}
      </div>
    `;
  }

  #section(name, body) {
    const { t } = this.#context;
    return html`
      <section class="guide-section">
        <h2>${t(`receiving.${name}`)}</h2>
        <p class="muted">${t(`receiving.${name}_lead`)}</p>
        ${body}
      </section>
    `;
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
    return html`<a href="${paths.receiving(this.#context.account)}?language=${id}" @click=${follow}>${inside}</a>`;
  }
}

function fileName(path) {
  return path.slice(path.lastIndexOf("/") + 1);
}
