/* The dialog in which many deliveries are chosen, to be sent again or withdrawn: which, how many, and the start. */
import { html, nothing, render } from "lit-html";
import { matchesOf, queryText } from "../deliveries/delivery_query.js";
import { jobNames } from "../events/subscription.js";
import { openDialog } from "../parts/dialog.js";
import { notice } from "../parts/notice.js";
import { failure } from "../parts/states.js";
import { waitingOf } from "../webhook/waiting.js";
import { endpoints } from "../addresses/paths.js";
import { ASIDE, beginning, bodyOf, notTaken, problemsOf, WHICH } from "./choice.js";
import { estimate } from "./estimate.js";
import { choiceForm } from "./form.js";

/** As many jobs of a webhook may be unfinished. */
const MOST_JOBS = 5;
const ENDPOINTS = { redeliver: endpoints.redeliverMany, withdraw: endpoints.cancelMany };
/** What nobody has got is looked for first; the day's counts tell whether there is any. */
const LOST = ["EXPIRED", "SKIPPED"];

/**
 * Open the dialog of a `kind`, "redeliver" or "withdraw". `webhook` and `eventTypes` are resources, `filters` are those of
 * the log; `jobs` are told of the job that is started.
 */
export function openMany(context, { kind, webhook, eventTypes, filters, jobs }) {
  new ManyDialog(context, { kind, webhook, eventTypes, filters, jobs }).open();
}

class ManyDialog {
  #context;
  #kind;
  #webhook;
  #eventTypes;
  #jobs;
  #choice;
  #notTaken;
  #search = "";
  #estimate = null;
  #busy = false;
  #refused = nothing;
  #tried = false;
  #dialog = openDialog();

