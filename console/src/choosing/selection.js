/* Which rows of a list are selected, and what is done with them. */
import { html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { announce } from "../parts/announce.js";
import { ask } from "../parts/dialog.js";
import { icon } from "../parts/icons.js";
import { endpoints } from "../addresses/paths.js";
import { zoneName } from "../language/times.js";
import { doneText, outcomeNotice, question } from "./outcome.js";
import { ACTIONS, keyOf, planOf } from "./plan.js";
import { sendEach } from "./run.js";

const IMAGES = { redeliver: "refresh", withdraw: "remove" };
const ENDPOINTS = { redeliver: endpoints.redeliverOne, withdraw: endpoints.cancel };

/**
 * The selected ones of the deliveries that `rows()` gives. `webhookOf(delivery)` is the webhook of one, `reload()` reads
 * rows and webhooks again.
 */
export class Selection {
  #context;
  #rows;
  #webhookOf;
  #reload;
  #selected = new Map();
  #running = null;
  /** Whether it is being asked about an action: who presses twice is asked once. */
  #asking = false;
  #outcome = null;

  constructor(context, { rows, webhookOf, reload }) {
    this.#context = context;
    this.#rows = rows;
    this.#webhookOf = webhookOf;
    this.#reload = reload;
  }

  /** How many are selected. */
  get count() {
    return this.#selected.size;
  }

  /** Other rows are shown: nothing is selected, and what became of the last time is told no longer. */
  clear() {
    this.#selected.clear();
    this.#outcome = null;
  }

  /** The box of a row; `name` tells which it is. One that is about to go, `old`, can not be selected. */
  box(delivery, name, old = false) {
    const { t } = this.#context;
    return html`<label class="choosing-box"><input type="checkbox" aria-label=${t("choosing.row", { name })}
      .checked=${live(this.#selected.has(keyOf(delivery)))} ?disabled=${old || this.#running !== null}
      @change=${(event) => this.#choose([delivery], event.target.checked)}></label>`;
  }

  /**
   * What stands above the rows: all or none, how many there are, and what can be done with them. It `waits` while the rows
   * are those of before, and says so when that is `slow`.
   */
  bar({ waits = false, slow = false } = {}) {
    const { t } = this.#context;
    const rows = waits ? [] : this.#rows();
    const chosen = rows.filter((one) => this.#selected.has(keyOf(one))).length;
    return html`
      <div class="choosing ${this.count ? "choosing-some" : ""}" role="group" aria-label=${t("choosing.label")}>
        <label class="choosing-all"><input type="checkbox" .checked=${live(chosen > 0 && chosen === rows.length)}
          .indeterminate=${live(chosen > 0 && chosen < rows.length)} ?disabled=${waits || this.#running !== null}
          @change=${(event) => this.#choose(rows, event.target.checked)}>${t("choosing.all")}</label>
        <p class="choosing-count" role="status">${this.#state(slow)}</p>
        ${this.count && !this.#running ? this.#buttons() : nothing}
        <p class="choosing-zone">${t("choosing.zone", { zone: zoneName() })}</p>
      </div>
      ${this.#outcome ? this.#told() : nothing}`;
  }

  #state(slow) {
    const { t } = this.#context;
    if (this.#running) return this.#progress();
    if (slow) return t("state.loading");
    return this.count ? t("choosing.count", { count: this.count }) : nothing;
  }

  #buttons() {
    const { t, redraw } = this.#context;
    const none = () => {
      this.#selected.clear();
      redraw();
      this.#reload();
      focusOnAll();
    };
    return html`<div class="choosing-actions">
      ${ACTIONS.map((action) => html`<button type="button" class="secondary" aria-haspopup="dialog" @click=${() => this.#act(action)}>
        ${icon(IMAGES[action])}${t(`choosing.${action}`)}</button>`)}
      <button type="button" class="quiet" @click=${none}>${t("choosing.none")}</button></div>`;
  }

  #progress() {
    const { t } = this.#context;
    const { action, settled, all } = this.#running;
    return html`${t(`choosing.${action}_running`, { settled, all })} <progress max=${all} value=${settled} aria-hidden="true"></progress>`;
  }

  #told() {
    const { t, account, redraw } = this.#context;
    const dismiss = () => {
      this.#outcome = null;
      redraw();
      focusOnAll();
    };
    return html`<div id="choosing-outcome" class="choosing-outcome" tabindex="-1" role="group" aria-label=${t("choosing.outcome")}>
      ${outcomeNotice(this.#outcome, { account, dismiss })}</div>`;
  }

  #choose(deliveries, chosen) {
    for (const one of deliveries) {
      if (chosen) this.#selected.set(keyOf(one), one);
      else this.#selected.delete(keyOf(one));
    }
    if (!chosen && this.count === 0) this.#reload();
    this.#context.redraw();
  }

  /** The selected ones as they are now: what has left the page meanwhile as it was last seen. */
  async #latest() {
    await this.#reload();
    for (const one of this.#rows()) {
      if (this.#selected.has(keyOf(one))) this.#selected.set(keyOf(one), one);
    }
    return [...this.#selected.values()];
  }

  async #act(action) {
    if (this.#asking || this.#running) return;
    this.#asking = true;
    const plan = await this.#agreed(action).finally(() => {
      this.#asking = false;
    });
    if (plan) await this.#run(action, plan);
  }

  /** The plan of an action that was agreed to; null where it was not, or where it would take nothing. */
  async #agreed(action) {
    const { t, signal } = this.#context;
    const plan = planOf(action, await this.#latest(), this.#webhookOf);
    if (signal.aborted || this.count === 0) return null;
    const count = plan.taken.length;
    if (count === 0) {
      this.#tell({ action, done: [], failed: [], leftOut: plan.leftOut });
      return null;
    }
    const asked = { title: t(`choosing.${action}_title`, { count }), body: question(action, plan), confirm: t(`choosing.${action}_confirm`, { count }) };
    return (await ask(asked)) && !signal.aborted ? plan : null;
  }

  async #run(action, { taken, leftOut }) {
    const { api, account, redraw, signal } = this.#context;
    this.#outcome = null;
    this.#running = { action, settled: 0, all: taken.length };
    redraw();
    // Not with the page's signal: what was asked for shall not be half asked when the page is left.
    const { done, failed } = await sendEach(taken, (one) => api.postOnce(ENDPOINTS[action](account, one.webhookId, one.deliveryId)), {
      onProgress: (settled) => {
        this.#running.settled = settled;
        redraw();
      },
    });
    this.#running = null;
    if (signal.aborted) return;
    // What failed stays selected, to be tried again.
    for (const one of done) this.#selected.delete(keyOf(one));
    this.#tell({ action, done, failed, leftOut });
    await this.#reload();
  }

  #tell(outcome) {
    const { redraw } = this.#context;
    this.#outcome = outcome;
    announce(doneText(outcome));
    redraw();
    // The button that was pressed may be gone.
    requestAnimationFrame(() => document.getElementById("choosing-outcome")?.focus());
  }
}

/** The button that had the focus is gone; the box of all rows stands beside where it was. */
function focusOnAll() {
  requestAnimationFrame(() => document.querySelector(".choosing-all input")?.focus());
}
