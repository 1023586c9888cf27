/* A webhook's signing secret: when it was made, getting it, replacing it, ending the earlier ones. */
import { html, nothing } from "lit-html";
import { endpoints } from "../paths.js";
import { acting } from "./acting.js";
import { announce } from "./announce.js";
import { copyButton } from "./code_block.js";
import { ask } from "./dialog.js";
import { icon } from "./icons.js";
import { ownSecret } from "./own_secret.js";
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
  // Under the version that is shown: of two people who click at once, the second sees first what the other did. Busy
  // until it is read again: who clicks again at once would be refused for what they have done themselves.
  const write = async ({ webhookId, version }, send) => {
    try {
      await send(endpoints.signature(account, webhookId), { headers: { "If-Match": `"${version}"` }, signal });
    } finally {
      await changed();
    }
  };
  const download = () => act(async () => {
    await downloadSignature(context, webhook().webhookId);
    rotated = false;
    await changed();
  });
  const rotate = async () => {
    const secret = await newSecret(t);
    if (secret === null) return;
    rotated = false;
    await act(async () => {
      await write(webhook(), (address, options) => api.postOnce(address, { ...options, body: secret ? { secret } : {} }));
      rotated = true;
      announce(t("signature.rotated_now"));
    });
  };
  const end = async () => {
    const question = { title: t("signature.end_title"), body: t("signature.end_body"), confirm: t("signature.end") };
    if (!(await ask({ ...question, danger: true }))) return;
    await act(async () => {
      await write(webhook(), (address, options) => api.delete(`${address}/previous`, options));
      announce(t("signature.ended_now"));
    });
  };
  return () => html`
    <div class="signature">
      ${facts(t, webhook().authentication, keySetAddress(account, webhook()))}
      ${rotated ? justRotated(t) : nothing}
      <div class="actions">
        ${button("download", t("signature.download"), download, state.busy)}
        ${button("refresh", t("signature.rotate"), rotate, state.busy)}
        ${signing(webhook().authentication).length ? button("remove", t("signature.end"), end, state.busy) : nothing}
      </div>
      ${state.error ? failure(state.error) : nothing}
    </div>
  `;
}

/** The secret that is to be the new one, "" for one that is generated, null for none. */
async function newSecret(t) {
  let secret = "";
  const body = html`<p>${t("signature.rotate_body")}</p>
    ${ownSecret(t, { id: "signature.secret", enter: (entered) => (secret = entered) })}`;
  const agreed = await ask({ title: t("signature.rotate_title"), body, confirm: t("signature.rotate") });
  return agreed ? secret : null;
}

/** The earlier secrets that still sign. */
function signing({ previousSecrets = [] }) {
  return previousSecrets.filter(({ validUntil }) => Date.parse(validUntil) > Date.now());
}

function button(image, text, act, busy) {
  return html`<button type="button" class="secondary" ?disabled=${busy} @click=${act}>${icon(image)}${text}</button>`;
}

function justRotated(t) {
  return html`<p class="field-hint"><strong>${t("signature.rotated_now")}</strong> ${t("signature.rotated_more")}</p>`;
}

/** Where a receiver finds the public keys of a webhook, or "" where it has none: the API is where this page is from. */
export function keySetAddress(account, { webhookId, authentication }) {
  if (authentication.algorithm !== "ED25519") return "";
  return new URL(endpoints.publicKeys(account, webhookId), location.origin).href;
}

function facts(t, authentication, keySet) {
  const { secretCreatedAt, secretRotatedAt, secretDownloadedAt } = authentication;
  const times = [[t("signature.created"), secretCreatedAt], [t("signature.rotated"), secretRotatedAt]];
  const earlier = signing(authentication).map(({ validUntil }) => html`<li>${time(validUntil)}</li>`);
  const rows = [
    ...times.filter(([, at]) => at).map(([name, at]) => [name, time(at)]),
    ...(earlier.length ? [[t("signature.previous_until"), html`<ul class="plain">${earlier}</ul>`]] : []),
    [t("signature.downloaded"), secretDownloadedAt ? time(secretDownloadedAt) : t("signature.never_downloaded")],
  ];
  return html`
    <dl class="fact-grid">${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
      ${keySet ? html`<div class="fact-wide"><dt>${t("signature.key_set")}</dt>
        <dd><code>${keySet}</code> ${copyButton(keySet)}</dd></div>` : nothing}</dl>
  `;
}
