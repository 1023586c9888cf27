/* Starts the API reference: reads the document from the API that serves this page, and draws it. */
import { render } from "lit-html";
import { failed, frame, loading, ReferencePage } from "./page.js";

const DOCUMENT = "/openapi.json";
const root = document.getElementById("app");
const draw = (content) => render(frame(content), root);

await start();

async function start() {
  draw(loading());
  const answer = await read();
  if (answer === null) {
    draw(failed(start));
    return;
  }
  const redraw = () => draw(page.view());
  const page = new ReferencePage(answer, { redraw, origin: location.origin });
  const go = () => {
    const id = named();
    if (!id || document.getElementById(id)) return;
    page.show(id);
    redraw();
    reveal(id);
  };
  window.addEventListener("hashchange", go);
  redraw();
  go();
  // The browser looked for the place before there was one.
  if (named()) reveal(named());
}

/** What the address names, "" where it names nothing or cannot be read. */
function named() {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    return "";
  }
}

/** The document, or null where there is no answer that holds one. */
async function read() {
  try {
    const answer = await fetch(DOCUMENT);
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

function reveal(id) {
  const place = document.getElementById(id);
  place?.scrollIntoView();
  place?.focus({ preventScroll: true });
}
