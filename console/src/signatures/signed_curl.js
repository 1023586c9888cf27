/* A delivery's request as a curl command that a receiver accepts: signed anew, by the browser, on request. */
import { html, nothing } from "lit-html";
import { copyLater } from "../clipboard.js";
import { curlCommand } from "./curl.js";
import { endpoints } from "../addresses/paths.js";
import { HOLDS_MINUTES, signedAnew } from "./signing.js";
import { sentence, t } from "../language/texts.js";
import { acting } from "../parts/acting.js";
import { announce } from "../parts/announce.js";
import { icon } from "../parts/icons.js";
import { failure } from "../parts/states.js";
import { time } from "../parts/time.js";

const HOLDS_MS = HOLDS_MINUTES * 60_000;

/** The button, and what became of it. The secret is fetched for one command, which the API records, and not kept. */
export class SignedCurl {
  #context;
  #acting;
  /** When the last command was signed, in milliseconds, and whether it is in the clipboard; or null. */
  #last = null;

  constructor(context) {
    this.#context = context;
    this.#acting = acting(context);
  }

  /** The button for a request to `targetUrl`; nothing where it is not signed. */
  button(request, targetUrl) {
    if (!this.#offered(request)) return nothing;
    return html`<button type="button" class="secondary" aria-disabled=${this.#acting.state.busy ? "true" : "false"}
      aria-describedby="signed-curl-note" @click=${() => this.#copy(request, targetUrl)}>${icon("copy")}${t("curl.signed")}</button>`;
  }

  /** What the button does, how long the last command holds, and why there is none. */
  note(request) {
    if (!this.#offered(request)) return nothing;
    const { error } = this.#acting.state;
    return html`
      <p class="muted" id="signed-curl-note">${t("curl.note", { count: HOLDS_MINUTES })}</p>
      ${this.#last ? html`<p><strong>${t(this.#last.copied ? "curl.copied" : "action.copy_failed")}</strong>
        ${this.#last.copied ? sentence("curl.holds_until", { at: time(new Date(this.#last.at + HOLDS_MS).toISOString()) }) : nothing}</p>` : nothing}
      ${error ? failure(error) : nothing}
    `;
  }

  #offered(request) {
    return "webhook-signature" in request.headers && this.#context.can("secrets");
  }

  #copy(request, targetUrl) {
    return this.#acting.act(async () => {
      this.#last = null;
      const at = Date.now();
      const copied = await copyLater(this.#command(request, targetUrl, at));
      this.#last = { at, copied };
      announce(t(copied ? "curl.copied" : "action.copy_failed"));
    });
  }

  async #command(request, targetUrl, at) {
    const { api, account, params, signal } = this.#context;
    const { data } = await api.get(endpoints.signature(account, params.webhookId), { signal });
    return curlCommand(targetUrl, { headers: await signedAnew(request, data.secret, at), body: request.body });
  }
}
