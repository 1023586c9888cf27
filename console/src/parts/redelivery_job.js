/* A redelivery job and how far it is. */
import { html, nothing } from "lit-html";
import { endpoints } from "../paths.js";
import { sentence } from "../texts.js";
import { announce } from "./announce.js";
import { notice } from "./notice.js";
import { person } from "./person.js";
import { failure } from "./states.js";

const EVERY_MS = 2_000;

/** The running job of the page's webhook, or the last one that was started here; `onProgress` when more is queued. */
export class RedeliveryJob {
  #context;
  #onProgress;
  #job = null;
  #total = nothing;
  #error = null;

  constructor(context, onProgress) {
    this.#context = context;
    this.#onProgress = onProgress;
    this.#resume();
  }

  /** Whether one is running, as far as is known. */
  get running() {
    return this.#job?.state === "RUNNING";
  }

  /** Start one: `{status, from, to?}`; `total` is how many it will queue, null if unknown. Rejects with `ApiError`. */
  async start(body, total) {
    const { api } = this.#context;
    // Not with the page's signal: what was asked for shall not be half asked when the page is left.
    const { data } = await api.post(this.#address(), { body });
    this.#total = total || nothing;
    this.#take(data);
  }

  /** Show the one that is running; resolves to whether there is one. */
  async find() {
    const { api, signal } = this.#context;
    try {
      const { data } = await api.get(this.#address(), { signal });
      if (data.state === "RUNNING") this.#take(data);
      return data.state === "RUNNING";
    } catch (error) {
      // None was ever started.
      if (error.status === 404) return false;
      throw error;
    }
  }

  view() {
    const { t } = this.#context;
    if (this.#error) return failure(this.#error, () => this.#follow());
    if (!this.#job) return nothing;
    const { requeued: count, requestedBy } = this.#job;
    if (this.running) return notice("info", t("redeliver.running", { count }), html`
      <p>${t("redeliver.running_body")} ${sentence("redeliver.asked_by", { who: person(requestedBy, this.#context.me) })}</p><progress max=${this.#total} value=${this.#total === nothing ? nothing : count} aria-label=${t("redeliver.progress")}></progress>`);
    const dismiss = html`<button type="button" class="secondary" @click=${() => this.#dismiss()}>${t("redeliver.dismiss")}</button>`;
    if (count === 0) return notice("info", t("redeliver.done_none"), t("redeliver.done_none_body"), dismiss);
    return notice("ok", t("redeliver.done", { count }), t("redeliver.done_body"), dismiss);
  }

  #address() {
    const { account, params } = this.#context;
    return endpoints.redeliverMany(account, params.webhookId);
  }

  async #resume() {
    try {
      await this.find();
    } catch {
      // Nothing was asked for: whoever starts one is told what is wrong.
    }
  }

  #take(job) {
    const { t, redraw } = this.#context;
    const before = this.#job?.jobId === job.jobId ? this.#job : null;
    this.#job = job;
    this.#error = null;
    if (job.requeued !== (before?.requeued ?? 0)) this.#onProgress();
    if (this.running) this.#later();
    else announce(job.requeued ? t("redeliver.done", { count: job.requeued }) : t("redeliver.done_none"));
    redraw();
  }

  #later() {
    const { signal } = this.#context;
    const timer = setTimeout(() => this.#follow(), EVERY_MS);
    signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  }

  async #follow() {
    const { api, signal, redraw } = this.#context;
    try {
      this.#take((await api.get(this.#address(), { signal })).data);
    } catch (error) {
      if (signal.aborted) return;
      this.#error = error;
      redraw();
    }
  }

  #dismiss() {
    this.#job = null;
    this.#context.redraw();
  }
}
