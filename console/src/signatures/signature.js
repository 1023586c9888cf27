/* A webhook's signing secret: when it was made, getting it, replacing it, ending the earlier ones. */
import { html, nothing } from "lit-html";
import { copyLater } from "../clipboard.js";
import { problemText } from "../language/texts.js";
import { endpoints } from "../addresses/paths.js";
import { acting } from "../parts/acting.js";
import { announce } from "../parts/announce.js";
import { codeBlock, copyButton } from "../parts/code_block.js";
import { icon } from "../parts/icons.js";
import { askForEnd, askForRotation, earlierList, madeAt, MOST_EARLIER, stillSigning } from "./rotation.js";
import { saveSignature } from "./signature_download.js";
import { failure } from "../parts/states.js";
import { time } from "../parts/time.js";

/**
 * A panel for the secret of `webhook()`. `changed()` is called when it was rotated or read, so that the webhook is read
 * again. The secret is kept only as long as it is shown.
 */
export class SignaturePanel {
  #context;
  #webhook;
  #changed;
  #acting;
  /** What was read to be shown, `{secret, createdAt}`, or null. */
  #read = null;
  /** What was done last, as the name of its text, or "". */
  #told = "";

  constructor(context, { webhook, changed }) {
    this.#context = context;
    this.#webhook = webhook;
    this.#changed = changed;
    this.#acting = acting(context);
  }

