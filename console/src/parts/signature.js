/* A webhook's signing secret: when it was made, getting it, replacing it. */
import { html, nothing } from "lit-html";
import { endpoints } from "../paths.js";
import { acting } from "./acting.js";
import { announce } from "./announce.js";
import { ask } from "./dialog.js";
import { icon } from "./icons.js";
import { downloadSignature } from "./signature_download.js";
import { failure } from "./states.js";
import { time } from "./time.js";

/**
 * A panel for the secret of `webhook()`. `changed()` is called when it was rotated or downloaded, so that the webhook
 * is read again.
 */
export function signaturePanel(context, { webhook, changed }) {
  const { t, api, account, signal } = context;
  const { state, act } = acting(context);
  let rotated = false;
  const download = () => act(async () => {
    await downloadSignature(context, webhook().webhookId);
    rotated = false;
    changed();
  });
  const rotate = async () => {
    const title = t("signature.rotate_title");
    if (!(await ask({ title, body: t("signature.rotate_body"), confirm: t("signature.rotate") }))) return;
    await act(async () => {
      await api.post(endpoints.signature(account, webhook().webhookId), { signal });
      rotated = true;
      announce(t("signature.rotated_now"));
      changed();
    });
  };
  return () => html`
    <div class="signature">
      ${facts(t, webhook().authentication)}
      ${rotated ? justRotated(t) : nothing}
      <div class="actions">
        ${button("download", t("signature.download"), download)}
        ${button("refresh", t("signature.rotate"), rotate)}
      </div>
      ${state.error ? failure(state.error) : nothing}
    </div>
  `;
}

function button(image, text, act) {
  return html`<button type="button" class="secondary" @click=${act}>${icon(image)}${text}</button>`;
}

function justRotated(t) {
  return html`<p class="field-hint"><strong>${t("signature.rotated_now")}</strong> ${t("signature.rotated_more")}</p>`;
}

function facts(t, { secretCreatedAt, secretRotatedAt, secretDownloadedAt, previousValidUntil }) {
  const times = [
    [t("signature.created"), secretCreatedAt],
    [t("signature.rotated"), secretRotatedAt],
    [t("signature.previous_until"), previousValidUntil],
  ].filter(([, at]) => at);
  const downloaded = secretDownloadedAt ? time(secretDownloadedAt) : t("signature.never_downloaded");
  const rows = [...times.map(([name, at]) => [name, time(at)]), [t("signature.downloaded"), downloaded]];
  return html`
    <dl class="fact-grid">${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
  `;
}
