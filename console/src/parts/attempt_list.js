/* Every POST that carried a delivery, newest first: how it was sent, and what was answered. */
import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { indented } from "../json_text.js";
import { t } from "../texts.js";
import { duration } from "../times.js";
import { attemptError } from "./attempt_error.js";
import { codeBlock } from "./code_block.js";
import { headerList } from "./delivery_request.js";
import { time } from "./time.js";

/** Attempts as the API lists them. */
export function attemptList(attempts) {
  if (!attempts.length) return html`<p class="muted">${t("attempt.none")}</p>`;
  return html`<ol class="attempts">${repeat(attempts, ({ attemptId }) => attemptId, attempt)}</ol>`;
}

function attempt({ startedAt, latencyMs, statusCode, error, events, address, request, response, requestedBy }) {
  const latency = duration(latencyMs);
  return html`
    <li class="attempt">
      <h3>${time(startedAt)} ${statusCode === undefined ? nothing : html`<code class="number">${statusCode}</code>`}</h3>
      <p>${t(error ? "attempt.failed" : "attempt.delivered", { latency })}${address ? html` · <code>${address}</code>` : nothing}</p>
      ${error ? attemptError(error) : nothing}
      ${events > 1 ? html`<p>${t(error ? "attempt.refused_together" : "attempt.together", { count: events })}</p>` : nothing}
      ${requestedBy ? html`<p>${t("attempt.requested_by", { who: requestedBy })}</p>` : nothing}
      ${response ? answer(response) : html`<p class="muted">${t("attempt.no_response")}</p>`}
      <details>
        <summary>${t("attempt.request")}</summary>
        <p><code>${request.url}</code></p>
        ${headerList(request.headers)}
      </details>
    </li>
  `;
}

function answer({ headers, body, truncated }) {
  return html`
    ${Object.keys(headers).length ? headerList(headers) : nothing}
    ${body ? codeBlock(indented(body), { label: t("attempt.response"), wrap: true }) : html`<p class="muted">${t("attempt.response_empty")}</p>`}
    ${truncated ? html`<p class="muted">${t("attempt.response_truncated")}</p>` : nothing}
  `;
}
