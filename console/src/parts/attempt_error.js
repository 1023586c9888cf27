/* Why an attempt failed: its class, one sentence, and what to do about it. */
import { html } from "lit-html";
import { language, t } from "../texts.js";
import { notice } from "./notice.js";

/** A short name of a failure class, such as "TLS" or "Timeout". */
export function failureClassName(failureClass) {
  return t(`failure_class.${failureClass}`);
}

/** What to do about an error; the API's own hint is English. */
export function hintOf({ failureClass, hint, timeoutSeconds: count }) {
  return language() === "en" ? hint : t(`failure_hint.${failureClass}`, { count });
}

/** One sentence about an error; the API's own is English. */
export function detailOf({ detail, statusCode }) {
  return language() === "en" || !statusCode ? detail : t("failure_detail.status", { code: String(statusCode) });
}

/** The whole of an attempt's error, as the API shows it (`failureClass`, `detail`, `hint`). */
export function attemptError(error, actions) {
  return notice("bad", failureClassName(error.failureClass), html`<p>${detailOf(error)}</p><p>${hintOf(error)}</p>`, actions);
}
