/* The HTTP API, as the pages use it. */

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

  constructor(session) {
    this.#session = session;
  }

  get(path, options) {
    return this.#send("GET", path, options);
  }

  post(path, options) {
    return this.#send("POST", path, options);
  }

  patch(path, options) {
    return this.#send("PATCH", path, options);
  }

  delete(path, options) {
    return this.#send("DELETE", path, options);
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
      fetch(path, { method, headers: sent, body: body === undefined ? undefined : JSON.stringify(body), signal }),
    );
  }

  #renewed() {
    return online(() => this.#session.renew());
  }
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
    return JSON.parse(text);
  } catch {
    return null;
  }
}
