/* Looking for an event by its id. */
import { html } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { paths } from "../addresses/paths.js";
import { field } from "../parts/field.js";

// As the API has it (rules/event/event.py).
const EVENT_ID = /^[A-Za-z0-9_:-]{1,128}$/;

/** A field for an event's id, which leads to the event's page; it keeps what is entered and what is wrong with it. */
export class EventSearch {
  #context;
  #entered;
  #problem = "";

  constructor(context, entered = "") {
    this.#context = context;
    this.#entered = entered;
  }

  view() {
    const { t } = this.#context;
    return html`
      <search aria-label=${t("trace.search")}>
        <form class="event-search" novalidate @submit=${(event) => this.#submit(event)}>
          ${field({
            id: "event-id", label: t("trace.search"), problem: this.#problem,
            control: ({ id, describedBy, invalid }) => html`<input type="search" id=${id} name="eventId" maxlength="200" autocomplete="off"
              spellcheck="false" .value=${live(this.#entered)} aria-describedby=${describedBy} aria-invalid=${invalid}
              @input=${(event) => { this.#entered = event.target.value; }}>`,
          })}
          <button type="submit" class="secondary">${t("trace.find")}</button>
        </form>
      </search>
    `;
  }

  #submit(event) {
    event.preventDefault();
    const { t, account, navigate, redraw } = this.#context;
    const eventId = this.#entered.trim();
    if (EVENT_ID.test(eventId)) {
      navigate(paths.event(account, eventId));
      return;
    }
    this.#problem = t("trace.bad_id");
    redraw();
    event.target.elements.eventId.focus();
  }
}
