/* How to receive: the account's own secrets, a sample and receivers to copy; below them the handbook. */
import { html } from "lit-html";
import { pageHeader } from "../parts/page_header.js";
import { resource } from "../parts/states.js";
import { endpoints, paths } from "../addresses/paths.js";
import { Guide, guideSection } from "../receiving/guide.js";
import { Sample } from "../receiving/sample.js";
import { SignatureTable } from "../signatures/signature_table.js";

/** The page at `…/receiving`; the recipe that is shown stands in the address as `language`, the sample's event as `event`. */
export function receivingPage(context) {
  return new ReceivingPage(context);
}

class ReceivingPage {
  #context;
  #webhooks;
  #guide;
  #signatures;
  #sample;

  constructor(context) {
    this.#context = context;
    const { api, account, signal } = context;
    this.#signatures = new SignatureTable(context);
    this.#sample = new Sample(context);
    this.#guide = new Guide(context, paths.receiving(account));
    this.#webhooks = resource(context, async () => (await api.get(endpoints.webhooks(account), { signal })).data.webhooks);
  }

  title() {
    return this.#context.t("receiving.title");
  }

  queryChanged() {}

  view() {
    return html`
      ${pageHeader({ title: this.title(), lead: this.#context.t("receiving.lead") })}
      <div class="guide">
        ${guideSection(this.#context, "webhooks", this.#webhooks.view((webhooks) => this.#signatures.view(webhooks)))}
        ${guideSection(this.#context, "post", this.#webhooks.view((webhooks) => this.#sample.view(webhooks), "block"))}
        ${this.#guide.view()}
      </div>
    `;
  }
}
