/* What to tell whoever writes the receiver, as text to be copied. Nothing secret is in it. */
import { t } from "../language/texts.js";
import { dateTime } from "../language/times.js";
import { paths } from "../addresses/paths.js";

/** The note about an account's webhook as the API shows it; `keySet` is where its public keys are, "" where it has none. */
export function receiverNote(account, { webhookId, authentication }, keySet) {
  const { type, clientCertificate, trustedCertificates } = authentication;
  const guide = new URL(paths.openReceiving(), location.origin).href;
  const parts = [
    ...ofType(authentication),
    ...(keySet ? [t("receiver_note.keys", { address: keySet })] : []),
    ...(clientCertificate ? [ofCertificate(clientCertificate)] : []),
    ...(trustedCertificates?.length ? [ofAuthorities(trustedCertificates)] : []),
    t("receiver_note.guide", { address: guide }),
    ...(type === "SIGNATURE" ? [t("receiver_note.missed", { api: location.origin, account, webhookId })] : []),
  ];
  return parts.join("\n\n");
}

function ofType({ type, username, name, ...oauth2 }) {
  if (type === "NONE") return [];
  return [type === "OAUTH2" ? ofToken(oauth2) : t(`receiver_note.${type}`, { username, name })];
}

function ofToken({ tokenUrl, clientId, scope, audience }) {
  const lines = [
    t("receiver_note.OAUTH2", { tokenUrl, clientId }),
    ...(scope ? [t("details.setting", { setting: t("form.scope"), value: scope })] : []),
    ...(audience ? [t("details.setting", { setting: t("form.audience"), value: audience })] : []),
  ];
  return lines.join("\n");
}

function ofCertificate({ subject, issuer, fingerprint, notAfter }) {
  return t("receiver_note.certificate", { subject, issuer, fingerprint, until: dateTime(notAfter) });
}

function ofAuthorities(authorities) {
  const lines = authorities.map(({ subject, fingerprint }) => `${subject} (SHA-256 ${fingerprint})`);
  return [t("receiver_note.authorities"), ...lines].join("\n");
}
