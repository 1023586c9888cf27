/* The jobs of a webhook: those that go on, followed to their end, and the earlier ones. */
import { html, nothing } from "lit-html";
import { acting } from "../parts/acting.js";
import { announce } from "../parts/announce.js";
import { ask } from "../parts/dialog.js";
import { failure } from "../parts/states.js";
import { Turns } from "../parts/turns.js";
import { endpoints } from "../addresses/paths.js";
import { isUnfinished, jobNotice, jobTable, progressText } from "./job.js";

const EVERY_MS = 2_000;

/** The jobs of the page's webhook; `onProgress` is called when one of them has moved deliveries. */
export class Jobs {
  #context;
  #onProgress;
  #acting;
  #jobs = [];
  /** Those that were seen going on, until they are dismissed: how many they will have moved, or null. */
  #followed = new Map();
  #error = null;
  #timer;
  #turns;

  constructor(context, onProgress) {
    this.#context = context;
    this.#onProgress = onProgress;
    this.#acting = acting(context);
    this.#turns = new Turns(context.signal);
    context.signal.addEventListener("abort", () => clearTimeout(this.#timer), { once: true });
    this.reload();
  }

  /** How many go on, as far as is known. */
  get unfinished() {
    return this.#jobs.filter(isUnfinished).length;
  }

  /** One was started here; `total` is how many it will move, null if unknown. */
  started(job, total) {
    this.#turns.told();
    this.#followed.set(job.jobId, total);
    announce(progressText(job));
    this.#take([job, ...this.#jobs.filter(({ jobId }) => jobId !== job.jobId)]);
  }

  /** One was refused that nobody waits for in a dialog any more. */
  refused(error) {
    this.#acting.state.error = error;
    this.#context.redraw();
  }

  /** Ask again at once. */
  async reload() {
    const { api, account, params, signal, redraw } = this.#context;
    const turn = this.#turns.begin();
    try {
      const { data } = await api.get(endpoints.redeliverMany(account, params.webhookId), { signal });
      if (!this.#turns.counts(turn)) return;
      this.#take(data.jobs);
      this.#error = null;
    } catch (error) {
      if (!this.#turns.counts(turn)) return;
      // Where nothing goes on nobody waits for it.
      this.#error = this.unfinished ? error : null;
    }
    redraw();
  }

  /** Those that go on, or did so while somebody looked. */
  view() {
    const { me } = this.#context;
    const shown = this.#jobs.filter(({ jobId }) => this.#followed.has(jobId));
    return html`
      ${this.#error ? failure(this.#error, () => this.reload()) : nothing}
      ${this.#acting.state.error ? failure(this.#acting.state.error) : nothing}
      ${shown.map((job) => jobNotice(job, { me, total: this.#followed.get(job.jobId), actions: this.#button(job) }))}`;
  }

  /** The others: at the foot of the page, where they move nothing when they come. */
  earlier() {
    const { t, me } = this.#context;
    const earlier = this.#jobs.filter(({ jobId }) => !this.#followed.has(jobId));
    return earlier.length ? html`<details class="panel earlier-jobs"><summary>${t("jobs.earlier", { count: earlier.length })}</summary>
      ${jobTable(earlier, me)}</details>` : nothing;
  }

  #button(job) {
    const { t, can } = this.#context;
    const end = can("resend") && (isUnfinished(job) || hasQueued(job)) ? html`<button type="button" class="secondary"
      ?disabled=${this.#acting.state.busy || job.state === "ENDING"} @click=${() => this.#end(job)}>${t(endOf(job))}</button>` : nothing;
    const dismiss = isUnfinished(job) ? nothing : html`<button type="button" class="secondary"
      @click=${() => this.#dismiss(job)}>${t("action.dismiss")}</button>`;
    return html`${end}${dismiss}`;
  }

  #take(jobs) {
    const before = new Map(this.#jobs.map((job) => [job.jobId, job]));
    this.#jobs = jobs;
    for (const job of jobs.filter(isUnfinished)) {
      if (!this.#followed.has(job.jobId)) this.#followed.set(job.jobId, null);
    }
    const followed = jobs.filter(({ jobId }) => this.#followed.has(jobId));
    for (const job of followed) this.#tell(job, before.get(job.jobId));
    if (followed.some((job) => moved(job) !== moved(before.get(job.jobId)))) this.#onProgress();
    this.#later();
    this.#context.redraw();
  }

  #tell(job, before) {
    if (job.state !== before?.state && !isUnfinished(job)) announce(progressText(job));
  }

  #later() {
    clearTimeout(this.#timer);
    if (this.unfinished && !this.#context.signal.aborted) this.#timer = setTimeout(() => this.reload(), EVERY_MS);
  }

  async #end(job) {
    const { t, api, account, params } = this.#context;
    const kind = endOf(job);
    const body = t(kind === "jobs.end" && job.kind === "CANCELLATION" ? "jobs.end_withdraw_body" : `${kind}_queue_body`);
    if (!(await ask({ title: t(`${kind}_title`), body, confirm: t(kind), danger: true }))) return;
    const address = `${endpoints.redeliverMany(account, params.webhookId)}?${new URLSearchParams({ jobId: job.jobId })}`;
    const answer = await this.#acting.act(() => api.delete(address));
    if (answer) announce(t("jobs.ending"));
    await this.reload();
  }

  #dismiss({ jobId }) {
    this.#followed.delete(jobId);
    this.#context.redraw();
  }
}

/** Whether a job has put all into the backlog, where it may wait still. */
function hasQueued({ kind, state, requeued }) {
  return state === "DONE" && kind !== "CANCELLATION" && requeued > 0;
}

/** What ending a job is called: of one that has put all into the backlog, to take that back. */
function endOf(job) {
  return hasQueued(job) ? "jobs.take_back" : "jobs.end";
}

/** How many deliveries a job has moved; of one that was not there before none. */
function moved(job) {
  return job ? job.requeued + job.cancelled : 0;
}
