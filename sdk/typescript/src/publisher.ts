/**
 * Publishing events on Recado's bus, many in a call: what the bus refuses for now is put again, with the same ids.
 *
 * It needs `@aws-sdk/client-eventbridge`, and the right `events:PutEvents` on the bus.
 */
import {
  EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
  type PutEventsResultEntry,
} from "@aws-sdk/client-eventbridge";

// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html. A call takes more bytes in some
// regions; this much it takes in all of them.
const MOST_ENTRIES = 10;
const MOST_BYTES = 256 * 1024;
/** Recado's own bound of one event's JSON, account and trace apart. */
export const MOST_EVENT_BYTES = 256 * 1024 - 128;
const ATTEMPTS = 5;
const FIRST_WAIT_SECONDS = 0.2;
const INVALID = "ValidationException";
/** Said here of an entry of which the answer says nothing. */
const NO_ANSWER = "NoAnswer";
const PASSING: ReadonlySet<string> = new Set([
  "ThrottlingException",
  "InternalFailure",
  "InternalException",
  "ServiceUnavailable",
  "TimeoutError",
  "ECONNRESET",
  "ECONNREFUSED",
  "EPIPE",
  "ETIMEDOUT",
  "EAI_AGAIN",
  NO_ANSWER,
]);
/** Without these the event would be no event, and nobody would learn of it but the dead-letter queue. */
const NEEDED = ["accountId", "eventName", "data", "eventId", "timestamp"] as const;
/** EventBridge keeps whole numbers up to 64 bits; from 19 digits on the detail travels as a text. */
const MORE_THAN_64_BITS = /\d{19}/;

/** Something that happened in an account. */
export interface RecadoEvent {
  accountId: string | number;
  eventName: string;
  /** As the type's schema says. */
  data: Record<string, unknown>;
  /** Made of what happened, or drawn once and kept. */
  eventId: string;
  /** RFC 3339, or seconds or milliseconds since 1970. */
  timestamp: string | number;
  eventInfo?: string;
  traceparent?: string;
}

/** One of the events can never be published; none of them was sent. */
export class UnfitEventError extends Error {
  override name = "UnfitEventError";

  constructor(
    readonly event: RecadoEvent,
    reason: string,
  ) {
    super(`event ${JSON.stringify(event.eventId)} ${reason}; none was published`);
  }
}

/**
 * Some events were not taken by the bus: each, in the order given, with the code that it was refused with. All others
 * were. Publishing a refused one again, with its id and timestamp, delivers it once at most.
 */
export class NotPublishedError extends Error {
  override name = "NotPublishedError";

  constructor(readonly refused: readonly { event: RecadoEvent; code: string }[]) {
    const codes = [...new Set(refused.map(({ code }) => code))].sort().join(", ");
    super(`${refused.length} events were not published: ${codes}`);
  }
}

interface Waiting {
  event: RecadoEvent;
  entry: PutEventsRequestEntry;
  /** What it was refused with; "" once it is taken, undefined before it was tried. */
  code: string | undefined;
}

/** Publishes on the bus of this name, as this source: the stack's outputs `EventBusName` and `EventSource`. */
export class Publisher {
  readonly #client: Pick<EventBridgeClient, "send">;
  readonly #names: { EventBusName: string; Source: string };

  constructor(busName: string, source: string, client: Pick<EventBridgeClient, "send"> = new EventBridgeClient()) {
    this.#client = client;
    this.#names = { EventBusName: busName, Source: source };
  }

