/* How long a certificate is still valid. Pure. */

const SOON_MS = 30 * 86_400_000;

/** "ended", "ending" where it ends within 30 days, else "valid". `notAfter` as the API gives it. */
export function standingOf(notAfter, now = Date.now()) {
  const left = Date.parse(notAfter) - now;
  if (left <= 0) return "ended";
  return left <= SOON_MS ? "ending" : "valid";
}
