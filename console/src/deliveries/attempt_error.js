/* Why an attempt failed: its class, one sentence, and what to do about it. */
import { html } from "lit-html";
import { language, problemText, t } from "../language/texts.js";
import { sentenceFor } from "./answer_text.js";
import { notice } from "../parts/notice.js";

/** A short name of what went wrong, such as "Certificate refused". */
export function failureName(error) {
  return t(`failure_class.${kindOf(error)}`);
}

/** What stands for the class where the receiver took a POST but for this event, and so answered with a 2xx. */
const NAMED = "NAMED";
const NAMED_DETAIL = /^The receiver did not take this event: (.+)$/s;

/** How the API says that the receiver misses the sender's certificate, or refuses it. */
const CERTIFICATE_DETAILS = [
  ["CLIENT_CERTIFICATE", /^The receiver asks for a client certificate /],
  ["REFUSED_CERTIFICATE", /^The receiver does not accept the webhook's client certificate/],
];

/** What the statuses of a refused request have in common that say more than that: the names of their hints. */
const REFUSALS = { 400: "BODY", 401: "ACCESS", 403: "ACCESS", 404: "PATH", 405: "PATH", 407: "ACCESS", 408: "PACE", 410: "GONE", 413: "SIZE", 415: "BODY", 422: "BODY", 429: "PACE" };

/** What to do about an error, in the words of the console: the API's own hint names its fields as a request does. */
export function hintOf(error) {
  return t(`failure_hint.${hintName(error)}`, { count: error.timeoutSeconds });
}

/** The name of an error's hint: its class, or what its status says beyond that. */
export function hintName(error) {
  const refusal = error.failureClass === "CLIENT_ERROR" ? REFUSALS[error.statusCode] : undefined;
  return refusal ?? kindOf(error);
}

/** The class, or what is told apart within it: an event that was named, a certificate that is not the receiver's. */
function kindOf({ failureClass, statusCode, detail }) {
  if (failureClass === "CLIENT_ERROR" && statusCode < 300) return NAMED;
  const [kind] = (failureClass === "TLS" && CERTIFICATE_DETAILS.find(([, told]) => told.test(detail))) || [failureClass];
  return kind;
}

/** One sentence about an error; the API's own is English, and shown where there is no other. */
export function detailOf({ detail }) {
  if (language() === "en") return detail;
  // The receiver's own word stays as it is.
  const [, word] = NAMED_DETAIL.exec(detail) ?? [];
  if (word) return t("failure_detail.named", { word: sentenceFor(word) ?? word });
  // What is wrong with a target is said in the words of the form.
  const [, which, refused] = /^The (target|token) URL (.+)$/.exec(detail) ?? [];
  return refused ? t(`failure_detail.${which}`, { problem: problemText(refused) }) : problemText(detail);
}

/** What went wrong and one sentence about it, as a text. */
export function attemptSummary(error) {
  return `${failureName(error)}: ${detailOf(error)}`;
}

/** The whole of an attempt's error, as the API shows it (`failureClass`, `detail`, `hint`). */
export function attemptError(error, actions) {
  return notice("bad", failureName(error), html`<p>${detailOf(error)}</p><p>${hintOf(error)}</p>`, actions);
}
