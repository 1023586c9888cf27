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

/** The bearer token, or a function that is asked for it before each request, so that it may renew it. */
export type Token = string | (() => string | Promise<string>);

/** Lets a request prove who sends it, before each of its attempts. */
export type Prove = (request: Request) => Promise<void>;

/** The answer, a success; throws `Problem`, or what `fetch` throws where none came. */
export async function patiently(request: Request, mayGoTwice: boolean, prove: Prove): Promise<Response> {
  for (let attempt = 1; ; attempt += 1) {
    const proven = request.clone();
    // What a token's function throws is no broken connection to the API, so it is not tried again here.
    await prove(proven);
    try {
      return await once(proven);
    } catch (error) {
      if (attempt === ATTEMPTS || request.signal.aborted || !mayPass(error, mayGoTwice)) {
        throw error;
      }
      await sleep(waitAfter(attempt, error), request.signal);
    }
  }
}

/** Shows the token. */
export function showing(token: Token): Prove {
  return async (request) => request.headers.set("Authorization", `Bearer ${await textOf(token)}`);
}

/** The token; `Headers` would name it in its error if it were none. */
async function textOf(token: Token): Promise<string> {
  const text = ((typeof token === "string" ? token : await token()) ?? "").trim();
  if (!/^[\x21-\x7e]+$/.test(text)) {
    throw new TypeError("the token must be ASCII text without spaces, and not empty");
  }
  return text;
}

async function once(request: Request): Promise<Response> {
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(TIMEOUT_MS)]);
  // A redirect is none of the API's, and would carry the body to somebody else.
  const response = await fetch(request, { signal, redirect: "manual" });
  if (!response.ok) {
    throw await problemOf(response);
  }
  // A connection may break within the body as well: it is read to its end here, where the request can go again.
  await response.clone().arrayBuffer();
  return response;
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

/** Ends at once, with the reason, when the caller gives up. */
function sleep(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, seconds * 1000);
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    signal.addEventListener("abort", stop, { once: true });
  });
}
