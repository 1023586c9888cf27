/* The account's webhooks that sign: where they send, what they send, and their secrets to download. */
import { html, nothing } from "lit-html";
import { paths } from "../addresses/paths.js";
import { t } from "../language/texts.js";
import { eventName as breakable } from "../events/event_name.js";
import { acting } from "../parts/acting.js";
import { icon } from "../parts/icons.js";
import { failure } from "../parts/states.js";
import { downloadSignature } from "./signature_download.js";
import { time } from "../parts/time.js";

const COLUMNS = ["webhook", "target", "events", "secret"];

/** The table, on the page of `context`; it keeps why the last download failed. */
export class SignatureTable {
  #context;
  #acting;

  constructor(context) {
    this.#context = context;
    this.#acting = acting(context);
  }

  /** Those among `webhooks` that sign. */
  view(webhooks) {
    const signing = webhooks.filter(({ authentication }) => authentication.type === "SIGNATURE");
    if (signing.length === 0) return html`<p>${t("receiving.webhooks_none")}</p>`;
    const { error } = this.#acting.state;
    return html`
      ${error ? failure(error) : nothing}
      <div class="table-frame">
        <table class="cards signatures">
          <thead><tr>${COLUMNS.map((name) => html`<th scope="col">${t(`receiving.column_${name}`)}</th>`)}</tr></thead>
          <tbody>${signing.map((webhook) => this.#row(webhook))}</tbody>
        </table>
      </div>
    `;
  }

  #row({ webhookId, name, targetUrl, eventNames, authentication }) {
    return html`
      <tr>
        <th scope="row"><a href=${paths.webhook(this.#context.account, webhookId)}>${name}</a></th>
        <td data-label=${t("receiving.column_target")}><code>${targetUrl}</code></td>
        <td data-label=${t("receiving.column_events")}>
          <ul class="names">${eventNames.map((one) => html`<li class="event-name">${breakable(one)}</li>`)}</ul></td>
        <td data-label=${t("receiving.column_secret")}>
          <div class="secret">
            ${secretTimes(authentication)}
            ${this.#context.can("secrets") ? html`<button type="button" class="secondary" aria-label=${t("receiving.download_of", { name })}
              aria-disabled=${this.#acting.state.busy ? "true" : "false"}
              @click=${() => this.#download(webhookId)}>${icon("download")}${t("signature.download")}</button>` : nothing}
          </div>
        </td>
      </tr>
    `;
  }

  /** One at a time: each is recorded. */
  #download(webhookId) {
    return this.#acting.act(() => downloadSignature(this.#context, webhookId));
  }
}

function secretTimes({ secretRotatedAt, secretCreatedAt, previousSecrets: [last] = [] }) {
  const made = secretRotatedAt ?? secretCreatedAt;
  return html`
    ${made ? html`<p class="muted">${t("receiving.secret_created")} ${time(made, "short")}</p>` : nothing}
    ${last && Date.parse(last.validUntil) > Date.now()
      ? html`<p class="muted">${t("receiving.secret_rotating")} ${time(last.validUntil, "short")}</p>` : nothing}
  `;
}
