/* One job: what it takes, how far it is, who asked for it. */
import { html, nothing } from "lit-html";
import { badge } from "../parts/badge.js";
import { notice } from "../parts/notice.js";
import { person } from "../parts/person.js";
import { time } from "../parts/time.js";
import { sentence, t } from "../language/texts.js";
import { dateTime } from "../language/times.js";
import { ALL, choiceOf } from "./choice.js";

const BADGES = { RUNNING: "wait", ENDING: "warn", DONE: "ok", ENDED: "off" };
const COLUMNS = ["what", "state", "count", "by", "since"];

/** Whether a job goes on. */
export function isUnfinished({ state }) {
  return state === "RUNNING" || state === "ENDING";
}

/** How far a job is, as a sentence: what it has put into the backlog, or withdrawn. */
export function progressText({ kind, state, requeued, cancelled }) {
  const withdrawal = kind === "CANCELLATION";
  const count = withdrawal ? cancelled : requeued;
  if (state === "DONE" && count === 0) return t(withdrawal ? "jobs.none_withdrawn" : "jobs.none_queued");
  return t(`jobs.${state}_${withdrawal ? "withdraw" : "queue"}`, { count });
}

/** The notice of a job that runs, or ran while somebody looked; `total` is how many there will be, null if unknown. */
export function jobNotice(job, { me, total, actions }) {
  const { state, kind, requeued, cancelled } = job;
  const count = kind === "CANCELLATION" ? cancelled : requeued;
  const looks = { RUNNING: "info", ENDING: "warn", DONE: count ? "ok" : "info", ENDED: "info" };
  return notice(looks[state], progressText(job), html`
    <p>${selection(job)}</p>
    ${moreOf(job)}
    <p>${sentence("jobs.asked", { who: person(job.requestedBy, me), at: time(job.createdAt, "short") })}</p>
    ${isUnfinished(job) ? html`<progress max=${total ?? nothing} value=${total ? count : nothing}
      aria-label=${t("jobs.progress")}></progress>` : nothing}`, actions);
}

/** Jobs as rows, as the API gives them. */
export function jobTable(jobs, me) {
  return html`
    <div class="table-frame">
      <table class="cards jobs">
        <thead><tr>${COLUMNS.map((name) => html`<th scope="col">${t(`jobs.column_${name}`)}</th>`)}</tr></thead>
        <tbody>${jobs.map((job) => row(job, me))}</tbody>
      </table>
    </div>`;
}

function row(job, me) {
  const { kind, state, requestedBy, createdAt } = job;
  const cell = (name, content) => html`<td data-label=${t(`jobs.column_${name}`)}><div>${content}</div></td>`;
  return html`
    <tr>
      <th scope="row">${t(`jobs.kind_${kind}`)}<span class="job-selection">${selection(job)}</span></th>
      ${cell("state", badge(BADGES[state], t(`jobs.state_${state}`)))}
      ${cell("count", counts(job))}
      ${cell("by", person(requestedBy, me))}
      ${cell("since", time(createdAt, "short"))}
    </tr>`;
}

function counts({ kind, requeued, cancelled }) {
  const withdrawn = cancelled || kind === "CANCELLATION" ? [t("jobs.withdrawn", { count: cancelled })] : [];
  const queued = kind === "CANCELLATION" ? [] : [t("jobs.queued", { count: requeued })];
  return [...queued, ...withdrawn].join(", ");
}

/** What a job takes, in words: "Expired · events from … to … · names of types". */
function selection(job) {
  const { kind, which, by, from, to, eventNames } = choiceOf(job);
  const what = kind === "withdraw" && which === ALL ? t("many.withdraw_ALL") : t(`jobs.which_${which}`);
  const span = from || to ? [t(`jobs.${by}_${spanOf(from, to)}`, { from: from && dateTime(from), to: to && dateTime(to) })] : [];
  return [what, ...span, ...(eventNames.length ? [eventNames.join(", ")] : [])].join(" · ");
}

function spanOf(from, to) {
  if (from && to) return "between";
  return from ? "since" : "until";
}

function moreOf({ kind, state, requeued, cancelled }) {
  if (state === "ENDED" && kind !== "CANCELLATION" && cancelled) return html`<p>${t("jobs.ended_withdrawn", { count: cancelled })}</p>`;
  if (state === "RUNNING") return html`<p>${t(kind === "CANCELLATION" ? "jobs.running_withdraw_body" : "jobs.running_queue_body")}</p>`;
  if (state === "DONE" && requeued && kind !== "CANCELLATION") return html`<p>${t("jobs.done_queue_body")}</p>`;
  return nothing;
}
