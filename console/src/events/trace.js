/* Why an event went to a webhook or not, in the reader's language. */
import { problemText } from "../language/texts.js";
import { withTimes } from "../language/times.js";

const END_OF_SENTENCE = /(?<=[.!?:]) (?=\p{Lu})/u;

/** The API's sentences, each translated as far as it is known, with times as the reader writes them. */
export function sentencesOf(detail) {
  return detail.split(END_OF_SENTENCE).map(translated).join(" ");
}

function translated(one) {
  // What leads to another sentence ends in a colon, and is no sentence by itself.
  const said = one.endsWith(":") ? `${problemText(one.slice(0, -1)).slice(0, -1)}:` : problemText(one);
  return withTimes(said);
}
