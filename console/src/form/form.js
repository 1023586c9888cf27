/* The state of the form: values, what is wrong with them, and saving. */
import { EVERY } from "../events/subscription.js";
import { announce } from "../parts/announce.js";
import { Folded } from "../parts/folded.js";
import { endpoints } from "../paths.js";
import { problemText } from "../texts.js";
import { withTimes } from "../times.js";
import { ENTERED, withoutSecrets } from "./authentication_model.js";
import { bodyOf, changedFields, changesOf, deliveryChosen, lightProblems, onTopOf, problemsByField, valuesOf } from "./model.js";

/** So many event names are drawn at first. */
const MOST_NAMES = 100;

/** A form for `saved` (null for a new webhook) of version `etag`. `values` may be those of an earlier visit. */
export class WebhookForm {
  search = "";
  mostNames = MOST_NAMES;
  busy = false;
  done = false;
  problems = {};
  /** What refused the form as a whole: an `ApiError`, or null. */
  error = null;
  /** The webhook as somebody else has saved it meanwhile, `{webhook, etag}`, or null. */
  conflict = null;
  #context;
  /** The event names that were chosen before all of them were. */
  #chosenNames = [];
  /** Of this form as it is filled in: the same again, after an answer that was lost, adds no second webhook. */
  #key = crypto.randomUUID();

  constructor(context, saved, etag, values = null) {
    this.#context = context;
    this.saved = saved;
    this.etag = etag;
    this.values = values ?? valuesOf(saved);
    this.folded = new Folded(context.redraw);
    this.deliveryOpen = deliveryChosen(this.values);
    const { clientCertificate, trustedCertificates } = this.values.authentication;
    this.tlsOpen = clientCertificate.how !== ENTERED || trustedCertificates.how !== ENTERED;
  }

  get t() {
    return this.#context.t;
  }

  /** What is wrong with a field, or "". */
  problem(field) {
    return this.problems[field] ?? "";
  }

  /** Whether something would be lost. */
  get unsaved() {
    return !this.done && changedFields(this.values, valuesOf(this.saved)).length > 0;
  }

  /** Enter a value; what was wrong with it (or with `fields`) is forgotten. */
  set(field, value, fields = [field]) {
    this.values = { ...this.values, [field]: value };
    this.#key = crypto.randomUUID();
    for (const name of fields) delete this.problems[name];
    this.#context.redraw();
  }

  /** Enter a part of `authentication`; with another type all that was wrong with the one before is forgotten. */
  setAuthentication(part, fields = Object.keys(part).map((name) => `authentication.${name}`)) {
    const others = part.type ? Object.keys(this.problems).filter((name) => name.startsWith("authentication.")) : [];
    this.set("authentication", { ...this.values.authentication, ...part }, [...fields, ...others]);
  }

  /** Say what is wrong with a field before the API does. */
  setProblem(field, text) {
    this.problems = { ...this.problems, [field]: text };
    this.#context.redraw();
  }

  setSearch(search) {
    Object.assign(this, { search, mostNames: MOST_NAMES });
    this.#context.redraw();
  }

  showMoreNames(count) {
    this.mostNames += count;
    this.#context.redraw();
  }

  /** Every event type, or again those that were chosen by name. */
  chooseEvery(every) {
    const { eventNames } = this.values;
    if (every && !eventNames.includes(EVERY)) this.#chosenNames = eventNames;
    this.set("eventNames", every ? [EVERY] : this.#chosenNames);
  }

  /** Save; resolves to the webhook as it is then, or to null where it was refused and the form says why. */
  async save() {
    if (this.busy) return null;
    Object.assign(this, { error: null, conflict: null, problems: this.#translated(lightProblems(this.values, this.saved)) });
    if (Object.keys(this.problems).length) return this.#refuse();
    this.#busy(true);
    try {
      const { data } = await this.#send();
      this.done = true;
      // What was secret in it is in the API's hands now.
      this.values = { ...this.values, authentication: withoutSecrets(this.values.authentication) };
      return data;
    } catch (error) {
      await this.#failed(error);
      return null;
    } finally {
      this.#busy(false);
    }
  }

  /** Take over what the API says is wrong; false where it names no field. */
  takeProblems(error) {
    const errors = error.problem?.errors ?? [];
    if (error.status !== 422 || !errors.length) return false;
    const found = problemsByField(errors, this.values);
    this.problems = Object.fromEntries(Object.entries(found).map(([field, message]) => [field, withTimes(problemText(message))]));
    this.#refuse();
    return true;
  }

  /** Throw away what was entered, and go on with what somebody else has saved. */
  takeTheirs() {
    this.values = valuesOf(this.conflict.webhook);
    this.#rebase("conflict.taken");
  }

  /** Keep what was entered, on top of what somebody else has saved. */
  keepMine() {
    this.values = onTopOf(this.values, valuesOf(this.saved), valuesOf(this.conflict.webhook));
    this.#rebase("conflict.kept");
  }

  /** The fields that somebody else has changed meanwhile. */
  get theirChanges() {
    return changedFields(valuesOf(this.conflict.webhook), valuesOf(this.saved));
  }

  /** Take what is saved now, keeping what was entered: the secret was rotated or downloaded, or a reading is newer. */
  refresh(webhook, etag) {
    this.values = onTopOf(this.values, valuesOf(this.saved), valuesOf(webhook));
    Object.assign(this, { saved: webhook, etag });
    this.#context.redraw();
  }

  #send() {
    const { api, account } = this.#context;
    if (!this.saved) return api.postOnce(endpoints.webhooks(account), { body: bodyOf(this.values), key: this.#key });
    return api.patch(endpoints.webhook(account, this.saved.webhookId), {
      body: changesOf(this.values, valuesOf(this.saved)), headers: { "If-Match": this.etag },
    });
  }

  async #failed(error) {
    if (this.takeProblems(error)) return;
    if (error.status === 412) {
      try {
        const { api, account } = this.#context;
        const { data, etag } = await api.get(endpoints.webhook(account, this.saved.webhookId));
        this.conflict = { webhook: data, etag };
      } catch (second) {
        this.error = second;
      }
    } else {
      this.error = error;
    }
    this.#toTop();
  }

  #rebase(said) {
    Object.assign(this, { saved: this.conflict.webhook, etag: this.conflict.etag, conflict: null });
    announce(this.t(said));
    this.#context.redraw();
  }

  #translated(problems) {
    return Object.fromEntries(Object.entries(problems).map(([field, key]) => [field, this.t(key)]));
  }

  #refuse() {
    const wrong = Object.keys(this.problems);
    this.deliveryOpen ||= wrong.some((field) => field.startsWith("delivery."));
    this.tlsOpen ||= wrong.some((field) => /^authentication\.(client|trusted)Certificate/.test(field));
    this.#toTop();
    return null;
  }

  #busy(busy) {
    this.busy = busy;
    this.#context.redraw();
  }

  /** Draw, then lead to what is wrong. */
  #toTop() {
    this.#context.redraw();
    requestAnimationFrame(() => document.getElementById("form-summary")?.focus());
  }
}
