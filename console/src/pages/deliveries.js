import { html } from "lit-html";
import { pageHeader } from "../parts/page_header.js";

/** The page at this address. */
export function deliveriesPage({ t }) {
  return { title: () => t("nav.deliveries"), view: () => html`${pageHeader({ title: t("nav.deliveries") })}` };
}