  constructor(context, { kind, webhook, eventTypes, filters, jobs }) {
    this.#context = context;
    this.#kind = kind;
    this.#webhook = webhook;
    this.#eventTypes = eventTypes;
    this.#jobs = jobs;
    this.#choice = beginning(kind, filters, Date.now());
    this.#notTaken = notTaken(kind, filters);
    if (kind === "redeliver" && !WHICH.redeliver.includes(filters.status)) this.#findLost();
    this.#count();
    // How much waits now, and whether it is on.
    webhook.reload().then(() => this.#count());
  }

  open() {
    this.#draw();
    this.#dialog.showModal();
  }

  #draw() {
    if (this.#context.signal.aborted) return;
    const { t } = this.#context;
    const close = () => this.#dialog.close();
    render(html`
      <form novalidate @submit=${(event) => this.#submit(event)}>
        <h2 id="dialog-title">${t(`many.title_${this.#kind}`)}</h2>
        ${this.#off() ? notice("warn", t("many.off_title"), t("many.off_body")) : this.#whole()}
        ${this.#refused}
        <div class="dialog-actions">
          <button type="button" class="secondary" @click=${close}>${t("action.cancel")}</button>
          ${this.#off() ? nothing : html`<button type="submit" class=${this.#kind === "withdraw" ? "danger" : ""}
            ?disabled=${this.#estimate === null || this.#none()} aria-disabled=${this.#busy ? "true" : "false"}>${t(this.#busy ? "many.starting" : `many.start_${this.#kind}`)}</button>`}
        </div>
      </form>`, this.#dialog);
  }

  #whole() {
    const { t } = this.#context;
    const problems = this.#tried ? problemsOf(this.#choice) : { ...problemsOf(this.#choice), from: "" };
    return html`
      ${choiceForm(this.#choice, {
        own: jobNames(this.#webhook.data?.eventNames ?? [], this.#eventTypes.data ?? []), problems, choose: (changes) => this.#choose(changes),
        search: this.#search,
        onSearch: (text) => {
          this.#search = text;
          this.#draw();
        },
      })}
      <div class="dialog-body">
        ${this.#notTaken.length ? html`<p>${t("many.not_taken", { filters: this.#notTaken.map((key) => t(key)).join(", ") })}</p>` : nothing}
        <p class="many-matches" role="status">${this.#estimate ? this.#howMany() : t("many.counting")}</p>
        <p>${t(this.#kind === "withdraw" ? "many.withdraw_body" : `many.redeliver_body_${this.#choice.which}`)}</p>
      </div>`;
  }

  #howMany() {
    const { t } = this.#context;
    const { kind, count, why } = this.#estimate;
    if (kind === "unfit") return "";
    if (kind === "exact" && count === 0) return t("many.none");
    const told = t(`many.${kind}`, { count });
    return why && kind === "up_to" ? `${told} ${t(`many.why_${why}`)}` : told;
  }

  #none() {
    return this.#estimate?.kind === "exact" && this.#estimate.count === 0;
  }

  /** A redelivery has no effect on a webhook that is off; what waits for it can be withdrawn. */
  #off() {
    const webhook = this.#webhook.data;
    return this.#kind === "redeliver" && webhook !== undefined && webhook.status !== "ACTIVE";
  }

  #choose(changes) {
    this.#choice = { ...this.#choice, ...changes };
    this.#refused = nothing;
    this.#count();
  }

  async #count() {
    const choice = this.#choice;
    this.#estimate = null;
    this.#draw();
    const { from, to } = problemsOf(choice);
    const counted = from || to ? { kind: "unfit", count: 0 } : await this.#estimated(choice);
    // Something else may have been chosen meanwhile.
    if (choice !== this.#choice) return;
    this.#estimate = counted;
    this.#draw();
  }

  #estimated(choice) {
    const { account, params } = this.#context;
    return estimate(choice, {
      waiting: waitingOf(this.#webhook.data),
      readCounts: (query) => this.#read(endpoints.deliveryCounts(account, params.webhookId) + query),
      readList: (query) => this.#read(endpoints.deliveries(account, params.webhookId) + query),
      now: Date.now(),
      // The number only helps to choose; the job itself does not need it.
    }).catch(() => ({ kind: "unknown", count: 0 }));
  }

  /** Begin with what there is: of the first status that has any in this time, else with what is set aside. */
  async #findLost() {
    const { account, params } = this.#context;
    const began = this.#choice;
    const { from, to } = began;
    const counts = await this.#read(endpoints.deliveryCounts(account, params.webhookId) + queryText({ from, to })).catch(() => null);
    if (!counts || this.#choice !== began) return;
    const lost = LOST.find((status) => matchesOf(counts, { status, from, to }).count > 0);
    const aside = waitingOf(this.#webhook.data).setAside > 0 ? ASIDE : undefined;
    const which = lost ?? aside;
    if (which && which !== began.which) this.#choose({ which });
  }

  async #read(address) {
    const { api, signal } = this.#context;
    return (await api.get(address, { signal })).data;
  }

  async #submit(event) {
    event.preventDefault();
    const { api, account, params } = this.#context;
    if (this.#busy) return undefined;
    this.#tried = true;
    const problems = problemsOf(this.#choice);
    if (problems.from || problems.to) {
      this.#draw();
      return this.#dialog.querySelector("[aria-invalid=true]").focus();
    }
    this.#busy = true;
    this.#refused = nothing;
    this.#draw();
    try {
      const address = ENDPOINTS[this.#kind](account, params.webhookId);
      // Not with the page's signal: what was asked for shall not be half asked when the page is left.
      const { data } = await api.postOnce(address, { body: bodyOf(this.#choice) });
      this.#jobs.started(data, this.#estimate?.kind === "exact" ? this.#estimate.count : null);
      return this.#dialog.close();
    } catch (error) {
      // Who has closed it meanwhile would not see it here.
      if (!this.#dialog.open) return this.#jobs.refused(error);
      this.#refused = await this.#explained(error);
    }
    this.#busy = false;
    return this.#draw();
  }

  /** What says why it was refused: 409 is either of two things, and which of them is known only now. */
  async #explained(error) {
    const { t } = this.#context;
    if (error.status !== 409) return failure(error);
    await Promise.all([this.#webhook.reload(), this.#jobs.reload()]);
    if (this.#off()) return nothing;
    if (this.#jobs.unfinished < MOST_JOBS) return failure(error);
    return html`<div role="alert">${notice("warn", t("many.full_title"), t("many.full_body"))}</div>`;
  }
}
