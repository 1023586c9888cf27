/* How many deliveries a choice will take: exactly, at most, at least, or not known before. */
import { countedSpan, matchesOf, queryText } from "../deliveries/delivery_query.js";
import { totalOf } from "../webhook/waiting.js";
import { ALL, ARRIVAL, ASIDE } from "./choice.js";

/** `{kind, count}`: `kind` is "exact", "up_to", "at_least" or "unknown"; `why` tells what an "up_to" was counted by. */
const UNKNOWN = { kind: "unknown", count: 0 };

/**
 * The estimate for a choice. `waiting` is what the webhook says; `readCounts(query)` and `readList(query)` resolve to
 * answers of `delivery-counts` and of the log.
 */
export async function estimate(choice, { waiting, readCounts, readList, now }) {
  const { which, by } = choice;
  if (which === ALL || which === ASIDE) return ofWaiting(choice, waiting);
  if (by === ARRIVAL) return UNKNOWN;
  // Nobody counts what was withdrawn; few are listed.
  return which === "CANCELLED" ? ofList(choice, readList) : ofCounts(choice, readCounts, now);
}

/** What is counted is all that waits; what is chosen of it is less. */
function ofWaiting({ which, from, to, eventNames }, waiting) {
  const { count, more } = which === ASIDE ? { count: waiting.setAside, more: waiting.setAsideMore } : totalOf(waiting);
  const part = Boolean(from || to || eventNames.length);
  if (!more) return { kind: part && count ? "up_to" : "exact", count, why: "waiting" };
  return part ? UNKNOWN : { kind: "at_least", count };
}

async function ofList({ which, from, to, eventNames }, readList) {
  const [eventName] = eventNames.length === 1 ? eventNames : [];
  const { deliveries, nextCursor } = await readList(queryText({ status: which, from, to, eventName }));
  const chosen = deliveries.filter((delivery) => !eventNames.length || eventNames.includes(delivery.eventName));
  return { kind: nextCursor ? "at_least" : "exact", count: chosen.length };
}

async function ofCounts({ which, from, to, eventNames }, readCounts, now) {
  const span = countedSpan({ from, to }, now);
  if (!span) return UNKNOWN;
  const { count, exact } = matchesOf(await readCounts(queryText(span)), { status: which, from, to });
  if (count === 0 || (exact && !eventNames.length)) return { kind: "exact", count };
  return { kind: "up_to", count, why: eventNames.length ? (exact ? "types" : "hours_types") : "hours" };
}
