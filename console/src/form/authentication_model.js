/* What is entered about authentication, what of it goes to the API, and what it makes of a POST. Pure. */

/** The types, in the order in which they are offered. */
export const TYPES = ["NONE", "BASIC", "BEARER", "HEADER", "OAUTH2", "SIGNATURE"];
export const ALGORITHMS = ["HMAC_SHA256", "ED25519"];
export const CLIENT_AUTHENTICATIONS = ["BASIC", "BODY"];

/** What becomes of a certificate: the saved one stays or goes, or another is entered. */
export const KEPT = "KEPT";
export const ENTERED = "ENTERED";
export const REMOVED = "REMOVED";

/** The secret of each type, which the API never tells: left out, the one that is saved is kept. */
const SECRETS = { BASIC: "password", BEARER: "token", HEADER: "value", OAUTH2: "clientSecret", SIGNATURE: "secret" };
const OPEN = {
  BASIC: ["username"], HEADER: ["name"], SIGNATURE: ["algorithm"],
  OAUTH2: ["tokenUrl", "clientId", "clientAuthentication", "scope", "audience"],
};
const NO_SECRETS = Object.fromEntries(Object.values(SECRETS).map((secret) => [secret, ""]));
/** What a new webhook has. */
const USUAL = {
  type: "SIGNATURE", username: "", name: "", algorithm: "HMAC_SHA256", tokenUrl: "", clientId: "", clientAuthentication: "BASIC",
  scope: "", audience: "",
};
/** What may hold no blanks at its ends, which copying brings along. */
const TRIMMED = ["token", "name", "value", "secret", "tokenUrl", "scope", "audience"];
/** What may be left empty: null is "none" to the API. */
const NULLABLE = ["scope", "audience"];
const REQUIRED = {
  BASIC: { username: "problem.username", password: "problem.password" },
  BEARER: { token: "problem.token" },
  HEADER: { name: "problem.header_name", value: "problem.header_value" },
  OAUTH2: { tokenUrl: "problem.token_url", clientId: "problem.client_id", clientSecret: "problem.client_secret" },
  SIGNATURE: { secret: "problem.secret" },
};

/** The form's values for `authentication` as the API shows it; every secret is empty. */
export function authenticationValues(shown) {
  const known = Object.keys(USUAL).map((field) => [field, shown?.[field] ?? USUAL[field]]);
  return {
    ...Object.fromEntries(known), ...NO_SECRETS,
    clientCertificate: { how: shown?.clientCertificate ? KEPT : ENTERED, certificate: "", privateKey: "" },
    trustedCertificates: { how: shown?.trustedCertificates?.length ? KEPT : ENTERED, pem: "" },
  };
}

/** What goes to the API: of its own type only, and neither secret nor certificate where none was entered. */
export function authenticationSent(entered) {
  const { type } = entered;
  const open = (OPEN[type] ?? []).map((field) => [field, sent(field, entered)]);
  const secret = sent(SECRETS[type], entered);
  return {
    type, ...Object.fromEntries(open), ...(secret ? { [SECRETS[type]]: secret } : {}), ...certificatesSent(entered),
  };
}

function sent(field, entered) {
  const value = TRIMMED.includes(field) ? entered[field].trim() : entered[field];
  return value === "" && NULLABLE.includes(field) ? null : value;
}

function certificatesSent({ clientCertificate, trustedCertificates }) {
  const { how, certificate, privateKey } = clientCertificate;
  const { pem } = trustedCertificates;
  const parts = {};
  if (how === REMOVED) parts.clientCertificate = null;
  if (how === ENTERED && (certificate.trim() || privateKey.trim())) parts.clientCertificate = { certificate, privateKey };
  if (trustedCertificates.how === REMOVED) parts.trustedCertificates = null;
  if (trustedCertificates.how === ENTERED && pem.trim()) parts.trustedCertificates = pem;
  return parts;
}

/** The values without any secret, and without certificates, whose text may hold a key. */
export function withoutSecrets(entered) {
  const { clientCertificate, trustedCertificates } = entered;
  return {
    ...entered, ...NO_SECRETS, clientCertificate: { ...clientCertificate, certificate: "", privateKey: "" },
    trustedCertificates: { ...trustedCertificates, pem: "" },
  };
}

/** Whether the secret that is saved counts as long as no other is entered. */
export function keepsSecret(entered, saved) {
  return saved?.authentication.type === entered.type;
}

/** Whether it is to be signed with a secret that no saved webhook has yet. */
export function signsFirst(entered, saved) {
  return entered.type === "SIGNATURE" && !keepsSecret(entered, saved);
}

/** Required fields that are empty, `{field: text key}`. */
export function authenticationProblems(entered, saved) {
  const kept = keepsSecret(entered, saved) ? SECRETS[entered.type] : null;
  const missing = Object.entries(REQUIRED[entered.type] ?? {}).filter(([field]) => field !== kept && !sent(field, entered));
  return Object.fromEntries(missing.map(([field, text]) => [`authentication.${field}`, text]));
}

const HIDDEN = "…";

/** What of a POST proves who sends, its secrets hidden; for OAuth 2 the request for a token too. "" where nothing does. */
export function previewOf(entered) {
  const { type, name, algorithm } = entered;
  if (type === "BASIC") return `Authorization: Basic ${HIDDEN}`;
  if (type === "BEARER") return `Authorization: Bearer ${HIDDEN}`;
  if (type === "HEADER") return `${name.trim() || "X-Api-Key"}: ${HIDDEN}`;
  if (type === "SIGNATURE") return `webhook-signature: v1,${HIDDEN}${algorithm === "ED25519" ? ` v1a,${HIDDEN}` : ""}`;
  return type === "OAUTH2" ? `${tokenRequest(entered)}\n\nAuthorization: Bearer ${HIDDEN}` : "";
}

function tokenRequest(entered) {
  const inBody = entered.clientAuthentication === "BODY";
  const parameters = new URLSearchParams({ grant_type: "client_credentials" });
  for (const [name, value] of [["scope", sent("scope", entered)], ["audience", sent("audience", entered)]]) {
    if (value) parameters.set(name, value);
  }
  if (inBody) parameters.set("client_id", entered.clientId);
  const body = inBody ? `${parameters}&client_secret=${HIDDEN}` : `${parameters}`;
  return [`POST ${sent("tokenUrl", entered) || HIDDEN}`, ...(inBody ? [] : [`Authorization: Basic ${HIDDEN}`]), body].join("\n");
}
