/* Why an attempt failed: its class, one sentence, and what to do about it. */
import { html } from "lit-html";
import { language, problemText, t } from "../texts.js";
import { notice } from "./notice.js";

/** A short name of a failure class, such as "TLS" or "Timeout". */
export function failureClassName(failureClass) {
  return t(`failure_class.${failureClass}`);
}

/** What the statuses of a refused request have in common that say more than that: the names of their hints. */
const REFUSALS = { 400: "BODY", 401: "ACCESS", 403: "ACCESS", 404: "PATH", 405: "PATH", 407: "ACCESS", 408: "PACE", 410: "GONE", 413: "SIZE", 415: "BODY", 422: "BODY", 429: "PACE" };

/** What to do about an error; the API's own hint is English. */
export function hintOf({ failureClass, hint, statusCode, timeoutSeconds: count }) {
  if (language() === "en") return hint;
  const refusal = failureClass === "CLIENT_ERROR" ? REFUSALS[statusCode] : undefined;
  return t(`failure_hint.${refusal ?? failureClass}`, { count });
}

/** One sentence about an error; the API's own is English, and shown where there is no other. */
export function detailOf({ detail }) {
  if (language() === "en") return detail;
  // What is wrong with a target is said in the words of the form.
  const [, refused] = /^The target URL (.+)$/.exec(detail) ?? [];
  return refused ? t("failure_detail.target", { problem: problemText(refused) }) : problemText(detail);
}

/** The whole of an attempt's error, as the API shows it (`failureClass`, `detail`, `hint`). */
export function attemptError(error, actions) {
  return notice("bad", failureClassName(error.failureClass), html`<p>${detailOf(error)}</p><p>${hintOf(error)}</p>`, actions);
}
