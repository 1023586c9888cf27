/* The name of an event type: code that may break after its underscores only. */
import { html } from "lit-html";

/** An event name; its text stays the name itself. */
export function eventName(name) {
  return name.split("_").map((part, at) => (at ? html`_<wbr>${part}` : part));
}
