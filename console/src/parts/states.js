/* The states of what is loaded: loading, empty, failed, ready. */
import { html, nothing } from "lit-html";
import { refusalText, t } from "../language/texts.js";
import { inPortal } from "../portal/mode.js";
import { withTimes } from "../language/times.js";
import { icon } from "./icons.js";
import { notice } from "./notice.js";
import { Turns } from "./turns.js";

// Below this, a text that comes and goes disturbs more than it tells; styles/states.css has the same time.
const SHOW_LOADING_AFTER_MS = 300;
/** What is drawn in the place of what is loading, as high as that will be about: how many bars of each shape. */
const SHAPES = { text: 3, rows: 9, charts: 2, block: 1, page: 3 };

/**
 * Something to load. `load()` returns a promise of the data; what it rejects with is shown, and data that had been
 * loaded before stays. `resource.data`, `.error`, `.reload()`, `.put(data)`; `.view(draw, shape)` is `draw(data)` or the
 * state instead: while it is loading, bars of that `shape`.
 */
export function resource({ redraw, signal }, load) {
  const self = { data: undefined, error: null, slow: false };
  const turns = new Turns(signal);
  self.reload = async () => {
    const turn = turns.begin();
    const timer = setTimeout(() => {
      self.slow = true;
      redraw();
    }, SHOW_LOADING_AFTER_MS);
    try {
      const data = await load();
      if (!turns.counts(turn)) return;
      Object.assign(self, { data, error: null });
    } catch (error) {
      if (!turns.counts(turn)) return;
      self.error = error;
    } finally {
      clearTimeout(timer);
      if (turns.isLatest(turn)) self.slow = false;
    }
    redraw();
  };
  self.put = (data) => {
    turns.told();
    Object.assign(self, { data, error: null, slow: false });
  };
  self.view = (draw, shape) => {
    // That the session has ended is said by the shell, above everything.
    const told = self.error && self.error.kind !== "expired";
    if (self.data !== undefined) return html`${told ? failure(self.error, self.reload) : nothing}${draw(self.data)}`;
    if (self.error) return failure(self.error, self.reload);
    return loading(shape, self.slow);
  };
  self.reload();
  return self;
}

/**
 * What stands in the place of something while it is loading, so that nothing moves when it comes: bars of a `shape`,
 * "text", "rows", "charts", "block" or "page". It is seen, and with `slow` also said, where it takes long.
 */
export function loading(shape = "text", slow = true) {
  return html`
    <div class="loading loading-${shape}">
      ${slow ? html`<p class="visually-hidden" role="status">${t("state.loading")}</p>` : nothing}
      ${Array.from({ length: SHAPES[shape] }, () => html`<span class="bone" aria-hidden="true"></span>`)}
    </div>`;
}

/** What is shown where there is nothing yet; `action` leads on. */
export function empty({ title, body, action = nothing }) {
  return html`<section class="empty"><h2>${title}</h2><p>${body}</p>${action}</section>`;
}

/** A request that failed: what it means, a way to try again, and the request's id for whoever reads the logs. */
export function failure(error, retry) {
  return html`<div role="alert">${notice("bad", failureTitle(error), failureBody(error), retry ? html`
    <button type="button" class="secondary" @click=${retry}>${icon("refresh")}${t("state.try_again")}</button>` : nothing)}</div>`;
}

/** One line that says what kind of failure it was. */
export function failureTitle({ kind, status }) {
  if (kind === "offline") return t("failure.offline");
  if (kind === "expired") return t("failure.expired");
  if (status === 403) return t("failure.forbidden");
  if (status === 404) return t("failure.not_found");
  if (status === 429) return t("failure.too_many");
  return t(status >= 500 ? "failure.server" : "failure.refused");
}

/** What the API said, and the request's id. */
export function failureBody({ kind, status, problem, retryAfter, requestId }) {
  const said = kind === "problem" && ![403, 404].includes(status) ? withTimes(refusalText(problem)) : "";
  const hint = { offline: t("failure.offline_hint"), expired: t(inPortal() ? "portal.expired_hint" : "failure.expired_hint") }[kind];
  const wait = retryAfter ? t("failure.retry_after", { count: retryAfter }) : "";
  return html`${hint ?? nothing} ${said} ${wait}
    ${requestId ? html`<span class="request-id">${t("failure.request_id")} <code>${requestId}</code></span>` : nothing}`;
}
