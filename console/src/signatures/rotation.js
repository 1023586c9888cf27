/* The questions before a signing secret is replaced, or earlier ones are ended: which secrets sign now, and until when. */
import { html, nothing } from "lit-html";
import { sentence, t } from "../language/texts.js";
import { ask } from "../parts/dialog.js";
import { field } from "../parts/field.js";
import { time } from "../parts/time.js";

/** So many earlier secrets may sign beside the current one. */
export const MOST_EARLIER = 5;
const SIGNS_ALONG_MS = 24 * 3_600_000;

/** The earlier secrets of an `authentication` that still sign, as the API tells them: `{validUntil}`, the newest first. */
export function stillSigning({ previousSecrets = [] }, now = Date.now()) {
  return previousSecrets.filter(({ validUntil }) => Date.parse(validUntil) > now);
}

/** When the current secret was made, as its download tells it too: one of another time is not the current one any more. */
export function madeAt({ authentication: { secretCreatedAt, secretRotatedAt }, createdAt }) {
  return secretRotatedAt ?? secretCreatedAt ?? createdAt;
}

/** Earlier secrets as a list: when each was replaced, and until when it signs. */
export function earlierList(earlier) {
  return html`<ul class="secrets">${earlier.map(({ validUntil }) => html`
    <li><span>${t("secret.replaced")} ${time(replacedAt(validUntil))}</span>
      <span>${t("secret.signs_until")} ${time(validUntil)} (${time(validUntil, "relative")})</span></li>`)}</ul>`;
}

/** When a secret that signs until then was replaced. */
export function replacedAt(validUntil) {
  return new Date(Date.parse(validUntil) - SIGNS_ALONG_MS).toISOString();
}

/**
 * How the secret is to be replaced: `{secret, ends}`, `secret` "" for one that is generated, `ends` to end all others at once; or null.
 * Asked again after a refusal, `before` is what was wished for, and `problem` says what is wrong with its secret.
 */
export async function askForRotation(earlier, { before = { secret: "", ends: false }, problem = "" } = {}) {
  const wish = { ...before };
  const body = html`
    <p>${sentence("secret.rotate_body", { at: time(new Date(Date.now() + SIGNS_ALONG_MS).toISOString()) })}</p>
    ${earlier.length ? html`<p>${t("secret.rotate_earlier", { count: earlier.length })}</p>${earlierList(earlier)}` : nothing}
    ${field({
      id: "signature.secret", label: t("signature.own"), hint: t("signature.own_hint"), optional: t("form.optional"), problem,
      control: ({ id, describedBy, invalid }) => html`<input id=${id} maxlength="200" type="password" autocomplete="new-password"
        .value=${wish.secret} aria-describedby=${describedBy} aria-invalid=${invalid} ?autofocus=${problem !== ""} @input=${(event) => { wish.secret = event.target.value.trim(); }}>`,
    })}
    <label><input type="checkbox" .checked=${wish.ends} aria-describedby="signature.ends-hint" @change=${(event) => { wish.ends = event.target.checked; }}>
      ${t("secret.rotate_ends")}</label>
    <p id="signature.ends-hint" class="field-hint">${t("secret.rotate_ends_hint")}</p>`;
  return (await ask({ title: t("signature.rotate_title"), body, confirm: t("signature.rotate") })) ? wish : null;
}

/** Whether the earlier secrets are to be ended; `full` where another can only come after that. */
export function askForEnd(earlier, { full = false } = {}) {
  const body = html`
    ${full ? html`<p>${t("secret.full_body", { count: MOST_EARLIER })}</p>` : nothing}
    <p>${t("signature.end_body")}</p>${earlierList(earlier)}`;
  return ask({ title: t(full ? "secret.full_title" : "signature.end_title"), body, confirm: t("signature.end"), danger: true });
}
