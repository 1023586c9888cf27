/* Who asked for something. */
import { html } from "lit-html";
import { t } from "../language/texts.js";

/** The subject of a token, as the API keeps it; "you" where it is that of `me`, who reads. */
export function person(subject, me) {
  return subject === me ? t("person.you") : html`<code>${subject}</code>`;
}
