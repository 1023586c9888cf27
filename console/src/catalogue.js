/* The catalogue of event types: the same for everybody and for the life of a deployment, so it is asked for once. */
import { endpoints } from "./paths.js";
import { descriptionOf, groupOf } from "./texts.js";

const kept = new WeakMap();

/** The event types as the API lists them, texts in all their languages; a failed request is asked again next time. */
export function eventTypes(api) {
  if (!kept.has(api)) {
    const asked = api.get(endpoints.eventTypes()).then(({ data }) => data.eventTypes);
    kept.set(api, asked);
    asked.catch(() => kept.delete(api));
  }
  return kept.get(api);
}

/** Whether every word of a search is found in the name, written with or without its marks, in the group or the description. */
export function isFound(eventType, search) {
  const { eventName } = eventType;
  const text = `${eventName} ${eventName.replaceAll(/[._:-]/g, " ")} ${groupOf(eventType)} ${descriptionOf(eventType)}`.toLowerCase();
  return search.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}
