/* What stands in place of an answer that is not shown: the API says it in English, this in the reader's language. */
import { t } from "../language/texts.js";

const HIDDEN = /^\[hidden\] The answer holds (.+), so none of it is shown\.$/;
const COMPRESSED = /^\[a compressed answer \((.+)\), not shown\]$/;
const BINARY = /^\[binary, (?:([^\s,]+), )?(more than )?([\d,]+) bytes\]$/;
const OF_A_HEADER = /^the value of the header (\S+)$/;

/** What an answer was found to hold, as the API says it, by the names of texts. */
export const HELD = {
  "the password": "answer.password",
  "the user name and the password": "answer.user_and_password",
  "the token": "answer.token",
  "the client secret": "answer.client_secret",
  "a signing secret": "answer.signing_secret",
  "a signing key": "answer.signing_key",
  "a signature of the request": "answer.signature",
  "so many escapes that nobody can tell what it says": "answer.escapes",
};

/** The sentence that stands in place of an answer, or of a receiver's word; null where it is the receiver's own text. */
export function sentenceFor(text) {
  const [, held] = HIDDEN.exec(text) ?? [];
  if (held) return hidden(held);
  const [, encoding] = COMPRESSED.exec(text) ?? [];
  if (encoding) return t("answer.compressed", { encoding });
  const [, type, more, size] = BINARY.exec(text) ?? [];
  if (!size) return null;
  const bytes = Number(size.replaceAll(",", ""));
  return t(more ? "answer.binary_more" : "answer.binary", { type: type ?? t("answer.no_type"), bytes });
}

function hidden(held) {
  const [, header] = OF_A_HEADER.exec(held) ?? [];
  if (header) return t("answer.hidden", { held: t("answer.header", { header }) });
  return held in HELD ? t("answer.hidden", { held: t(HELD[held]) }) : null;
}
