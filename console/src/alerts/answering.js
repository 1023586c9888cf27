/* Sends what the link of a mail asks for, once its button was pressed; nobody has to be signed in for that. */
import { endpoints } from "../addresses/paths.js";

/** Resolves to `{accountId, address}`; rejects with an `Error` whose message is "over", "unknown", "busy", "offline" or "failed". */
export async function answerLetter({ purpose, token }) {
  const sent = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ token }) };
  let answer;
  try {
    answer = await fetch(endpoints.alertLink(purpose), sent);
    if (answer.ok) return await answer.json();
  } catch {
    throw new Error("offline");
  }
  throw new Error(meaning(answer.status));
}

function meaning(status) {
  if (status === 410) return "over";
  if ([400, 404, 422].includes(status)) return "unknown";
  return status === 429 || status === 503 ? "busy" : "failed";
}
