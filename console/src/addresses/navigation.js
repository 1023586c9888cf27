/* Moving between pages: the address bar, links, back and forward, and leaving with unsaved changes. */
import { ownPath, withQuery } from "./router.js";

/**
 * Keeps the address and the open page together. `open(path, query)` shows a page, `queryChanged(query)` tells the open
 * one (and returns false if it cares not), `mayLeave()` resolves to whether the open page may be left, `unsaved()` tells
 * whether something would be lost.
 */
export class Navigation {
  #open;
  #queryChanged;
  #mayLeave;
  #address = "";

  constructor({ open, queryChanged, mayLeave, unsaved }) {
    this.#open = open;
    this.#queryChanged = queryChanged;
    this.#mayLeave = mayLeave;
    document.addEventListener("click", (event) => this.#click(event));
    window.addEventListener("popstate", () => this.#moved());
    window.addEventListener("beforeunload", (event) => {
      if (unsaved()) event.preventDefault();
    });
  }

  /** The path and query that are shown. */
  get address() {
    return this.#address;
  }

  /** Show the page of the address bar. */
  start() {
    this.#show(location.pathname + location.search);
  }

  /** Go to a path of the console, asking first if something would be lost; `replace` leaves no way back to here. */
  async navigate(path, { replace = false, ask = true } = {}) {
    if (ask && !(await this.#mayLeave())) return;
    history[replace ? "replaceState" : "pushState"](null, "", path);
    this.#show(path);
  }

  /** Change parameters of the query and stay on the page; null removes one. */
  setQuery(changes, { replace = false } = {}) {
    const path = location.pathname + withQuery(location.search, changes);
    if (path === this.#address) return;
    history[replace ? "replaceState" : "pushState"](null, "", path);
    this.#show(path);
  }

  #click(event) {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const path = ownPath(event.target.closest?.("a[href]"), location.origin);
    if (path === null) return;
    event.preventDefault();
    this.navigate(path);
  }

  async #moved() {
    const wanted = location.pathname + location.search;
    if (wanted === this.#address) return;
    if (pathOf(wanted) !== pathOf(this.#address)) {
      // The browser has moved already; until the reader has answered, the address is that of the page shown.
      const shown = this.#address;
      history.pushState(null, "", shown);
      if (!(await this.#mayLeave())) return;
      history.replaceState(null, "", wanted);
    }
    this.#show(wanted);
  }

  #show(address) {
    const samePage = pathOf(address) === pathOf(this.#address);
    this.#address = address;
    const query = new URLSearchParams(address.split("?")[1] ?? "");
    if (samePage && this.#queryChanged(query)) return;
    this.#open(pathOf(address), query);
  }
}

function pathOf(address) {
  return address.split("?")[0];
}
