/* One polite live region: what happened, for those who cannot see it happen. */
import { html } from "lit-html";

/** The region; it is part of the shell. */
export function announcer() {
  return html`<div id="announcer" class="visually-hidden" role="status" aria-live="polite"></div>`;
}

/** Have a screen reader say something once the current sentence has ended. */
export function announce(text) {
  const region = document.getElementById("announcer");
  if (!region) return;
  region.textContent = "";
  // A text that does not change is not said again.
  requestAnimationFrame(() => {
    region.textContent = text;
  });
}
