/* What is entered about which events are sent, and as what. Pure. */

export const FORMATS = ["ENVELOPE", "STANDARD", "CLOUDEVENTS", "RAW"];
/** The fields of the API, which are the form's. */
export const SHAPING = ["filter", "transform", "format"];
/** The API accepts no longer expression. */
export const LONGEST_EXPRESSION = 1024;

const USUAL = { filter: null, transform: null, format: "ENVELOPE" };

/** The form's values for a webhook as the API gives it, or for a new one: an expression that is not there is "". */
export function shapingValues(webhook) {
  const { filter, transform, format } = { ...USUAL, ...webhook };
  return { filter: filter ?? "", transform: transform ?? "", format };
}

/** What the API gets for a field: an empty expression takes it away. */
export function shapingSent(field, values) {
  return field === "format" ? values.format : values[field].trim() || null;
}

/** Whether a field is not as a new webhook has it. */
export function shapingChosen(field, values) {
  return shapingSent(field, values) !== USUAL[field];
}

/** What the form itself can tell: a body has to come from somewhere. Returns `{field: text key}`. */
export function shapingProblems({ format, transform }) {
  return format === "RAW" && !transform.trim() ? { transform: "problem.transform" } : {};
}

/** What is said about a field that is accepted but most likely is not meant so, in an answer of the preview. */
export function warningsOf(preview, field) {
  return (preview?.warnings ?? []).filter((warning) => warning.field === field).map(({ message }) => message);
}
