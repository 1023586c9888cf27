/* The pages of a list that somebody has walked through, so that there is a way back to the newer one. */
import { tabStorage } from "../storage.js";

const KEPT_UNDER = "recado.walked";
/** The oldest steps are forgotten first. */
const MOST_KEPT = 200;

/**
 * Remembers in `storage`, that of the tab, which page led to which: the API leads from newer to older pages only. A reload
 * of the page keeps it; a page that was opened by its address alone knows none.
 */
export class Walked {
  #storage;

  constructor(storage = tabStorage) {
    this.#storage = storage;
  }

  /** The page at `cursor` ("" for the newest) of `list`, a text that tells which list it is, leads to the page at `next`. */
  remember(list, cursor, next) {
    const key = stepOf(list, next);
    const steps = this.#steps().filter(([one]) => one !== key);
    this.#storage.setItem(KEPT_UNDER, JSON.stringify([...steps, [key, cursor]].slice(-MOST_KEPT)));
  }

  /** The cursor of the page that led to the one at `cursor`, "" for the newest; null where that is not known. */
  newerThan(list, cursor) {
    return this.#steps().find(([key]) => key === stepOf(list, cursor))?.[1] ?? null;
  }

  #steps() {
    try {
      const kept = JSON.parse(this.#storage.getItem(KEPT_UNDER) ?? "[]");
      return Array.isArray(kept) ? kept : [];
    } catch {
      return [];
    }
  }
}

function stepOf(list, cursor) {
  return `${list} ${cursor}`;
}
