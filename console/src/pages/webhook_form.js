import { html } from "lit-html";
import { pageHeader } from "../parts/page_header.js";

/** The form for a new webhook. */
export function newWebhookPage({ t }) {
  return { title: () => t("webhooks.add"), view: () => html`${pageHeader({ title: t("webhooks.add") })}` };
}

/** The form for a webhook that exists. */
export function editWebhookPage({ t }) {
  return { title: () => t("webhooks.edit"), view: () => html`${pageHeader({ title: t("webhooks.edit") })}` };
}
