/* What is read out of tokens: it decides what is shown, never what is allowed. */

const ACCOUNT_GROUP = /^account:[A-Za-z0-9._:@+~-]{1,120}$/;

/** The account ids in a claim that is a list of groups, or a text as the name of one: what the API goes by. */
export function accountsOf(claims, groupsClaim) {
  const groups = [claims[groupsClaim]].flat().filter((group) => typeof group === "string");
  const ids = groups.filter((group) => ACCOUNT_GROUP.test(group)).map((group) => group.slice(8));
  return [...new Set(ids)].sort((one, other) => one.localeCompare(other, "en", { numeric: true }));
}

/** The claims of a JWT, unverified: they decide what is shown, never what is allowed. `{}` where it is none. */
export function claimsOf(token) {
  try {
    const part = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(part), (character) => character.charCodeAt(0))));
  } catch {
    return {};
  }
}

/** Who an access token says this is, as the API names who asked for something. */
export function subjectOf(token) {
  const { sub, client_id: clientId } = claimsOf(token);
  return sub ?? clientId;
}

/** Whether an access token reaches every account. */
export function isAdmin(token) {
  const { scope, scp } = claimsOf(token);
  return [scope, scp].flatMap(scopes).includes("recado/admin");
}

function scopes(claim) {
  return typeof claim === "string" ? claim.split(" ") : [claim].flat();
}

/** The name to show for the person of an ID token and an access token, or "". */
export function nameOf(idToken, accessToken) {
  const [idClaims, accessClaims] = [idToken, accessToken].map(claimsOf);
  return idClaims.email ?? idClaims.preferred_username ?? idClaims.name ?? accessClaims.username ?? "";
}
