/* What the platform's link brings along, in its fragment, which no server sees: the token of a session, and looks. */
import { rememberLanguage, rememberTheme } from "../language/preferences.js";
import { languageAsked, themeAsked } from "./asked.js";
import { inPortal } from "./mode.js";

/** How this page was opened. The token is in here alone, until the session takes it: no storage, no address, no element. */
export class Arrival {
  #token;
  /** The theme that the link forces, or undefined. */
  theme;

  /** Takes everything out of the address at once, so that no later reading of the address or the history finds it. */
  constructor({ location, history }) {
    const hash = inPortal(location?.pathname ?? "") ? location.hash : "";
    this.#token = new URLSearchParams(hash.slice(1)).get("token") ?? "";
    if (hash) history.replaceState(null, "", location.pathname + location.search);
    this.theme = themeAsked(hash);
    const language = languageAsked(hash);
    if (language) rememberLanguage(language);
    if (this.theme) rememberTheme(this.theme);
  }

  /** The token that the link brought, once; then, and where it brought none, "". */
  take() {
    const token = this.#token;
    this.#token = "";
    return token;
  }
}

/** The arrival at this page. */
export const arrival = new Arrival(globalThis);
