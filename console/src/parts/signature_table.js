/* The account's webhooks that sign: where they send, what they send, and their secrets to download. */
import { html, nothing } from "lit-html";
import { paths } from "../paths.js";
import { t } from "../texts.js";
import { icon } from "./icons.js";
import { failure } from "./states.js";
import { downloadSignature } from "./signature_download.js";
import { time } from "./time.js";

const COLUMNS = ["webhook", "target", "events", "secret"];
// Of the page that is open: why the last download failed, by webhook.
const failed = new WeakMap();

/** The table of those among `webhooks` that sign, for the page's account. */
export function signatureTable(context, webhooks) {
  const signing = webhooks.filter(({ authentication }) => authentication.type === "SIGNATURE");
  if (signing.length === 0) return html`<p>${t("receiving.webhooks_none")}</p>`;
  return html`
    ${failed.has(context) ? failure(failed.get(context)) : nothing}
    <div class="table-frame">
      <table class="cards signatures">
        <thead><tr>${COLUMNS.map((name) => html`<th scope="col">${t(`receiving.column_${name}`)}</th>`)}</tr></thead>
        <tbody>${signing.map((webhook) => row(context, webhook))}</tbody>
      </table>
    </div>
  `;
}

function row(context, { webhookId, name, targetUrl, eventNames, authentication }) {
  return html`
    <tr>
      <th scope="row"><a href=${paths.webhook(context.account, webhookId)}>${name}</a></th>
      <td data-label=${t("receiving.column_target")}><code>${targetUrl}</code></td>
      <td data-label=${t("receiving.column_events")}>
        <ul class="names">${eventNames.map((eventName) => html`<li><code>${eventName}</code></li>`)}</ul></td>
      <td data-label=${t("receiving.column_secret")}>
        <div class="secret">
          ${secretTimes(authentication)}
          <button type="button" class="secondary" aria-label=${t("receiving.download_of", { name })}
            @click=${() => download(context, webhookId)}>${icon("download")}${t("signature.download")}</button>
        </div>
      </td>
    </tr>
  `;
}

function secretTimes({ secretRotatedAt, secretCreatedAt, previousValidUntil }) {
  const made = secretRotatedAt ?? secretCreatedAt;
  return html`
    ${made ? html`<p class="muted">${t("receiving.secret_created")} ${time(made, "short")}</p>` : nothing}
    ${previousValidUntil && Date.parse(previousValidUntil) > Date.now()
      ? html`<p class="muted">${t("receiving.secret_rotating")} ${time(previousValidUntil, "short")}</p>` : nothing}
  `;
}

async function download(context, webhookId) {
  failed.delete(context);
  try {
    await downloadSignature(context, webhookId);
  } catch (error) {
    failed.set(context, error);
  }
  context.redraw();
}
