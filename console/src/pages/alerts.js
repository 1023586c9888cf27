/* Whom an account's alerts are mailed to. */
import { LANGUAGES } from "#languages";
import { html, nothing } from "lit-html";
import { addressTable } from "../alerts/address_table.js";
import { cannotAdd, failurePlace, offersForm, refusedAddress, unchanged, withAddress, without } from "../alerts/addresses.js";
import { language, reasonText } from "../language/texts.js";
import { acting } from "../parts/acting.js";
import { announce } from "../parts/announce.js";
import { ask } from "../parts/dialog.js";
import { field } from "../parts/field.js";
import { notice } from "../parts/notice.js";
import { pageHeader } from "../parts/page_header.js";
import { empty, failure, resource } from "../parts/states.js";
import { endpoints } from "../addresses/paths.js";
import { poll } from "../polling.js";

const EVERY_MS = 10_000;
const KINDS = ["failing", "disabled", "recovered", "slow", "set_aside", "certificate"];

/** The page at `…/alerts`. */
export function alertsPage(context) {
  return new AlertsPage(context);
}

class AlertsPage {
  #context;
  #list;
  #acting;
  #entered;
  #problem = "";

  constructor(context) {
    this.#context = context;
    this.#entered = context.draft ?? { address: "", locale: language() };
    this.#list = resource(context, () => this.#read());
    this.#acting = acting(context);
    // Somebody may be confirming in another tab, or in a mail program.
    poll(() => (this.#acting.state.busy ? null : this.#list.reload()), { every: EVERY_MS, signal: context.signal });
  }

  title() {
    return this.#context.t("alerts.title");
  }

  unsaved() {
    return this.#entered.address.trim() !== "";
  }

  draft() {
    return this.unsaved() ? this.#entered : null;
  }

  view() {
    const { t } = this.#context;
    return html`
      ${pageHeader({ title: t("alerts.title"), lead: t("alerts.lead") })}
      ${this.#list.view((data) => this.#whole(data), "rows")}`;
  }

  get #path() {
    return endpoints.alertAddresses(this.#context.account);
  }

  get #mayWrite() {
    return this.#context.can?.("write") ?? true;
  }

  async #read() {
    const { api, signal } = this.#context;
    return (await api.get(this.#path, { signal })).data;
  }

  #whole({ mails, addresses }) {
    const { t } = this.#context;
    const { error } = this.#acting.state;
    const writes = mails && this.#mayWrite;
    const form = writes && offersForm(addresses, this.#entered.address);
    const place = error && !this.#problem ? failurePlace(error, form) : "";
    return html`
      ${mails ? nothing : notice("info", t("alerts.no_mails"), t("alerts.no_mails_body"))}
      <div role="alert">${place === "page" ? failure(error) : nothing}</div>
      ${addresses.length ? this.#table(addresses, writes) : empty({ title: t("alerts.empty_title"), body: t("alerts.empty_body") })}
      ${form ? this.#form(addresses) : writes ? html`<p>${t("alerts.problem_many")}</p>` : nothing}
      <div role="alert">${place === "form" ? failure(error) : nothing}</div>
      ${this.#told()}`;
  }

  #table(addresses, writes) {
    const { t } = this.#context;
    const { busy } = this.#acting.state;
    const pending = addresses.filter(({ state }) => state === "PENDING").length;
    return html`
      ${addressTable(addresses, { busy, remove: writes ? (one) => this.#remove(one) : null })}
      ${writes && pending ? html`<div class="alert-again">
        <p>${t("alerts.pending", { count: pending })}</p>
        <button type="button" class="secondary" aria-disabled=${busy ? "true" : "false"} @click=${() => this.#askAgain()}>${t("alerts.ask_again", { count: pending })}</button>
      </div>` : nothing}`;
  }

  #form(addresses) {
    const { t } = this.#context;
    const { busy } = this.#acting.state;
    const takes = (name) => (event) => {
      this.#entered = { ...this.#entered, [name]: event.target.value };
      this.#context.redraw();
    };
    return html`
      <form class="alert-form" novalidate @submit=${(event) => this.#add(event, addresses)}>
        <h2>${t("alerts.add_title")}</h2>
        ${field({
          id: "alert-address", label: t("alerts.column_address"), hint: t("alerts.address_hint"), problem: this.#problem && this.#problemText(),
          control: ({ id, describedBy, invalid }) => html`<input id=${id} type="email" autocomplete="email" spellcheck="false"
            .value=${this.#entered.address} aria-invalid=${invalid} aria-describedby=${describedBy} @input=${takes("address")}>`,
        })}
        ${field({
          id: "alert-locale", label: t("alerts.column_language"),
          control: ({ id }) => html`<select id=${id} @change=${takes("locale")}>
            ${Object.entries(LANGUAGES).map(([code, { name, locale }]) => html`
              <option value=${code} lang=${locale} ?selected=${code === this.#entered.locale}>${name}</option>`)}</select>`,
        })}
        <button type="submit" aria-disabled=${busy ? "true" : "false"}>${t("alerts.add")}</button>
      </form>`;
  }

  #problemText() {
    return this.#problem.startsWith("alerts.") ? this.#context.t(this.#problem) : `${reasonText(this.#problem)}.`;
  }

  /** What is mailed, and when. */
  #told() {
    const { t } = this.#context;
    return html`
      <section class="alert-kinds"><h2>${t("alerts.kinds_title")}</h2>
        <ul>${KINDS.map((kind) => html`<li>${t(`alerts.kind_${kind}`)}</li>`)}</ul>
        <p>${t("alerts.limits")}</p>
      </section>`;
  }

  async #add(event, addresses) {
    event.preventDefault();
    const { redraw, t } = this.#context;
    const added = { ...this.#entered };
    this.#problem = cannotAdd(addresses, added.address);
    if (this.#problem) {
      redraw();
      return document.getElementById("alert-address").focus();
    }
    let sent = [];
    const done = await this.#replace((now) => (sent = withAddress(now, added)));
    if (done) {
      this.#entered = { ...this.#entered, address: "" };
      announce(t("alerts.added", { address: added.address.trim() }));
    } else {
      this.#problem = refusedAddress(this.#acting.state.error, sent);
    }
    return redraw();
  }

  async #remove({ address, addressId }) {
    const { t, signal } = this.#context;
    const sure = await ask({
      title: t("alerts.remove_title", { address }), body: t("alerts.remove_body"), confirm: t("alerts.remove"), danger: true,
    });
    if (!sure || signal.aborted) return;
    this.#problem = "";
    if (await this.#replace((now) => without(now, addressId))) announce(t("alerts.removed", { address }));
  }

  async #askAgain() {
    this.#problem = "";
    if (await this.#replace(unchanged)) announce(this.#context.t("alerts.asked_again"));
  }

  /** Put the list that `change` makes of the one that is there now, not of one read a while ago; null where that failed. */
  #replace(change) {
    const { api } = this.#context;
    return this.#acting.act(async () => {
      const { addresses } = await this.#read();
      const { data } = await api.put(this.#path, { body: { addresses: change(addresses) } });
      this.#list.put(data);
      return data;
    });
  }
}
