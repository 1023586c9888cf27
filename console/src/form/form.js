/* The state of the form: values, what is wrong with them, and saving. */
import { EVERY } from "../events/subscription.js";
import { announce } from "../parts/announce.js";
import { Folded } from "../parts/folded.js";
import { endpoints } from "../addresses/paths.js";
import { makeSecret } from "../signatures/signing.js";
import { problemText } from "../language/texts.js";
import { withTimes } from "../language/times.js";
import { ENTERED, signsFirst, withoutSecrets } from "./authentication_model.js";
import { bodyOf, changedFields, changesOf, clashing, deliveryChosen, lightProblems, onTopOf, problemsByField, valuesOf } from "./model.js";

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
  /** Whether the secret that was here went away with the session, and another was made. */
  secretLost = false;
  #context;
  /** The secret that the page has made, for a webhook that has none yet. */
  #madeSecret = "";
  /** Whether somebody has seen that secret, and may have given it to a receiver. */
  #secretSeen = false;
  /** The event names that a new webhook begins with. */
  #firstNames = [];
  /** The event names that were chosen before all of them were. */
  #chosenNames = [];
  /** Of this form as it is filled in: the same again, after an answer that was lost, adds no second webhook. */
  #key = crypto.randomUUID();

  constructor(context, saved, etag, values = null) {
    this.#context = context;
    this.saved = saved;
    this.etag = etag;
    this.values = values ?? valuesOf(saved);
    this.#ensureSecret();
    this.secretLost = values !== null && this.signsFirst;
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
    return !this.done && (this.#secretSeen || changedFields(this.values, this.#untouched).length > 0);
  }

  /** Begin a new webhook with event names that the page's address has: nothing that would be lost. */
  beginWith(eventNames) {
    this.#firstNames = eventNames;
    this.values = { ...this.values, eventNames };
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
    if (part.type) this.#ensureSecret();
  }

  /** Whether it is to be signed with a secret that only this form holds. */
  get signsFirst() {
    return this.#holdsSecret && signsFirst(this.values.authentication, this.saved);
  }

  /** Whether it is to be signed, and nothing to sign with is entered: said at the field, which gets the focus. */
  lacksSecret() {
    if (!this.signsFirst || this.values.authentication.secret.trim()) return false;
    this.setProblem("authentication.secret", this.t("problem.secret"));
    requestAnimationFrame(() => document.getElementById("authentication.secret")?.focus());
    return true;
  }

  /** Another secret in place of the one that is here. */
  makeSecret() {
    this.secretLost = false;
    this.#madeSecret = makeSecret();
    this.setAuthentication({ secret: this.#madeSecret });
  }

  /** Somebody has seen or taken the secret: it would be lost. */
  seeSecret() {
    this.#secretSeen = true;
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
    Object.assign(this, { error: null, conflict: null, problems: this.#translated(this.#lightProblems()) });
    if (Object.keys(this.problems).length) return this.#refuse();
    this.#busy(true);
    try {
      const { data } = await this.#send();
      this.done = true;
      // What was secret in it is in the API's hands now.
      this.values = { ...this.values, authentication: withoutSecrets(this.values.authentication) };
      this.#madeSecret = "";
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

  /**
   * Take what is saved now, keeping what was entered: the secret was rotated or downloaded, or a reading is newer. Where
   * somebody else has changed what was entered here, too, it is asked whose counts.
   */
  refresh(webhook, etag) {
    const [base, theirs] = [valuesOf(this.saved), valuesOf(webhook)];
    if (clashing(this.values, base, theirs).length) {
      this.conflict = { webhook, etag };
    } else {
      this.values = onTopOf(this.values, base, theirs);
      Object.assign(this, { saved: webhook, etag, conflict: null });
    }
    this.#context.redraw();
  }

  /**
   * What is kept while signing in again, and what it was entered on top of; null for nothing. Secrets and certificates are
   * not among it: they belong in no storage.
   */
  get draft() {
    const { values, saved, etag } = this;
    return this.unsaved ? { values: { ...values, authentication: withoutSecrets(values.authentication) }, saved, etag } : null;
  }

  /** The values of a form that nobody has touched. */
  get #untouched() {
    const values = valuesOf(this.saved);
    if (this.saved) return values;
    return { ...values, eventNames: this.#firstNames, authentication: { ...values.authentication, secret: this.#madeSecret } };
  }

  /** Whether a secret is entered here: into a webhook that exists it is not by whom the API shows none, and it makes one itself. */
  get #holdsSecret() {
    return !this.saved || (this.#context.can?.("secrets") ?? true);
  }

  #lightProblems() {
    const { "authentication.secret": secret, ...others } = lightProblems(this.values, this.saved);
    return secret && this.#holdsSecret ? { ...others, "authentication.secret": secret } : others;
  }

  /** What is to be signed has a secret before it is saved, so that the receiver can have it for the first test. */
  #ensureSecret() {
    if (!this.signsFirst || this.values.authentication.secret) return;
    this.#madeSecret = makeSecret();
    this.values = { ...this.values, authentication: { ...this.values.authentication, secret: this.#madeSecret } };
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
    this.#ensureSecret();
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
