/* An account's alert addresses, a row each. */
import { LANGUAGES } from "#languages";
import { html, nothing } from "lit-html";
import { t } from "../language/texts.js";
import { badge } from "../parts/badge.js";
import { icon } from "../parts/icons.js";
import { time } from "../parts/time.js";

const KINDS = { PENDING: "wait", CONFIRMED: "ok", UNSUBSCRIBED: "off" };

/** The table; `remove(address)` draws a button in each row, null draws none. */
export function addressTable(addresses, { busy, remove }) {
  const columns = ["address", "state", "language", "mailed", ...(remove ? ["actions"] : [])];
  return html`
    <div class="table-frame">
      <table class="cards alert-addresses">
        <thead><tr>${columns.map((name) => html`<th scope="col">${t(`alerts.column_${name}`)}</th>`)}</tr></thead>
        <tbody>${addresses.map((one) => row(one, { busy, remove }))}</tbody>
      </table>
    </div>`;
}

function row(one, { busy, remove }) {
  const { address, state, locale, since, mailedAt, problem } = one;
  return html`
    <tr>
      <th scope="row" class="alert-address">${address}</th>
      ${cell("state", html`${badge(KINDS[state] ?? "none", t(`alerts.state.${state}`))}
        <p class="cell-note">${t("alerts.since")} ${time(since, "short")}</p>
        ${problem ? html`<p class="cell-note">${t(`alerts.problem.${problem}`)}</p>` : nothing}`)}
      ${cell("language", LANGUAGES[locale]?.name ?? locale)}
      ${cell("mailed", mailedAt ? time(mailedAt, "short") : html`<span class="none">${t("alerts.never")}</span>`)}
      ${remove ? cell("actions", html`<button type="button" class="secondary" aria-disabled=${busy ? "true" : "false"}
        aria-label=${t("alerts.remove_label", { address })} @click=${() => remove(one)}>${icon("remove")}${t("alerts.remove")}</button>`) : nothing}
    </tr>`;
}

function cell(column, content) {
  return html`<td class=${`column-${column}`} data-label=${t(`alerts.column_${column}`)}><div>${content}</div></td>`;
}
