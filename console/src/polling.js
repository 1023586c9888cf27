/* Fresh data while somebody looks. */

/**
 * Call `read` every `every` milliseconds until `signal` aborts: the next wait starts when a call has ended, and nothing
 * is asked while the page is hidden or offline. Coming back asks at once.
 */
export function poll(read, { every = 5_000, signal }) {
  let timer;
  let busy = false;
  const awake = () => document.visibilityState === "visible" && navigator.onLine;
  const next = () => {
    clearTimeout(timer);
    if (!signal.aborted) timer = setTimeout(turn, every);
  };
  const turn = async () => {
    if (busy || signal.aborted || !awake()) return;
    busy = true;
    try {
      await read();
    } catch {
      // `read` shows its own errors; polling goes on.
    } finally {
      busy = false;
      next();
    }
  };
  const wake = () => {
    if (awake()) turn();
  };
  document.addEventListener("visibilitychange", wake, { signal });
  window.addEventListener("online", wake, { signal });
  signal.addEventListener("abort", () => clearTimeout(timer));
  next();
}
