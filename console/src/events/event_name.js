/* The name of an event type: code that may break behind its marks only. */
import { html } from "lit-html";

/** An event name; its text stays the name itself. */
export function eventName(name) {
  return name.split(/(?<=[._:-])/).map((part, at) => (at ? html`<wbr>${part}` : part));
}
