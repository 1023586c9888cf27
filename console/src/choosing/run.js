/* Asking the API for the same of many deliveries, one request each, a few at a time. */

/** So many requests are under way at once: more of one webhook would only wait for each other. */
const AT_ONCE = 3;
/** Who is told to come back does so this often, and waits no longer than this for it. */
const TRIES = 4;
const LONGEST_WAIT_SECONDS = 20;

/**
 * `send(delivery)` for each; resolves to `{done, failed}`, `failed` with the error of each: `[{delivery, error}]`, in the
 * order of `deliveries`. `onProgress(settled)` is told how many have an outcome. What the API asks to repeat is repeated.
 */
export async function sendEach(deliveries, send, { onProgress = () => {}, wait = waited } = {}) {
  const errors = new Map();
  const left = [...deliveries];
  let settled = 0;
  const work = async () => {
    for (let one = left.shift(); one; one = left.shift()) {
      const error = await tried(() => send(one), wait);
      if (error) errors.set(one, error);
      onProgress((settled += 1));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return {
    done: deliveries.filter((one) => !errors.has(one)),
    failed: deliveries.filter((one) => errors.has(one)).map((delivery) => ({ delivery, error: errors.get(delivery) })),
  };
}

async function tried(send, wait) {
  for (let turn = 1; ; turn += 1) {
    try {
      await send();
      return null;
    } catch (error) {
      if (!error.retryAfter || error.retryAfter > LONGEST_WAIT_SECONDS || turn === TRIES) return error;
      await wait(error.retryAfter);
    }
  }
}

function waited(seconds) {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
