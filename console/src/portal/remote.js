/* The portal's session, as the API knows it. */

const ADDRESS = "/portal/session";
const WITHIN_MS = 15_000;

/**
 * Ask for the session of a token (GET), for another token in its place (POST), or end it (DELETE). Resolves to the session
 * `{sessionId, accountId, capabilities, endsAt, user, token}` with `left`, its milliseconds by the API's own clock, or to null
 * where the token is good for nothing; `{}` after an end. Rejects where the API gives no answer.
 */
export async function portalSession(method, token) {
  const answer = await fetch(ADDRESS, {
    method, headers: { Accept: "application/json", Authorization: `Bearer ${token}` }, signal: AbortSignal.timeout(WITHIN_MS),
  });
  if (answer.status === 401) return null;
  if (!answer.ok) throw new Error(`${method} ${ADDRESS}: ${answer.status}`);
  if (answer.status === 204) return {};
  const session = await answer.json();
  // A clock that is put wrong here must not end a session.
  const now = Date.parse(answer.headers.get("Date") ?? "") || Date.now();
  return { ...session, left: Date.parse(session.endsAt) - now };
}
