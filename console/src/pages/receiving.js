import { html } from "lit-html";
import { pageHeader } from "../parts/page_header.js";

/** The page at this address. */
export function receivingPage({ t }) {
  return { title: () => t("nav.receiving"), view: () => html`${pageHeader({ title: t("nav.receiving") })}` };
}
