/* Which deliveries a job is to take: as chosen, as the API takes it, and what is wrong with it. Pure. */
import { ARRIVAL, boundsOf } from "../deliveries/delivery_query.js";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export const ASIDE = "ASIDE";
export const ALL = "ALL";
export { ARRIVAL };
/** What each kind of job can take: deliveries of a status, what is set aside, all that waits. */
export const WHICH = {
  redeliver: ["EXPIRED", "SKIPPED", "CANCELLED", "DELIVERED", ASIDE],
  withdraw: [ALL, ASIDE],
};

/**
 * The choice to begin with: `{kind, which, by, from, to, eventNames}`, times in ISO 8601 or "", no names for all types.
 * It is that of the log's `filters` as far as they fit; without a time of theirs a redelivery takes the last day, from a
 * whole hour on, because whole hours can be counted exactly.
 */
export function beginning(kind, filters, now) {
  const { from, to } = boundsOf(filters, now);
  const fits = WHICH[kind].includes(filters.status);
  const eventNames = filters.eventName ? [filters.eventName] : [];
  const which = fits ? filters.status : WHICH[kind][0];
  return { kind, which, by: filters.by === ARRIVAL ? ARRIVAL : "event", from: kind === "withdraw" ? from : wholeHour(from, now), to, eventNames };
}

/** Which of the log's filters a job of this kind can not take: text keys of their names. */
export function notTaken(kind, { status, failure, statusCode, eventId }) {
  // What is pending is all that waits.
  const fits = kind === "withdraw" ? status === "PENDING" : WHICH[kind].includes(status);
  const other = { status: fits ? "" : status, failure, status_code: statusCode, event_id: eventId };
  return Object.keys(other).filter((name) => other[name]).map((name) => `deliveries.${name}`);
}

/** The body that starts a job of this choice. */
export function bodyOf({ kind, which, by, from, to, eventNames }) {
  const [start, end] = by === ARRIVAL ? ["arrivedFrom", "arrivedTo"] : ["from", "to"];
  const body = {};
  if (which === ASIDE) body.setAside = true;
  else if (kind === "redeliver") body.status = which;
  if (from) body[start] = from;
  if (to) body[end] = to;
  if (eventNames.length) body.eventNames = [...eventNames].sort();
  return body;
}

/** Whether it must say since when: what is sent again of a status has no other bound. */
export function needsStart({ kind, which }) {
  return kind === "redeliver" && which !== ASIDE;
}

/** What is wrong: text keys by field, `{from, to}`, "" for nothing. */
export function problemsOf(choice) {
  const { from, to } = choice;
  return { from: needsStart(choice) && !from ? "many.from_missing" : "", to: from && to && to < from ? "deliveries.to_before_from" : "" };
}

/** What a job takes, as a choice: the other way round. */
export function choiceOf({ kind, status, setAside, from, to, arrivedFrom, arrivedTo, eventNames = [] }) {
  const arrival = Boolean(arrivedFrom || arrivedTo);
  return {
    kind: kind === "CANCELLATION" ? "withdraw" : "redeliver",
    which: setAside ? ASIDE : (status ?? ALL),
    by: arrival ? ARRIVAL : "event",
    from: (arrival ? arrivedFrom : from) ?? "",
    to: (arrival ? arrivedTo : to) ?? "",
    eventNames,
  };
}

function wholeHour(from, now) {
  return new Date(Math.floor((from ? Date.parse(from) : now - DAY_MS) / HOUR_MS) * HOUR_MS).toISOString();
}
