/* The catalogue of event types: the same for everybody and for the life of a deployment, so it is asked for once. */
import { endpoints } from "../addresses/paths.js";
import { descriptionOf, groupOf, language } from "../language/texts.js";

const kept = new WeakMap();
/** What of an event type is searched, by its language: thousands of them are with every key. */
const searched = new WeakMap();

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
  const text = searchedText(eventType);
  return search.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

function searchedText(eventType) {
  const known = searched.get(eventType);
  if (known?.language === language()) return known.text;
  const { eventName } = eventType;
  const all = [eventName, eventName.replaceAll(/[._:-]/g, " "), groupOf(eventType), descriptionOf(eventType)];
  const text = all.join(" ").toLowerCase();
  searched.set(eventType, { language: language(), text });
  return text;
}
