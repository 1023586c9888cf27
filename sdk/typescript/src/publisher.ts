/**
 * Publishing events on Recado's bus, many in a call: what the bus refuses for now is put again, with the same ids.
 *
 * It needs `@aws-sdk/client-eventbridge`, and the right `events:PutEvents` on the bus.
 */
import {
  type EventBridgeClient,
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
/** Said of an entry that the answer does not speak of: only what is said to be taken is. */
const UNANSWERED = "Unanswered";
const PASSING: ReadonlySet<string> = new Set([
  "ThrottlingException",
  "InternalFailure",
  "InternalException",
  "ServiceUnavailable",
  "TimeoutError",
  UNANSWERED,
  "ECONNRESET",
  "ECONNREFUSED",
]);
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

/** Some events were not taken by the bus: each with the code that it was refused with. All others were. */
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
  code: string;
}

/** Publishes on the bus of this name, as this source: the stack's outputs `EventBusName` and `EventSource`. */
export class Publisher {
  readonly #client: Pick<EventBridgeClient, "send">;
  readonly #names: { EventBusName: string; Source: string };

  constructor(client: Pick<EventBridgeClient, "send">, busName: string, source: string) {
    this.#client = client;
    this.#names = { EventBusName: busName, Source: source };
  }

  /** Puts the events; throws `UnfitEventError` before any is sent, and `NotPublishedError` for those not taken. */
  async publish(events: readonly RecadoEvent[]): Promise<void> {
    let waiting = events.map((event) => ({ event, entry: { ...this.#names, ...entryOf(event) }, code: "" }));
    const refused: Waiting[] = [];
    for (let attempt = 1; waiting.length > 0; attempt += 1) {
      for (const group of groups(waiting)) {
        const codes = await this.#put(group.map(({ entry }) => entry));
        group.forEach((item, place) => (item.code = codes[place] ?? ""));
      }
      const left = waiting.filter(({ code }) => code);
      waiting = attempt < ATTEMPTS ? left.filter(({ code }) => PASSING.has(code)) : [];
      refused.push(...left.filter((item) => !waiting.includes(item)));
      if (waiting.length > 0) {
        await sleep(FIRST_WAIT_SECONDS * (2 ** (attempt - 1) + Math.random()));
      }
    }
    if (refused.length > 0) {
      throw new NotPublishedError(refused.map(({ event, code }) => ({ event, code })));
    }
  }

  /** For each entry the code that it was refused with; "" where it was taken. */
  async #put(entries: PutEventsRequestEntry[]): Promise<string[]> {
    try {
      const { Entries = [] } = await this.#client.send(new PutEventsCommand({ Entries: entries }));
      return entries.map((_, place) => resultOf(Entries[place]));
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

function entryOf(event: RecadoEvent): { DetailType: string; Detail: string } {
  const { accountId, eventName, data, eventId, timestamp, eventInfo, traceparent } = event;
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
    return JSON.stringify(value, finite);
  } catch (error) {
    throw new UnfitEventError(event, `is not JSON (${String(error)})`);
  }
}

/** `JSON.stringify` would write null in the place of such a number. */
function finite(_name: string, part: unknown): unknown {
  if (typeof part === "number" && !Number.isFinite(part)) {
    throw new TypeError(`${part} is no number of JSON`);
  }
  return part;
}

function resultOf(result: PutEventsResultEntry | undefined): string {
  return result ? (result.ErrorCode ?? "") : UNANSWERED;
}

function codeOf(error: unknown): string {
  const { name = "Error", code } = error as { name?: string; code?: unknown };
  return typeof code === "string" ? code : name;
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
