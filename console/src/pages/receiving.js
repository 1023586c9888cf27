/* How to receive: what arrives, what to answer, how to verify it, with the account's own webhooks and secrets. */
import { html, nothing } from "lit-html";
import { eventTypes } from "../events/catalogue.js";
import { coveredTypes } from "../events/subscription.js";
import { codeBlock, pretty } from "../parts/code_block.js";
import { pageHeader } from "../parts/page_header.js";
import { SignatureTable } from "../signatures/signature_table.js";
import { resource } from "../parts/states.js";
import { tabs } from "../parts/tabs.js";
import { endpoints } from "../paths.js";
import { RECIPES } from "../recipes.js";
import { samplePayload } from "../testing/sample_payload.js";

const ANSWERS = [1, 2, 3, 4, 5];
const STEPS = [1, 2, 3, 4, 5];
// The sections that have a sentence below their heading, and those over the whole width.
const LED = ["webhooks", "verify", "post"];
const WIDE = ["webhooks", "verify"];

/** The page at `…/receiving`; the language of the recipe stands in the address as `language`. */
export function receivingPage(context) {
  return new ReceivingPage(context);
}

class ReceivingPage {
  #context;
  #webhooks;
  #eventTypes;
  #signatures;

  constructor(context) {
    this.#context = context;
    const { api, account, signal } = context;
    this.#signatures = new SignatureTable(context);
    this.#eventTypes = resource(context, () => eventTypes(api));
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
        ${this.#section("verify", this.#recipes())}
        ${this.#section("other", list("ol", STEPS.map((step) => t(`receiving.step_${step}`))), t("receiving.standard"))}
        ${this.#section("basic", html`<p>${t("receiving.basic_body")}</p>`)}
        ${this.#section("post", this.#eventTypes.view((all) => this.#sample(all)))}
        ${this.#section("answer", list("ul", ANSWERS.map((answer) => t(`receiving.answer_${answer}`))))}
      </div>
    `;
  }

  #section(name, body, note = "") {
    const { t } = this.#context;
    const lead = LED.includes(name) ? t(`receiving.${name}_lead`) : "";
    return html`
      <section class="guide-section ${WIDE.includes(name) ? "guide-wide" : ""}">
        <h2>${t(`receiving.${name}`)}</h2>
        ${lead ? html`<p class="muted">${lead}</p>` : nothing}
        ${body}
        ${note ? html`<p class="muted">${note}</p>` : nothing}
      </section>
    `;
  }

  #recipes() {
    const { t, query, setQuery } = this.#context;
    const wanted = query.get("language");
    return tabs(RECIPES, {
      label: t("receiving.language"),
      chosen: RECIPES.some(({ id }) => id === wanted) ? wanted : RECIPES[0].id,
      panel: ({ file, source }) => codeBlock(source, { label: file }),
      onChoose: (language) => setQuery({ language }, { replace: true }),
    });
  }

  /** A POST as one of the account's own webhooks would get it. */
  #sample(all) {
    const { t, account } = this.#context;
    const [eventType = all[0]] = coveredTypes(this.#webhooks.data?.[0]?.eventNames ?? [], all);
    return codeBlock(pretty(samplePayload(account, eventType)), { label: t("event_types.sample") });
  }
}

function list(kind, texts) {
  const items = texts.map((text) => html`<li>${text}</li>`);
  return kind === "ol" ? html`<ol class="steps">${items}</ol>` : html`<ul class="steps">${items}</ul>`;
}
