/* What stands in the place of a page that this session has not the capability for. */
import { html } from "lit-html";
import { pageHeader } from "../parts/page_header.js";
import { paths } from "../addresses/paths.js";

/** The page that says so; `needed` is the capability that lacks. */
export function notGranted({ t, account }, needed) {
  const title = () => t("portal.not_granted_title");
  return {
    title,
    view: () => html`
      ${pageHeader({ title: title() })}
      <p>${t(`portal.not_granted_${needed}`)}</p>
      ${needed === "read" ? "" : html`<p><a href=${paths.webhooks(account)}>${t("not_found.home")}</a></p>`}`,
  };
}
