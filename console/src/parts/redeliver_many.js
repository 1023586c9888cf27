/* Redelivering all deliveries of a status and time: which, how many those are, and the start of the job. */
import { html, nothing } from "lit-html";
import { boundsOf, countedSpan, fromControl, matchesOf, queryText, toControl } from "../delivery_query.js";
import { endpoints } from "../paths.js";
import { ask } from "./dialog.js";
import { field } from "./field.js";
import { icon } from "./icons.js";
import { notice } from "./notice.js";
import { RedeliveryJob } from "./redelivery_job.js";
import { failure } from "./states.js";

const STATUSES = ["EXPIRED", "SKIPPED", "DELIVERED"];
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The choice and the job's progress, for the page's webhook; `onProgress` is called when deliveries were queued. */
export class RedeliverMany {
  #context;
  #webhook;
  #job;
  #chosen = null;
  #matches = { text: "", total: null };
  #problem = "";
  #refusal = () => nothing;
  #busy = false;

  constructor(context, { webhook, onProgress }) {
    this.#context = context;
    this.#webhook = webhook;
    this.#job = new RedeliveryJob(context, onProgress);
  }

  /** `filters` are those of the list: the choice starts with them. */
  view(filters) {
    const { t } = this.#context;
    const opened = (event) => {
      if (event.target.open && !this.#chosen) this.#begin(filters);
    };
    return html`
      ${this.#job.view()}
      <details class="panel redeliver" @toggle=${opened}>
        <summary>${t("redeliver.title")}</summary>
        ${this.#chosen ? this.#form() : nothing}
      </details>
    `;
  }

  #begin(filters) {
    const { from, to } = boundsOf(filters, Date.now());
    const status = STATUSES.includes(filters.status) ? filters.status : STATUSES[0];
    // From a whole hour, because those can be counted exactly.
    const start = Math.floor((from ? Date.parse(from) : Date.now() - DAY_MS) / HOUR_MS) * HOUR_MS;
    this.#choose({ status, from: new Date(start).toISOString(), to });
  }

  #choose(changes) {
    const { t } = this.#context;
    this.#chosen = { ...this.#chosen, ...changes };
    const { from, to } = this.#chosen;
    this.#refusal = () => nothing;
    this.#problem = to && from && to < from ? t("deliveries.to_before_from") : "";
    this.#count();
  }

  async #count() {
    const { api, account, params, signal, redraw } = this.#context;
    const chosen = this.#chosen;
    this.#matches = { text: this.#context.t("redeliver.counting"), total: null };
    redraw();
    const matches = await this.#counted(chosen, (query) =>
      api.get(endpoints.deliveryCounts(account, params.webhookId) + query, { signal }));
    // Something else may have been chosen meanwhile.
    if (chosen !== this.#chosen || signal.aborted) return;
    this.#matches = matches;
    redraw();
  }

  async #counted({ status, from, to }, read) {
    const { t } = this.#context;
    const counted = countedSpan({ from, to }, Date.now());
    if (!counted) return { text: t("redeliver.matches_unknown"), total: null };
    try {
      const { data } = await read(queryText(counted));
      const { count, exact } = matchesOf(data, { status, from, to });
      if (count === 0) return { text: t("redeliver.matches_none"), total: null };
      return { text: t(exact ? "redeliver.matches" : "redeliver.matches_at_most", { count }), total: exact ? count : null };
    } catch {
      // The number only helps to choose; the redelivery itself does not need it.
      return { text: "", total: null };
    }
  }

  #form() {
    const { t } = this.#context;
    const { status, from, to } = this.#chosen;
    const missing = from ? "" : t("redeliver.from_missing");
    if (this.#off()) return notice("warn", t("redeliver.off_title"), t("redeliver.off_body"));
    return html`
      <p class="lead">${t("redeliver.lead")}</p>
      <form class="redeliver-form" novalidate @submit=${(event) => this.#submit(event)}>
        ${field({ id: "redeliver-status", label: t("redeliver.status"), control: ({ id }) => html`
          <select id=${id} @change=${(event) => this.#choose({ status: event.target.value })}>
            ${STATUSES.map((one) => html`<option value=${one} ?selected=${one === status}>${t(`redeliver.status_${one}`)}</option>`)}
          </select>` })}
        ${this.#timeField("from", from, missing)}${this.#timeField("to", to, this.#problem)}
        <div class="redeliver-start">
          <p class="redeliver-matches" role="status">${this.#matches.text}</p>
          <button type="submit" ?disabled=${this.#busy || this.#job.running}>${icon("refresh")}${t("redeliver.start")}</button>
        </div>
      </form>
      <div class="redeliver-refusal" role="alert">${this.#refusal()}</div>
    `;
  }

  #timeField(name, iso, problem) {
    const { t } = this.#context;
    const change = (event) => this.#choose({ [name]: fromControl(event.target.value, { end: name === "to" }) });
    return field({ id: `redeliver-${name}`, label: t(`deliveries.${name}`), problem, control: ({ id, describedBy, invalid }) => html`
      <input type="datetime-local" id=${id} .value=${toControl(iso)} @change=${change}
        aria-describedby=${describedBy} aria-invalid=${invalid}>` });
  }

  #off() {
    const webhook = this.#webhook.data;
    return webhook !== undefined && webhook.status !== "ACTIVE";
  }

  async #submit(event) {
    event.preventDefault();
    const { t, redraw } = this.#context;
    const { status, from, to } = this.#chosen;
    if (!from || this.#problem) return event.target.querySelector("[aria-invalid]").focus();
    const body = html`<p>${this.#matches.text}</p><p>${t(`redeliver.confirm_${status}`)}</p>`;
    if (!(await ask({ title: t("redeliver.confirm_title"), body, confirm: t("redeliver.start") }))) return undefined;
    this.#busy = true;
    this.#refusal = () => nothing;
    redraw();
    try {
      await this.#job.start({ status, from, to: to || undefined }, this.#matches.total);
    } catch (error) {
      this.#refusal = await this.#explained(error);
    }
    this.#busy = false;
    return redraw();
  }

  /** What draws why it was refused: 409 is either of two things, and which of them is known only now. */
  async #explained(error) {
    const { t } = this.#context;
    if (error.status !== 409) return () => failure(error);
    await this.#webhook.reload();
    if (this.#off()) return () => nothing;
    const running = await this.#job.find().catch(() => false);
    if (!running) return () => failure(error);
    const busy = notice("warn", t("redeliver.busy_title"), t("redeliver.busy_body"));
    return () => (this.#job.running ? busy : nothing);
  }
}
