/* What is asked before many deliveries are sent again or withdrawn, and what came of it, in words. */
import { html, nothing } from "lit-html";
import { notice } from "../parts/notice.js";
import { failureTitle } from "../parts/states.js";
import { paths } from "../addresses/paths.js";
import { problemText, t } from "../language/texts.js";
import { shortTime } from "../language/times.js";

/** What is asked before a plan of `planOf` is carried out. */
export function question(action, { taken, delivered, leftOut }) {
  return html`
    <p>${t(`choosing.${action}_body`, { count: taken.length })}</p>
    ${delivered ? html`<p class="choosing-twice">${t("choosing.twice", { count: delivered })}</p>` : nothing}
    ${left(leftOut)}`;
}

/** How many deliveries an action was done with. */
export function doneText({ action, done }) {
  return done.length ? t(`choosing.${action}_done`, { count: done.length }) : t(`choosing.${action}_none`);
}

/** What came of `{action, done, failed, leftOut}`: how many, each that failed with its reason, and what was left out. */
export function outcomeNotice(outcome, { account, dismiss }) {
  const { done, failed, leftOut } = outcome;
  const kind = failed.length ? "bad" : done.length ? "ok" : "warn";
  return notice(kind, doneText(outcome), html`
    ${failed.length ? html`<p>${t("choosing.failed", { count: failed.length })}</p>
      <ul class="choosing-failed">${failed.map((one) => html`<li>${failure(one, account)}</li>`)}</ul>` : nothing}
    ${left(leftOut)}`, html`<button type="button" class="secondary" @click=${dismiss}>${t("action.dismiss")}</button>`);
}

function left(leftOut) {
  const count = leftOut.reduce((all, one) => all + one.count, 0);
  if (count === 0) return nothing;
  return html`<p>${t("choosing.left_out", { count })}</p>
    <ul class="choosing-left">${leftOut.map(({ why, count: some }) => html`<li>${t(`choosing.left_${why}`, { count: some })}</li>`)}</ul>`;
}

function failure({ delivery: { webhookId, deliveryId, eventName, timestamp }, error }, account) {
  const said = error.kind === "problem" && error.status === 409 && error.problem.detail;
  return html`<a href=${paths.delivery(account, webhookId, deliveryId)}>${eventName}, ${shortTime(timestamp, { seconds: true })}</a>:
    ${said ? problemText(said) : failureTitle(error)}`;
}
