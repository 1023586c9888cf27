/* Subscribing to an event type from the catalogue: with a webhook that there is, or with a new one. */
import { html, nothing } from "lit-html";
import { choicesFor, subscribe } from "./subscribing.js";
import { paths } from "../addresses/paths.js";
import { sentence, t } from "../language/texts.js";
import { acting } from "../parts/acting.js";
import { announce } from "../parts/announce.js";
import { icon } from "../parts/icons.js";
import { failure } from "../parts/states.js";
import { standing } from "../webhook/webhook_status.js";

/** What can be done with each event type; `changed()` reads the webhooks again. */
export class Subscribing {
  #context;
  #changed;
  #acting;
  /** The event type whose choices are open, or "". */
  #open = "";
  /** What was done last: `{eventName, webhook}`, or null. */
  #done = null;

  constructor(context, { changed }) {
    this.#context = context;
    this.#changed = changed;
    this.#acting = acting(context);
  }

  /** The button of an event type. `list` are the account's webhooks, undefined while they load. */
  button(eventName, list) {
    if (!this.#context.can("write")) return nothing;
    const { others, mayAdd } = list ? choicesFor(eventName, list) : { others: [], mayAdd: true };
    if (!others.length) return mayAdd ? this.#newLink(eventName, "button secondary", t("subscribing.button")) : nothing;
    return html`<button type="button" class="secondary" id=${buttonOf(eventName)} aria-expanded=${this.#open === eventName ? "true" : "false"}
      aria-label=${t("subscribing.to", { name: eventName })} @click=${() => this.#toggle(eventName)}>${t("subscribing.button")}</button>`;
  }

  /** What became of the last choice for an event type, or that there is nothing to choose. */
  told(eventName, list) {
    if (!list || !this.#context.can("write")) return nothing;
    const { others, mayAdd } = choicesFor(eventName, list);
    const done = this.#done?.eventName === eventName ? this.#done.webhook : null;
    return html`
      ${done ? html`<p class="subscribed">${icon("ok")}<span>${this.#told(done)}</span></p>` : nothing}
      ${!others.length && !mayAdd ? html`<p class="receivers muted">${t("subscribing.all")}</p>` : nothing}
    `;
  }

  /** The choices of an event type, once its button was pressed; they belong behind the button. */
  choices(eventName, list) {
    if (!list || this.#open !== eventName) return nothing;
    const { others, mayAdd } = choicesFor(eventName, list);
    return others.length ? this.#choices(eventName, others, mayAdd, list) : nothing;
  }

  #choices(eventName, others, mayAdd, { limit }) {
    const { busy, error } = this.#acting.state;
    return html`
      <div class="subscribe" role="group" aria-label=${t("subscribing.to", { name: eventName })}
        @keydown=${(event) => event.key === "Escape" && this.#close(eventName)}>
        <p>${t("subscribing.which")}</p>
        <ul class="plain">${others.map((webhook) => html`
          <li><button type="button" class="secondary" aria-disabled=${busy ? "true" : "false"}
            @click=${() => this.#subscribe(eventName, webhook.webhookId)}>${icon("plus")}${t("subscribing.add", { name: webhook.name })}</button>
            <span class="muted">${hostOf(webhook.targetUrl)}${webhook.status === "ACTIVE" ? nothing : html` · ${t(`status.${standing(webhook)}`)}`}</span></li>`)}
        </ul>
        ${mayAdd ? html`<p>${this.#newLink(eventName, "", t("subscribing.new"))}</p>`
          : html`<p class="muted">${t("subscribing.full", { count: limit })}</p>`}
        ${error ? failure(error) : nothing}
      </div>
    `;
  }

  #newLink(eventName, kind, text) {
    const { account } = this.#context;
    return html`<a class=${kind || nothing} href="${paths.newWebhook(account)}?event=${encodeURIComponent(eventName)}"
      aria-label=${t("subscribing.with_new", { name: eventName })}>${text}</a>`;
  }

  #told({ webhookId, name, status }) {
    const link = html`<a href=${paths.webhook(this.#context.account, webhookId)}>${name}</a>`;
    return sentence(status === "ACTIVE" ? "subscribing.done" : "subscribing.done_off", { name: link });
  }

  #toggle(eventName) {
    this.#open = this.#open === eventName ? "" : eventName;
    this.#acting.state.error = null;
    this.#context.redraw();
  }

  #close(eventName) {
    this.#open = "";
    this.#context.redraw();
    // The button that had the focus is gone; so is that of the event type where no webhook is left to choose.
    requestAnimationFrame(() => document.getElementById(buttonOf(eventName))?.focus());
  }

  async #subscribe(eventName, webhookId) {
    const webhook = await this.#acting.act(() => subscribe(this.#context, webhookId, eventName));
    if (!webhook) return;
    this.#done = { eventName, webhook };
    const { name, status } = webhook;
    announce(t(status === "ACTIVE" ? "subscribing.done" : "subscribing.done_off", { name }));
    await this.#changed();
    // Another event type may have been opened meanwhile.
    if (this.#open === eventName) this.#close(eventName);
  }
}

function buttonOf(eventName) {
  return `subscribe-${eventName}`;
}

function hostOf(address) {
  return URL.canParse(address) ? new URL(address).host : address;
}
