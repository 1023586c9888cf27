import { html } from "lit-html";
import { pageHeader } from "../parts/page_header.js";

/** The page at this address. */
export function eventTypesPage({ t }) {
  return { title: () => t("nav.event_types"), view: () => html`${pageHeader({ title: t("nav.event_types") })}` };
}
