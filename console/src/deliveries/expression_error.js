/* That an expression of a webhook had no value for an event, which was delivered as if there were none. */
import { reasonText, t } from "../language/texts.js";
import { notice } from "../parts/notice.js";

/** `{expression, reason}` as the API shows it; nothing is lost by it, but what was meant did not happen. */
export function expressionError({ expression, reason }) {
  const kind = expression === "filter" ? "filter" : "transform";
  return notice("warn", t(`expression_error.${kind}`), t("expression_error.reason", { reason: reasonText(reason) }));
}
