/* How to receive, for whoever writes a receiver and manages no webhook: what is no account's own. */
import { html } from "lit-html";
import { pageHeader } from "../parts/page_header.js";
import { paths } from "../addresses/paths.js";
import { Guide } from "../receiving/guide.js";
import { withQuery } from "../addresses/router.js";

/** The page at `/console/receiving`, open to everybody; the recipe that is shown stands in the address as `language`. */
export function openReceivingPage({ t, redraw }) {
  const context = {
    t,
    redraw,
    signal: new AbortController().signal,
    get query() {
      return new URLSearchParams(location.search);
    },
    setQuery(changes) {
      history.replaceState(null, "", location.pathname + withQuery(location.search, changes));
      redraw();
    },
  };
  const guide = new Guide(context, paths.openReceiving());
  return {
    title: () => t("receiving.title"),
    view: () => html`
      ${pageHeader({
        title: t("receiving.title"), lead: t("receiving.lead"),
        actions: html`<a class="button secondary" href=${paths.reference()}>${t("event_types.reference")}</a>`,
      })}
      <div class="guide">${guide.view()}</div>`,
  };
}