  /** Puts the events; throws `UnfitEventError` before any is sent, and `NotPublishedError` for those not taken. */
  async publish(events: Iterable<RecadoEvent>): Promise<void> {
    const items: Waiting[] = [...events].map((event) => {
      return { event, entry: { ...this.#names, ...entryOf(event) }, code: undefined };
    });
    await this.#putAll(items);
    for (let attempt = 1; attempt < ATTEMPTS && items.some(mayPass); attempt += 1) {
      await sleep(FIRST_WAIT_SECONDS * (2 ** (attempt - 1) + Math.random()));
      await this.#putAll(items.filter(mayPass));
    }
    const refused = items.flatMap(({ event, code }) => (code ? [{ event, code }] : []));
    if (refused.length > 0) {
      throw new NotPublishedError(refused);
    }
  }

  async #putAll(items: readonly Waiting[]): Promise<void> {
    for (const group of groups(items)) {
      const codes = await this.#put(group.map(({ entry }) => entry));
      group.forEach((item, place) => (item.code = codes[place]));
    }
  }

  /** For each entry the code that it was refused with; "" where it was taken. */
  async #put(entries: PutEventsRequestEntry[]): Promise<string[]> {
    try {
      const { Entries = [] } = await this.#client.send(new PutEventsCommand({ Entries: entries }));
      return entries.map((_, place) => codeIn(Entries[place]));
    } catch (error) {
      const code = codeOf(error);
      if (code !== INVALID || entries.length === 1) {
        return entries.map(() => code);
      }
      // Said of the call as a whole; alone, what is at fault harms no other.
      const codes: string[] = [];
      for (const entry of entries) {
        codes.push(...(await this.#put([entry])));
      }
      return codes;
    }
  }
}

function mayPass({ code }: Waiting): boolean {
  return code !== undefined && PASSING.has(code);
}

function codeIn(result: PutEventsResultEntry | undefined): string {
  return result?.ErrorCode ?? (result?.EventId ? "" : NO_ANSWER);
}

function entryOf(event: RecadoEvent): { DetailType: string; Detail: string } {
  const { accountId, eventName, data, eventId, timestamp, eventInfo, traceparent } = event;
  const missing = NEEDED.find((name) => event[name] === undefined || event[name] === null);
  if (missing) {
    throw new UnfitEventError(event, `has no ${missing}`);
  }
  const size = bytes(json(event, { eventId, timestamp, eventInfo, eventName, data }));
  if (size > MOST_EVENT_BYTES) {
    throw new UnfitEventError(event, `has ${size} bytes of JSON, of ${MOST_EVENT_BYTES} at most`);
  }
  const detail = json(event, { accountId, eventId, timestamp, eventInfo, data, traceparent });
  const Detail = MORE_THAN_64_BITS.test(detail) ? JSON.stringify({ detailText: detail }) : detail;
  return { DetailType: eventName, Detail };
}

function json(event: RecadoEvent, value: unknown): string {
  try {
    return JSON.stringify(value, lossless);
  } catch (error) {
    throw new UnfitEventError(event, `is not JSON (${String(error)})`);
  }
}

/** JSON has no number that is not finite, and an invalid date is one: `JSON.stringify` would make null of them. */
function lossless(this: Record<string, unknown>, key: string, value: unknown): unknown {
  const number = this[key] instanceof Date ? this[key].getTime() : value;
  if (typeof number === "number" && !Number.isFinite(number)) {
    throw new RangeError(`${key} is ${this[key]}`);
  }
  return value;
}

function codeOf(error: unknown): string {
  const { name = "Error", code, $metadata } = error as {
    name?: string;
    code?: unknown;
    $metadata?: { httpStatusCode?: number };
  };
  const said = typeof code === "string" ? code : name;
  // Whatever else a fault of the service is called, another try may find it mended.
  return ($metadata?.httpStatusCode ?? 0) >= 500 && !PASSING.has(said) ? "InternalFailure" : said;
}

function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** As EventBridge counts it: source, detail type and detail, in UTF-8. */
function sizeOf({ Source = "", DetailType = "", Detail = "" }: PutEventsRequestEntry): number {
  return bytes(Source) + bytes(DetailType) + bytes(Detail);
}

/** In order, in groups that one call takes. */
function groups(items: readonly Waiting[]): Waiting[][] {
  const found: Waiting[][] = [];
  let size = 0;
  for (const item of items) {
    const length = sizeOf(item.entry);
    const group = found.at(-1);
    if (group && group.length < MOST_ENTRIES && size + length <= MOST_BYTES) {
      group.push(item);
      size += length;
    } else {
      found.push([item]);
      size = length;
    }
  }
  return found;
}

function sleep(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
