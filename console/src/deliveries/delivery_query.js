/* Which deliveries are looked at: the filters of the page's address, as controls and the API take them. Pure. */
import { twinOf } from "../language/clock.js";

const HOUR_MS = 3_600_000;

export const STATUSES = ["DELIVERED", "PENDING", "EXPIRED", "SKIPPED", "CANCELLED"];
/** Milliseconds back from now of each preset. */
export const PRESETS = { "1h": HOUR_MS, "24h": 24 * HOUR_MS, "7d": 7 * 24 * HOUR_MS };
export const CUSTOM = "custom";
/** By whose time it is looked: that of the event, or that of its arrival for the webhook. */
export const ARRIVAL = "arrival";
/** Every failure, whatever its class. */
export const ANY_FAILURE = "ANY";
export const FAILURES = [
  "BLOCKED_TARGET", "DNS", "CONNECT", "TLS", "TIMEOUT", "CLOSED", "REDIRECT", "CLIENT_ERROR", "SERVER_ERROR", "PROTOCOL", "OAUTH2",
];
/** No filter, as the changes of a query that clear them. */
export const NO_FILTERS = {
  status: null, eventName: null, failure: null, statusCode: null, eventId: null, range: null, by: null, from: null, to: null, cursor: null,
};
/** The API lists as many on a page, unless it would have to read too much for it. */
const A_PAGE = 50;
/** The API counts at most so far back. */
const LONGEST_COUNTED_MS = PRESETS["7d"];

/** What a response code is. */
const CODE = /^[1-9]\d\d$/;

/** The response code of a query that is none, and so filters nothing; "" where there is none or it is right. */
export function wrongCodeOf(query) {
  const code = (query.get("statusCode") ?? "").trim();
  return CODE.test(code) ? "" : code;
}

/**
 * The filters of a query: `{status, eventName, failure, statusCode, eventId, range, by, from, to, cursor}`, each "" where
 * it is not set. `range` is a preset, "custom" where there are times, or "". What is no such status, failure, code, preset
 * or time is as if it were missing.
 */
export function filtersOf(query) {
  const text = (name) => (query.get(name) ?? "").trim();
  const preset = oneOf(Object.keys(PRESETS), query.get("range"));
  const [from, to] = preset ? ["", ""] : ["from", "to"].map((name) => timeOf(query.get(name)));
  const custom = query.get("range") === CUSTOM || from || to ? CUSTOM : "";
  return {
    status: oneOf(STATUSES, query.get("status")),
    eventName: query.get("eventName") ?? "",
    failure: oneOf([ANY_FAILURE, ...FAILURES], query.get("failure")),
    statusCode: CODE.test(text("statusCode")) ? text("statusCode") : "",
    eventId: text("eventId"),
    range: preset || custom,
    by: oneOf([ARRIVAL], query.get("by")),
    from,
    to,
    cursor: query.get("cursor") ?? "",
  };
}

/** Whether anything is filtered; a cursor is a place, not a filter. */
export function isFiltered(filters) {
  const { status, eventName, from, to, range } = filters;
  return Boolean(status || eventName || from || to || PRESETS[range]) || isFilteredFurther(filters);
}

/** Whether one of the filters is set that few need. */
export function isFilteredFurther({ failure, statusCode, eventId, by }) {
  return Boolean(failure || statusCode || eventId || by);
}

/** From when to when is looked at: ISO 8601, "" for no bound. */
export function boundsOf({ range, from, to }, now) {
  return PRESETS[range] ? { from: new Date(now - PRESETS[range]).toISOString(), to: "" } : { from, to };
}

/** The query of `GET …/deliveries` for these filters, with its `?`. */
export function listQuery(filters, now) {
  const { from, to } = boundsOf(filters, now);
  const { status, eventName, failure, statusCode, eventId, by, cursor } = filters;
  const [start, end] = by === ARRIVAL ? ["arrivedFrom", "arrivedTo"] : ["from", "to"];
  const failed = failure === ANY_FAILURE ? { failed: "true" } : { failureClass: failure };
  return queryText({ status, ...failed, statusCode, eventName, eventId, [start]: from, [end]: to, cursor });
}

/** Whether a page ended because much had been read for it: there may be more that it would have shown. */
export function isCut({ deliveries, nextCursor }) {
  return Boolean(nextCursor) && deliveries.length < A_PAGE;
}

/** The query of `GET …/delivery-counts`: the filters' time, or the last 24 hours where they name none of up to a week. */
export function countsQuery(filters, now) {
  const { from, to } = boundsOf(filters, now);
  const counted = countedSpan({ from, to }, now);
  return counted && Date.parse(counted.to) - Date.parse(from) > HOUR_MS ? queryText(counted) : "";
}

/**
 * A time whose deliveries can be counted: with its end, which the API would round up to a whole hour and then find the
 * week too long. null where it has no start or is longer than can be counted.
 */
export function countedSpan({ from, to }, now) {
  const end = to || new Date(now).toISOString();
  const length = Date.parse(end) - Date.parse(from);
  return length >= 0 && length <= LONGEST_COUNTED_MS ? { from, to: end } : null;
}

/** Parameters as a query with its `?`, or ""; empty ones are left out. */
export function queryText(parameters) {
  const given = Object.entries(parameters).filter(([, value]) => value);
  return given.length ? `?${new URLSearchParams(given)}` : "";
}

/** A time as a `datetime-local` control takes it, in the reader's zone: "2026-11-24T14:05", "" for none. */
export function toControl(iso) {
  if (!iso) return "";
  const moment = new Date(iso);
  // Part by part: who types a year passes through the first centuries, when zones were minutes and seconds apart.
  const parts = [moment.getMonth() + 1, moment.getDate(), moment.getHours(), moment.getMinutes()];
  const [month, day, hour, minute] = parts.map((part) => String(part).padStart(2, "0"));
  return `${String(moment.getFullYear()).padStart(4, "0")}-${month}-${day}T${hour}:${minute}`;
}

/**
 * The time in a `datetime-local` control, in ISO 8601; `end` takes the minute's last millisecond. "" for none. Of a minute
 * that comes twice a range begins with the first, and ends with the second.
 */
export function fromControl(text, { end = false } = {}) {
  const moment = Date.parse(text);
  if (Number.isNaN(moment)) return "";
  const moments = [moment, twinOf(moment) ?? moment];
  return new Date(end ? Math.max(...moments) + 59_999 : Math.min(...moments)).toISOString();
}

function oneOf(allowed, value) {
  return allowed.includes(value) ? value : "";
}

function timeOf(text) {
  const moment = Date.parse(text ?? "");
  return Number.isNaN(moment) ? "" : new Date(moment).toISOString();
}

/**
 * How many deliveries of `status` lie between `from` and `to` ("" for now), by an answer of `delivery-counts` for that
 * time: `{count, exact}`. Counts are of whole hours, so a time that begins or ends within one is counted too high.
 */
export function matchesOf({ hours }, { status, from, to }) {
  const count = hours.reduce((all, hour) => all + hour[status.toLowerCase()], 0);
  const startsWhole = Date.parse(from) % HOUR_MS === 0;
  const endsWhole = !to || (Date.parse(to) + 1) % HOUR_MS === 0;
  return { count, exact: count === 0 || (startsWhole && endsWhole) };
}
