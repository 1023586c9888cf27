import { html } from "lit-html";
import { pageHeader } from "../parts/page_header.js";

/** One webhook: its health, its configuration, what can be done with it. */
export function webhookPage({ t, params }) {
  return { title: () => params.webhookId, view: () => html`${pageHeader({ title: params.webhookId, trail: [["/console", t("nav.webhooks")]] })}` };
}
