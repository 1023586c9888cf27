/* The pages of one webhook. */
import { html } from "lit-html";
import { paths } from "../addresses/paths.js";
import { t } from "../language/texts.js";

/** Links to a webhook's pages; `here` is "overview", "deliveries" or "activity". */
export function webhookNav(account, webhookId, here) {
  const links = [
    ["overview", paths.webhook(account, webhookId), t("details.overview")],
    ["deliveries", paths.deliveries(account, webhookId), t("nav.deliveries")],
    ["activity", paths.webhookActivity(account, webhookId), t("nav.activity")],
  ];
  return html`
    <nav class="sub-nav" aria-label=${t("details.pages")}>
      ${links.map(([name, path, text]) => html`<a href=${path} aria-current=${name === here ? "page" : "false"}>${text}</a>`)}
    </nav>
  `;
}
