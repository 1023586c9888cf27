/* The HTTP API, as the pages use it. */
import { exactly } from "./json_text.js";
import { Intents, isOpen, isUnderWay } from "./intents.js";

// Longer than any request of the API takes.
const MOST_WAITED_SECONDS = 40;

/**
 * Why a request failed. `kind`: "offline" (nothing answered), "expired" (the session is over), "problem" (the API said
 * no: `status`, `problem` as RFC 9457 with `detail` and `errors`, `retryAfter` in seconds where it was given).
 * `requestId` names the request in the logs.
 */
export class ApiError extends Error {
  constructor(kind, { status = 0, problem = {}, retryAfter = null, requestId = "" } = {}) {
    super(problem.detail ?? kind);
    Object.assign(this, { kind, status, problem, retryAfter, requestId });
  }
}

/** Requests with the session's token. Each resolves to `{data, etag, status, headers}` and rejects with `ApiError`. */
export class Api {
  #session;
  #intents;
  #wait;
  #root;

  /** `root` is what stands before every path. */
  constructor(session, { intents = new Intents(), wait = waited, root = "" } = {}) {
    this.#root = root;
    this.#session = session;
    this.#intents = intents;
    this.#wait = wait;
  }

  get(path, options) {
    return this.#send("GET", path, options);
  }

  post(path, options) {
    return this.#send("POST", path, options);
  }

  /**
   * A POST that changes something, once, however often it is sent. While no answer has come to it the same path and body
   * go under the same `Idempotency-Key`; a `key` of one's own is its owner's to renew. One that is under way is waited for.
   */
  async postOnce(path, { body, key, headers, signal } = {}) {
    const meant = JSON.stringify([path, body]);
    const named = { ...headers, "Idempotency-Key": key ?? this.#intents.keyOf(meant) };
    try {
      const answer = await this.#untilAnswered(() => this.#send("POST", path, { body, headers: named, signal }));
      this.#intents.settle(meant);
      return answer;
    } catch (error) {
      if (error instanceof ApiError && !isOpen(error)) this.#intents.settle(meant);
      throw error;
    }
  }

  patch(path, options) {
    return this.#send("PATCH", path, options);
  }

  put(path, options) {
    return this.#send("PUT", path, options);
  }

  delete(path, options) {
    return this.#send("DELETE", path, options);
  }

  async #untilAnswered(send) {
    for (let left = MOST_WAITED_SECONDS; ; ) {
      try {
        return await send();
      } catch (error) {
        if (!isUnderWay(error) || left <= 0) throw error;
        left -= error.retryAfter;
        await this.#wait(error.retryAfter);
      }
    }
  }

  async #send(method, path, { body, headers = {}, signal } = {}) {
    const request = () => this.#fetch(method, path, body, headers, signal);
    let answer = await request();
    // Once: a token that was refused right after it was renewed will be refused again.
    if (answer.status === 401 && (await this.#renewed())) answer = await request();
    if (answer.status === 401) throw new ApiError("expired", { status: 401 });
    return read(answer);
  }

  async #fetch(method, path, body, headers, signal) {
    const token = await online(() => this.#session.token());
    if (token === null) throw new ApiError("expired", { status: 401 });
    const sent = { Accept: "application/json", Authorization: `Bearer ${token}`, ...headers };
    if (body !== undefined) sent["Content-Type"] = "application/json";
    return online(() =>
      fetch(this.#root + path, { method, headers: sent, body: body === undefined ? undefined : JSON.stringify(body), signal }),
    );
  }

  #renewed() {
    return online(() => this.#session.renew());
  }
}

function waited(seconds) {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

async function online(act) {
  try {
    return await act();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError("offline");
  }
}

async function read(answer) {
  const text = await online(() => answer.text());
  const data = parsed(text);
  if (answer.ok) return { data, etag: answer.headers.get("ETag"), status: answer.status, headers: answer.headers };
  throw new ApiError("problem", {
    status: answer.status,
    // API Gateway's own errors are `{"message": …}`.
    problem: data?.status ? data : { status: answer.status, detail: data?.message ?? "" },
    retryAfter: Number(answer.headers.get("Retry-After")) || null,
    requestId: answer.headers.get("apigw-requestid") ?? "",
  });
}

function parsed(text) {
  try {
    return JSON.parse(text, exactly);
  } catch {
    return null;
  }
}
