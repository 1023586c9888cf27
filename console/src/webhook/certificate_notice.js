/* What is said above everything while a webhook's certificate has ended, or will soon. */
import { nothing } from "lit-html";
import { notice } from "../parts/notice.js";
import { time } from "../parts/time.js";
import { sentence, t } from "../language/texts.js";
import { standingOf } from "./validity.js";

/** The notice about the client certificate that ends first; nothing where none ends within 30 days. */
export function certificateNotice({ authentication: { clientCertificate } }) {
  const [first] = [clientCertificate ?? []].flat().map(({ notAfter }) => notAfter).sort();
  const standing = first ? standingOf(first) : "valid";
  if (standing === "valid") return nothing;
  const title = standing === "ended" ? "standing.certificate_ended" : "standing.certificate_ends";
  return notice(standing === "ended" ? "bad" : "warn", sentence(title, { at: time(first, "short") }), t("standing.certificate_to_do"));
}
