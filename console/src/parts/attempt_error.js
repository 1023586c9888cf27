/* Why an attempt failed: its class, one sentence, and what to do about it. */
import { html } from "lit-html";
import { language, problemText, t } from "../texts.js";
import { notice } from "./notice.js";

/** A short name of a failure class, such as "TLS" or "Timeout". */
export function failureClassName(failureClass) {
  return t(`failure_class.${failureClass}`);
}

/** What to do about an error; the API's own hint is English. */
export function hintOf({ failureClass, hint, timeoutSeconds: count }) {
  return language() === "en" ? hint : t(`failure_hint.${failureClass}`, { count });
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
