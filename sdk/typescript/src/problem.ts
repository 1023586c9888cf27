/** Refusals of the API, as errors: RFC 9457 problem documents, and whatever else answers in its place. */

const LONGEST_DETAIL = 300;

/** One field that was refused: its place in the request, and what is accepted there. */
export interface FieldError {
  field: string;
  message: string;
}

/** The API refused a request, or could not answer it. */
export class Problem extends Error {
  override name = "Problem";

  constructor(
    /** The HTTP status. */
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    /** The problem's own name; `about:blank` where there is none. */
    readonly type: string,
    /** The fields that were refused. */
    readonly errors: readonly FieldError[],
    /** The seconds that the answer asks to wait. */
    readonly retryAfter: number | undefined,
    /** The whole answer, where it was a JSON object. */
    readonly document: Readonly<Record<string, unknown>>,
  ) {
    const fields = errors.map(({ field, message }) => `${field}: ${message}`).join("; ");
    super([`${status} ${title.replace(/\.$/, "")}.`, detail, fields].filter(Boolean).join(" "));
  }
}

/** What a response of status 400 or more says. */
export async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text();
  const document = objectIn(text);
  const detail = textIn(document?.["detail"]) || textIn(document?.["message"]);
  return new Problem(
    response.status,
    textIn(document?.["title"]) || response.statusText || "Error",
    detail || (document ? "" : readable(text)),
    textIn(document?.["type"]) || "about:blank",
    fieldErrors(document?.["errors"]),
    retryAfter(response),
    document ?? {},
  );
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const content: unknown = JSON.parse(text);
    return isObject(content) ? content : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textIn(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** A proxy's page says little; its first words at least. */
function readable(text: string): string {
  return text.split(/\s+/).filter(Boolean).join(" ").slice(0, LONGEST_DETAIL);
}

function fieldErrors(errors: unknown): FieldError[] {
  const found = Array.isArray(errors) ? errors.filter(isObject) : [];
  return found.map((error) => ({ field: textIn(error["field"]), message: textIn(error["message"]) }));
}

/** `Retry-After` in seconds; a date the API never sends. */
function retryAfter(response: Response): number | undefined {
  const asked = response.headers.get("retry-after");
  return asked !== null && /^\d+(\.\d+)?$/.test(asked.trim()) ? Number(asked) : undefined;
}