  /** The secret that is shown, "" for none: somebody else may have replaced meanwhile what was read. */
  get #shown() {
    return this.#read && this.#read.createdAt === madeAt(this.#webhook()) ? this.#read.secret : "";
  }

  view() {
    const { t, account, can } = this.#context;
    const { authentication } = this.#webhook();
    const { busy, error } = this.#acting.state;
    // Once the webhook was read again after it, what is not its secret any more is not kept.
    if (!busy && !this.#shown) this.#read = null;
    const earlier = stillSigning(authentication);
    const button = (image, text, act) => html`
      <button type="button" class="secondary" aria-disabled=${busy ? "true" : "false"} @click=${() => busy || act()}>
        ${icon(image)}${text}</button>`;
    return html`
      <div class="signature">
        ${facts(t, authentication, keySetAddress(account, this.#webhook()))}
        ${earlier.length ? html`<div><h3 class="fact-title">${t("secret.earlier", { count: earlier.length })}</h3>${earlierList(earlier)}</div>` : nothing}
        ${this.#told ? html`<p class="field-hint"><strong>${t(this.#told)}</strong> ${this.#next()}</p>` : nothing}
        ${this.#shown ? codeBlock(this.#shown, { label: t("secret.label"), copy: false, wrap: true }) : nothing}
        ${can("secrets") ? html`<div class="actions">
          ${this.#shown ? button("secret", t("secret.hide"), () => this.#hide()) : button("secret", t("secret.show"), () => this.#show())}
          ${button("copy", t("secret.copy"), () => this.#copy())}
          ${button("download", t("signature.download"), () => this.#download())}
        </div>
        <p class="field-hint">${t("secret.recorded")}</p>
        <div class="actions">
          ${button("refresh", t("signature.rotate"), () => this.#rotate())}
          ${earlier.length ? button("remove", t("signature.end"), () => this.#end()) : nothing}
        </div>` : nothing}
        ${error ? failure(error) : nothing}
      </div>
    `;
  }

  #next() {
    const { t } = this.#context;
    if (this.#told === "signature.rotated_now") return t("secret.rotated_more");
    return this.#told === "secret.rotated_alone" ? t("secret.rotated_alone_more") : nothing;
  }

  #hide() {
    this.#read = null;
    this.#context.redraw();
  }

  #show() {
    return this.#reading(async (read) => {
      const { secret, createdAt } = await read();
      this.#read = { secret, createdAt };
      announce(this.#context.t("secret.is_shown"));
    });
  }

  /** One that is shown is not got again. */
  #copy() {
    const shown = this.#shown;
    return this.#reading(async (read) => {
      const copied = await copyLater(shown ? Promise.resolve(shown) : read().then(({ secret }) => secret));
      this.#told = copied ? "secret.copied" : "action.copy_failed";
      announce(this.#context.t(this.#told));
    });
  }

  #download() {
    return this.#reading(async (read) => {
      saveSignature(await read(), this.#webhook().webhookId);
      this.#told = "receiving.downloaded";
      announce(this.#context.t(this.#told));
    });
  }

  /** Get the secret for something; that it was got is recorded, which the webhook then tells. */
  #reading(use) {
    const { api, account, signal } = this.#context;
    const read = async () => (await api.get(endpoints.signature(account, this.#webhook().webhookId), { signal })).data;
    return this.#acting.act(async () => {
      this.#told = "";
      await use(read);
      await this.#changed();
    });
  }

  async #rotate() {
    const asked = this.#webhook();
    const earlier = stillSigning(asked.authentication);
    if (earlier.length >= MOST_EARLIER) return this.#end({ full: true });
    let wish = await askForRotation(earlier);
    while (wish) {
      await this.#replace(asked, wish);
      const problem = refusedSecret(this.#acting.state.error);
      if (!problem) return;
      // Said where it was entered, and with what was entered: behind the question nobody could mend it.
      this.#acting.state.error = null;
      this.#context.redraw();
      wish = await askForRotation(earlier, { before: wish, problem });
    }
  }

  #replace(asked, wish) {
    const { api } = this.#context;
    return this.#writing(asked, wish.ends ? "secret.rotated_alone" : "signature.rotated_now", async (address, options) => {
      const { etag } = await api.postOnce(address, { ...options, body: wish.secret ? { secret: wish.secret } : {} });
      this.#read = null;
      // So it is, even if the others cannot be ended.
      this.#told = "signature.rotated_now";
      if (wish.ends) await api.delete(`${address}/previous`, { ...options, headers: { "If-Match": etag } });
    });
  }

  async #end(how) {
    const asked = this.#webhook();
    if (!(await askForEnd(stillSigning(asked.authentication), how))) return;
    const { api } = this.#context;
    await this.#writing(asked, "signature.ended_now", (address, options) => api.delete(`${address}/previous`, options));
  }

  /**
   * Under the version that was asked about, whatever is read behind the question: of two people who click at once, the
   * second sees first what the other did. Busy until it is read again: who clicks again at once would be refused for what they have done themselves.
   */
  #writing({ webhookId, version }, told, send) {
    const { account, signal, t } = this.#context;
    return this.#acting.act(async () => {
      this.#told = "";
      try {
        await send(endpoints.signature(account, webhookId), { headers: { "If-Match": `"${version}"` }, signal });
      } finally {
        await this.#changed();
      }
      this.#told = told;
      announce(t(told));
    });
  }
}

/** What is wrong with the secret that was entered, "" where the error is another, or none. */
function refusedSecret(error) {
  const { message } = error?.problem?.errors?.find(({ field }) => field === "secret") ?? {};
  return message ? problemText(message) : "";
}

/** Where a receiver finds the public keys of a webhook, or "" where it has none: the API is where this page is from. */
export function keySetAddress(account, { webhookId, authentication }) {
  if (authentication.algorithm !== "ED25519") return "";
  return new URL(endpoints.publicKeys(account, webhookId), location.origin).href;
}

function facts(t, authentication, keySet) {
  const { secretCreatedAt, secretRotatedAt, secretDownloadedAt } = authentication;
  const times = [[t("signature.created"), secretCreatedAt], [t("signature.rotated"), secretRotatedAt]];
  const rows = [
    ...times.filter(([, at]) => at).map(([name, at]) => [name, time(at)]),
    [t("secret.read_at"), secretDownloadedAt ? readAt(t, secretDownloadedAt, secretRotatedAt) : t("signature.never_downloaded")],
  ];
  return html`
    <dl class="fact-grid fact-grid-wide">${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
      ${keySet ? html`<div class="fact-wide"><dt>${t("signature.key_set")}</dt>
        <dd><code>${keySet}</code> ${copyButton(keySet)}</dd></div>` : nothing}</dl>
  `;
}

/** When the secret was read last; before it was rotated that was another one, which the receiver may have still. */
function readAt(t, at, rotatedAt) {
  const earlier = rotatedAt && Date.parse(at) < Date.parse(rotatedAt);
  return html`${time(at)}${earlier ? html` <span class="muted">${t("secret.read_before")}</span>` : nothing}`;
}
