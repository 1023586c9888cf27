/* What is entered about a webhook, and how it differs from what is saved. Pure. */
import { authenticationProblems, authenticationSent, authenticationValues } from "./authentication_model.js";
import { SHAPING, shapingChosen, shapingProblems, shapingSent, shapingValues } from "./shaping/model.js";

/** The numbers among the delivery settings, and what is on or off. */
export const LIMITS = ["maxEvents", "maxBytes", "timeoutSeconds", "maxPostsPerMinute"];
export const SWITCHES = ["partialResponses", "digest"];
const LONGEST_ANSWER = 15;
/** What a new webhook has. */
const USUAL = { maxEvents: 100, maxBytes: 96 * 1024, timeoutSeconds: 5, maxPostsPerMinute: null, partialResponses: false, digest: false };
const DELIVERY = Object.keys(USUAL).map((setting) => `delivery.${setting}`);
/** What decides how a POST is made, but for where it goes. */
const SENDING = ["headers", "authentication", "delivery", "transform", "format"];
const FIELDS = [
  "name", "description", "targetUrl", "authentication", "headers", "eventNames", ...SHAPING, "active", "ordered", ...DELIVERY,
];

/**
 * The form's values for a webhook as the API gives it, or for a new one. `headers` becomes a list of `{name, value}`, so
 * that a header can be typed letter by letter; what is secret in `authentication` is always empty: the API never tells it.
 * Each delivery setting is a field of its own, `delivery.maxEvents`, a number as it is typed.
 */
export function valuesOf(webhook) {
  const { name = "", description = "", targetUrl = "", eventNames = [], active = true, ordered = false } = webhook ?? {};
  const headers = Object.entries(webhook?.headers ?? {}).map(([header, value]) => ({ name: header, value }));
  return {
    name, description, targetUrl, headers, active, ordered, ...deliveryValues(webhook?.delivery), ...shapingValues(webhook),
    eventNames: [...eventNames], authentication: authenticationValues(webhook?.authentication),
  };
}

function deliveryValues(delivery) {
  const settings = { ...USUAL, ...delivery };
  const shown = (value) => (typeof value === "boolean" ? value : String(value ?? ""));
  return Object.fromEntries(Object.keys(USUAL).map((setting) => [`delivery.${setting}`, shown(settings[setting])]));
}

/** Whether a delivery setting of these values is not what a new webhook has. */
export function deliveryChosen(values) {
  const usual = deliveryValues({});
  return DELIVERY.some((field) => values[field] !== usual[field]);
}

/** The body that creates a webhook of these values; events that are sent as they are need no word. */
export function bodyOf(values) {
  return nested(FIELDS.filter((field) => !SHAPING.includes(field) || shapingChosen(field, values)), values);
}

/** The body that turns what is saved into these values: only what differs, so that the rest stays untouched. */
export function changesOf(values, saved) {
  return nested(changedFields(values, saved), values);
}

/** The fields in which two forms' values differ. */
export function changedFields(values, others) {
  return FIELDS.filter((field) => JSON.stringify(sent(field, values)) !== JSON.stringify(sent(field, others)));
}

/** What was entered on top of `base`, now on top of `theirs`: a field that was touched stays, the others are theirs. */
export function onTopOf(values, base, theirs) {
  const mine = changedFields(values, base);
  return Object.fromEntries(FIELDS.map((field) => [field, mine.includes(field) ? values[field] : theirs[field]]));
}

/** The fields that differ from `base` both as they were entered and as they are `theirs`, and not in the same way. */
export function clashing(values, base, theirs) {
  const [mine, changed] = [changedFields(values, base), changedFields(theirs, base)];
  return changedFields(values, theirs).filter((field) => mine.includes(field) && changed.includes(field));
}

/** The part of a test send's body that is not saved like that: everything of a new webhook. */
export function testedParts(values, saved) {
  // How many events a POST may hold decides whether a single one of CloudEvents is a batch.
  const alone = values.format === "CLOUDEVENTS" ? ["delivery.maxEvents"] : [];
  const parts = ["targetUrl", "authentication", "headers", "delivery.timeoutSeconds", ...alone];
  const shaped = ["transform", "format"];
  if (!saved) return nested([...parts, ...shaped.filter((field) => shapingChosen(field, values))], values);
  return nested(changedFields(values, saved).filter((field) => [...parts, ...shaped].includes(field)), values);
}

