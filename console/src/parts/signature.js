/* A webhook's signing secret: when it was made, getting it, replacing it. */
import { html, nothing } from "lit-html";
import { endpoints } from "../paths.js";
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
  const { t, api, account, redraw, signal } = context;
  const state = { busy: false, error: null, rotated: false };
  const act = async (action) => {
    if (state.busy) return;
    Object.assign(state, { busy: true, error: null });
    redraw();
    try {
      await action();
    } catch (error) {
      if (!signal.aborted) state.error = error;
    }
    state.busy = false;
    redraw();
  };
  const download = () => act(async () => {
    await downloadSignature(context, webhook().webhookId);
    state.rotated = false;
    changed();
  });
  const rotate = async () => {
    const sure = await ask({ title: t("signature.rotate_title"), body: t("signature.rotate_body"), confirm: t("signature.rotate") });
    if (!sure) return;
    await act(async () => {
      await api.post(endpoints.signature(account, webhook().webhookId), { signal });
      state.rotated = true;
      announce(t("signature.rotated_now"));
      changed();
    });
  };
  return () => html`
    <div class="signature">
      ${facts(t, webhook().authentication)}
      ${state.rotated ? html`<p class="field-hint"><strong>${t("signature.rotated_now")}</strong> ${t("signature.rotated_more")}</p>` : nothing}
      <div class="actions">
        <button type="button" class="secondary" @click=${download}>${icon("download")}${t("signature.download")}</button>
        <button type="button" class="secondary" @click=${rotate}>${icon("refresh")}${t("signature.rotate")}</button>
      </div>
      ${state.error ? failure(state.error) : nothing}
    </div>
  `;
}

function facts(t, { secretCreatedAt, secretRotatedAt, secretDownloadedAt, previousValidUntil }) {
  const rows = [
    [t("signature.created"), secretCreatedAt],
    [t("signature.rotated"), secretRotatedAt],
    [t("signature.previous_until"), previousValidUntil],
  ].filter(([, at]) => at);
  return html`
    <dl class="fact-grid">
      ${rows.map(([name, at]) => html`<div><dt>${name}</dt><dd>${time(at)}</dd></div>`)}
      <div><dt>${t("signature.downloaded")}</dt><dd>${secretDownloadedAt ? time(secretDownloadedAt) : t("signature.never_downloaded")}</dd></div>
    </dl>
  `;
}
