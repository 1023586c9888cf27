/* What the links of alert mails open: a button, since mail filters open links, scripts included, but press nothing. */
import { html, nothing } from "lit-html";
import { answerLetter } from "../alerts/answering.js";
import { takeLetter } from "../alerts/letter.js";
import { notice } from "../parts/notice.js";

/** The page at `/console/alerts`, open to everybody. */
export function alertLinkPage({ t, redraw, letter }) {
  let state = { letter, busy: false, problem: "", done: null };
  const change = (changes) => {
    state = { ...state, ...changes };
    redraw();
  };
  // Another link of the same page, in the same tab, loads nothing anew.
  window.addEventListener("hashchange", () => change({ letter: takeLetter(), busy: false, problem: "", done: null }));
  const send = async () => {
    if (state.busy) return;
    const asked = state.letter;
    change({ busy: true, problem: "" });
    const changes = await answerLetter(asked).then((done) => ({ done }), ({ message }) => ({ problem: message }));
    if (state.letter === asked) change({ ...changes, busy: false });
  };
  const key = () => (state.letter ? `alert_link.${state.letter.purpose}` : "alert_link.none");
  return {
    title: () => t(`${key()}_title`),
    view: () => html`
      <section class="centred"><h1 tabindex="-1">${t(`${key()}_title`)}</h1>
        <div role="status">${state.done ? notice("ok", t(`${key()}_${state.done.address ? "done" : "gone"}`, state.done)) : nothing}</div>
        <div role="alert">${state.problem ? notice("bad", t(`alert_link.${state.problem}`)) : nothing}</div>
        ${state.done ? html`<p>${t(`${key()}_next`)}</p>` : html`<p>${t(`${key()}_body`)}</p>`}
        ${state.letter && !state.done ? html`<button type="button" aria-disabled=${state.busy ? "true" : "false"} @click=${send}>
          ${t(`${key()}_button`)}</button>` : nothing}
      </section>`,
  };
}
