/* A POST as one of the account's own webhooks would get it, and the JSON Schema of its data as a file. */
import { html, nothing } from "lit-html";
import { eventTypes } from "../events/catalogue.js";
import { coveredTypes } from "../events/subscription.js";
import { acting } from "../parts/acting.js";
import { codeBlock, pretty } from "../parts/code_block.js";
import { icon } from "../parts/icons.js";
import { failure, resource } from "../parts/states.js";
import { downloadSchema } from "../events/schema_download.js";
import { samplePayload } from "../testing/sample_payload.js";

/** The sample on the page of `context`; which event it shows stands in the address as `event`. */
export class Sample {
  #context;
  #eventTypes;
  #acting;

  constructor(context) {
    this.#context = context;
    this.#eventTypes = resource(context, () => eventTypes(context.api));
    this.#acting = acting(context);
  }

  /** With a choice among what `webhooks` get, or among all event types where they get none of them. */
  view(webhooks) {
    return this.#eventTypes.view((all) => {
      const own = coveredTypes(webhooks.flatMap(({ eventNames }) => eventNames), all);
      return this.#chosen(own.length ? own : all);
    }, "block");
  }

  #chosen(offered) {
    const { t, account, query } = this.#context;
    const shown = offered.find(({ eventName }) => eventName === query.get("event")) ?? offered[0];
    const { error } = this.#acting.state;
    return html`
      ${error ? failure(error) : nothing}
      <div class="sample-choice">
        ${this.#choice(offered, shown)}
        ${shown.hasSchema ? this.#schema(shown.eventName) : nothing}
      </div>
      ${codeBlock(pretty(samplePayload(account, shown)), { label: t("event_types.sample") })}
    `;
  }

  #choice(offered, shown) {
    const { t, setQuery } = this.#context;
    const choose = (event) => setQuery({ event: event.target.value }, { replace: true });
    return html`<label>${t("receiving.event")}
      <select name="event" @change=${choose}>${offered.map(({ eventName }) => html`
        <option value=${eventName} ?selected=${eventName === shown.eventName}>${eventName}</option>`)}</select></label>`;
  }

  #schema(eventName) {
    const { t } = this.#context;
    const { busy } = this.#acting.state;
    return html`<button type="button" class="secondary" aria-disabled=${busy ? "true" : "false"}
      @click=${() => this.#acting.act(() => downloadSchema(this.#context, eventName))}>${icon("download")}${t("event_types.schema_download")}</button>`;
  }
}
