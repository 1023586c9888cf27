/* What the deployment says about signing in; see ConsoleSettings in layers/core/recado/settings.py. */

/**
 * `{clientId, issuer, authorizationUrl, tokenUrl, logoutUrl, revocationUrl, scopes, groupsClaim}`, asked for once.
 * Rejects where the console's function does not answer.
 */
export async function loadConfig() {
  const answer = await fetch("/console/config.json", { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`config.json: ${answer.status}`);
  return answer.json();
}
