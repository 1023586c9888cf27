/* Who asked for something. */
import { html } from "lit-html";
import { t } from "../language/texts.js";

/** A webhook's receiver, which asks by its secret, stands for itself in this name. */
const RECEIVER = "receiver";

/** The subject of a token, as the API keeps it; "you" where it is that of `me`, who reads. */
export function person(subject, me) {
  if (subject === RECEIVER) return t("person.receiver");
  return subject === me ? t("person.you") : html`<code>${subject}</code>`;
}
