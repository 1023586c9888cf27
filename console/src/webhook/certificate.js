/* A certificate, as far as everybody may know it. */
import { html, nothing } from "lit-html";
import { sentence, t } from "../language/texts.js";
import { standingOf } from "./validity.js";
import { badge } from "../parts/badge.js";
import { copyButton } from "../parts/code_block.js";
import { time } from "../parts/time.js";

/** Whose it is, by whom it was issued, how long it is valid, and its fingerprint to copy. */
export function certificateFacts({ subject, issuer, fingerprint, notBefore, notAfter }) {
  return html`
    <dl class="fact-grid certificate">
      ${fact("subject", subject)}
      ${fact("issuer", issuer)}
      ${fact("from", time(notBefore))}
      ${fact("until", html`${time(notAfter)} ${validityBadge(notAfter)}`)}
      ${fact("fingerprint", html`<code>${fingerprint}</code> ${copyButton(fingerprint)}`, true)}
    </dl>
  `;
}

/** A badge where a certificate has ended, or ends within 30 days. */
function validityBadge(notAfter) {
  const standing = standingOf(notAfter);
  if (standing === "valid") return nothing;
  if (standing === "ended") return badge("bad", t("certificate.ended"));
  return badge("warn", sentence("certificate.ends", { when: time(notAfter, "relative") }));
}

function fact(name, value, wide = false) {
  return html`<div class=${wide ? "fact-wide" : ""}><dt>${t(`certificate.${name}`)}</dt><dd>${value}</dd></div>`;
}
