/* Answers that come in another order than they were asked for. Pure. */

/**
 * The turns of one thing that is asked for again and again, until `signal` aborts. An older answer that comes late must not
 * undo a newer one. Until a newer one is there, it counts: whoever waits for one finds it, however many were asked for meanwhile.
 */
export class Turns {
  #signal;
  #latest = 0;
  #answered = 0;

  constructor(signal) {
    this.#signal = signal;
  }

  /** It is asked for once more. */
  begin() {
    return (this.#latest += 1);
  }

  /** Whether it was not asked for since. */
  isLatest(turn) {
    return turn === this.#latest;
  }

  /** Whether the answer that has just come to a turn counts. */
  counts(turn) {
    if (this.#signal.aborted || turn < this.#answered) return false;
    this.#answered = turn;
    return true;
  }

  /** An answer to something else has told it: what was asked for before knows less, however late it comes. */
  told() {
    this.#answered = this.begin();
  }
}