/** All that decides how a test is sent and received, as a text: a result is of that, and not of what is entered later. */
export function testedAbout(values) {
  return JSON.stringify(testedParts(values, null));
}

/** How long an answer may take by these values, in seconds; as usual where none, or none that can be saved, is entered. */
export function answerSeconds(values) {
  const seconds = settingSent("delivery.timeoutSeconds", values["delivery.timeoutSeconds"]);
  return seconds >= 1 && seconds <= LONGEST_ANSWER ? seconds : USUAL.timeoutSeconds;
}

/**
 * What a preview is asked for: of a webhook that is saved only what differs from that, of a new one all that decides
 * which events are sent and as what. `eventName` is whose sample is taken, "" for the first.
 */
export function previewedParts(values, saved, eventName) {
  // No name yet means any.
  const parts = [...(values.eventNames.length ? ["eventNames"] : []), ...SHAPING];
  const differing = saved ? changedFields(values, saved).filter((field) => parts.includes(field)) : parts;
  return { ...nested(differing, values), ...(eventName && { eventName }) };
}

/**
 * What a change sends at once to a webhook that is on and has something waiting: "address" where the target is new,
 * "settings" where how it is sent is, "" where nothing is sent. `before` and `after` are as the API gives them.
 */
export function sendsWhatWaits(values, before, after) {
  if (!before || before.status !== "ACTIVE" || after.status !== "ACTIVE") return "";
  const { count = 0, setAside = 0 } = before.waiting ?? {};
  if (!count && !setAside && !after.backlog) return "";
  const changed = changedFields(values, valuesOf(before));
  if (changed.includes("targetUrl")) return "address";
  return changed.some((field) => SENDING.includes(field.split(".")[0])) ? "settings" : "";
}

/** A body of these fields: `delivery.maxEvents` is `maxEvents` in `delivery`. */
function nested(fields, values) {
  const body = {};
  for (const field of fields) {
    const [outer, inner] = field.split(".");
    if (inner) (body[outer] ??= {})[inner] = sent(field, values);
    else body[field] = sent(field, values);
  }
  return body;
}

/**
 * What the form itself can tell: required fields that are empty. Everything else the API judges, so that there is one set
 * of rules. Returns `{field: text key}`.
 */
export function lightProblems(values, saved) {
  const { name, targetUrl, eventNames, authentication } = values;
  const problems = {};
  if (!name.trim()) problems.name = "problem.name";
  if (!targetUrl.trim()) problems.targetUrl = "problem.target_url";
  Object.assign(problems, authenticationProblems(authentication, saved));
  if (eventNames.length === 0) problems.eventNames = "problem.event_names";
  return { ...problems, ...shapingProblems(values) };
}

/** The API's list of refused fields by the form's field: `eventNames[3]` is `eventNames`, `headers.X-A` its row. */
export function problemsByField(errors, values) {
  const problems = {};
  for (const { field, message } of errors) {
    const place = placeOf(field, values);
    problems[place] ??= message;
  }
  return problems;
}

function placeOf(field, values) {
  if (field.startsWith("eventNames")) return "eventNames";
  if (!field.startsWith("headers")) return field;
  const row = values.headers.findIndex(({ name }) => name.trim() && field.startsWith(`headers.${name.trim().slice(0, 100)}`));
  return row < 0 ? "headers" : `headers.${row}`;
}

function sent(field, values) {
  if (field === "headers") {
    const filled = values.headers.filter(({ name, value }) => name.trim() || value.trim());
    return Object.fromEntries(filled.map(({ name, value }) => [name.trim(), value.trim()]));
  }
  if (field === "eventNames") return [...values.eventNames].sort();
  if (field === "authentication") return authenticationSent(values.authentication);
  if (SHAPING.includes(field)) return shapingSent(field, values);
  if (field.startsWith("delivery.")) return settingSent(field, values[field]);
  return field === "targetUrl" || field === "name" ? values[field].trim() : values[field];
}

/** What is no number goes to the API as it was typed, which says what it accepts. */
function settingSent(field, value) {
  if (typeof value === "boolean") return value;
  const typed = value.trim();
  if (field === "delivery.maxPostsPerMinute" && !typed) return null;
  return /^\d{1,12}$/.test(typed) ? Number(typed) : typed;
}
