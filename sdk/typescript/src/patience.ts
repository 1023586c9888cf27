/** Tries again what may pass, and throws what is refused. */
import { Problem, problemOf } from "./problem.js";

/** Longer than the API's own limit of 29 s: what it still answers is not cut off. */
const TIMEOUT_MS = 35_000;
/** A wait that is asked for is waited for, if it is bearable; else the caller is told how long it would be. */
const LONGEST_WAIT_SECONDS = 20;
const ATTEMPTS = 4;
const FIRST_WAIT_SECONDS = 0.5;
const TOO_MANY = 429;
const PASSING: ReadonlySet<number> = new Set([TOO_MANY, 502, 503, 504]);

/** The API's answer, wholly read; throws `Problem` for any other, and what `fetch` throws where none came. */
export async function patiently(request: Request): Promise<Response> {
  const mayGoTwice = request.method === "GET" || request.headers.has("Idempotency-Key");
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once(request.clone());
    } catch (error) {
      if (attempt === ATTEMPTS || request.signal.aborted || !mayPass(error, mayGoTwice)) {
        throw error;
      }
      await sleep(waitAfter(attempt, error), request.signal);
    }
  }
}

async function once(request: Request): Promise<Response> {
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const response = await fetch(request, { signal });
  if (response.status >= 400) {
    throw await problemOf(response);
  }
  // Read here, so that an answer that breaks off is tried again like one that never came.
  const body = await response.arrayBuffer();
  const answer = new Response(body.byteLength > 0 ? body : null, response);
  // A network's sign-in page says 200, too.
  if (body.byteLength > 0 && !(response.headers.get("content-type") ?? "").includes("json")) {
    throw await problemOf(answer);
  }
  return answer;
}

function mayPass(error: unknown, mayGoTwice: boolean): boolean {
  if (!(error instanceof Problem)) {
    return mayGoTwice;
  }
  // Refused for its rate, a request has done nothing, whatever it would have done.
  const bearable = (error.retryAfter ?? 0) <= LONGEST_WAIT_SECONDS;
  return bearable && PASSING.has(error.status) && (mayGoTwice || error.status === TOO_MANY);
}

/** What the answer asks for, but at least what is waited without being asked. */
function waitAfter(attempt: number, error: unknown): number {
  const asked = error instanceof Problem ? (error.retryAfter ?? 0) : 0;
  return Math.max(asked, FIRST_WAIT_SECONDS * (2 ** (attempt - 1) + Math.random()));
}

/** Ends early when the caller gives the request up. */
function sleep(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, seconds * 1000);
    const end = () => {
      clearTimeout(timer);
      resolve();
    };
    signal.addEventListener("abort", end, { once: true });
  });
}
