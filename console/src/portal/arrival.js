/* What the platform's link brings along, in its fragment, which no server sees: the token of a session, and looks. */
import { forceTheme, rememberLanguage, rememberTheme } from "../language/preferences.js";
import { languageAsked, themeAsked } from "./asked.js";
import { inPortal } from "./mode.js";

/** How this page was opened. The token is in here alone, until the session takes it: no storage, no address, no element. */
export class Arrival {
  #token = "";
  /** Called when another link has come to the page that is open: where only the fragment changes, nothing is loaded anew. */
  onAnother = () => {};

  /** Takes everything out of the address at once, so that no later reading of the address or the history finds it. */
  constructor(page) {
    this.#read(page);
    page.addEventListener?.("hashchange", () => this.#read(page) && this.onAnother());
  }

  /** Whether there is another token in the address. */
  #read({ location, history }) {
    const hash = inPortal(location?.pathname ?? "") ? location.hash : "";
    if (!hash) return false;
    history.replaceState(null, "", location.pathname + location.search);
    const token = new URLSearchParams(hash.slice(1)).get("token") ?? "";
    if (token) this.#token = token;
    const [theme, language] = [themeAsked(hash), languageAsked(hash)];
    if (language) rememberLanguage(language);
    if (theme) rememberTheme(theme);
    if (theme || token) forceTheme(theme !== undefined);
    return token !== "";
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
