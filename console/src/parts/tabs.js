/* Tabs, by the pattern of the ARIA authoring practices: one stop for Tab, arrows choose. */
import { html } from "lit-html";

const MOVES = { ArrowRight: 1, ArrowLeft: -1 };

/** Tabs of `items` (`{id, name}`); `chosen` is an id, `panel(item)` draws what belongs to it, `onChoose(id)` changes it. */
export function tabs(items, { label, chosen, panel, onChoose }) {
  const item = items.find(({ id }) => id === chosen);
  return html`
    <div class="tabs">
      <div class="tab-list" role="tablist" aria-label=${label} @keydown=${(event) => move(event, items, chosen, onChoose)}>
        ${items.map(({ id, name }) => html`
          <button type="button" role="tab" id="tab-${id}" class="tab" aria-controls="tab-panel"
            aria-selected=${id === chosen ? "true" : "false"} tabindex=${id === chosen ? 0 : -1}
            @click=${() => onChoose(id)}>${name}</button>`)}
      </div>
      <div id="tab-panel" role="tabpanel" aria-labelledby="tab-${chosen}">${panel(item)}</div>
    </div>
  `;
}

function move(event, items, chosen, onChoose) {
  const now = items.findIndex(({ id }) => id === chosen);
  const ends = { Home: 0, End: items.length - 1 };
  const next = event.key in MOVES ? (now + MOVES[event.key] + items.length) % items.length : ends[event.key];
  if (next === undefined) return;
  event.preventDefault();
  onChoose(items[next].id);
  document.getElementById(`tab-${items[next].id}`)?.focus();
}
