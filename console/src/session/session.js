/* Who is signed in: authorization code with PKCE, tokens in this tab's session storage, renewal before they expire. */
import * as oauth from "oauth4webapi";
import { accountsOf, claimsOf, isAdmin, nameOf, subjectOf } from "./claims.js";
import { Tabs } from "./tabs.js";

const SESSION = "recado.session";
const PENDING = "recado.sign_in";
const RENEW_BEFORE_MS = 60_000;
const REVOKE_WITHIN_MS = 3_000;
const HERE = "/console";
const ID_TOKEN_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"];

/** Why signing in failed; `reason` is a code of OAuth's or one of ours: "state", "network", "refused". */
export class SignInError extends Error {
  constructor(reason, detail = "") {
    super(`${reason} ${detail}`.trim());
    this.reason = reason;
    this.detail = detail;
  }
}

/**
 * The session of this tab, which the browser's other tabs share. `onChange(what)` is called when it begins ("begun"), is
 * renewed ("renewed"), is over ("ended"), or was ended by signing out in another tab ("signed-out").
 */
export class Session {
  #config;
  #server;
  #client;
  #kept;
  #renewal = null;
  #timer = null;
  #onChange = () => {};
  #tabs;
  // Whose session this tab had last: nobody else's is taken over under what they have entered.
  #subject;

  constructor(config, onChange = () => {}) {
    this.#config = config;
    this.#client = { client_id: config.clientId };
    // Given by the deployment, so that no discovery is needed and no other origin is asked.
    this.#server = {
      issuer: config.issuer,
      authorization_endpoint: config.authorizationUrl,
      token_endpoint: config.tokenUrl,
      revocation_endpoint: config.revocationUrl,
      // The ID token comes from the token endpoint itself and only names the person, so any usual algorithm will do.
      id_token_signing_alg_values_supported: ID_TOKEN_ALGORITHMS,
    };
    this.#tabs = new Tabs({
      held: () => this.#kept,
      told: (session) => this.#take(session),
      ended: (refreshToken) => this.#endedElsewhere(refreshToken),
    });
    const kept = JSON.parse(sessionStorage.getItem(SESSION) ?? "null");
    // One of an earlier version of the console has no name yet.
    this.#kept = kept && { id: crypto.randomUUID(), turn: 0, since: Date.now(), ...kept };
    if (this.#isOver(this.#kept)) this.#endedElsewhere();
    this.#subject = this.subject;
    this.#onChange = onChange;
    this.#schedule();
  }

  /** Whether there is a token; it may have expired meanwhile. */
  get active() {
    return this.#kept !== null;
  }

  /** The name to show for the person, or "". */
  get user() {
    return this.#kept?.user ?? "";
  }

  /** Who the token says this is, as the API names who asked for something; a label only, as it is not verified. */
  get subject() {
    return subjectOf(this.#kept?.accessToken);
  }

  /**
   * The account ids that the access token's groups (`account:<accountId>`) name. Only the access token counts, because
   * it alone is what the API looks at: an ID token's groups would show accounts that then answer 404.
   */
  get accounts() {
    return accountsOf(claimsOf(this.#kept?.accessToken), this.#config.groupsClaim);
  }

  /** Whether the token reaches every account. */
  get isAdmin() {
    return isAdmin(this.#kept?.accessToken);
  }

  /** Take over the session of another tab where this one has none: until then, half a second at most. */
  async join() {
    if (!this.active) await this.#tabs.ask();
  }

  /** Leave for the sign-in page; afterwards the browser is back at `returnTo`, a path of the console. */
  async begin(returnTo) {
    const verifier = oauth.generateRandomCodeVerifier();
    const state = oauth.generateRandomState();
    sessionStorage.setItem(PENDING, JSON.stringify({ verifier, state, returnTo }));
    const url = new URL(this.#config.authorizationUrl);
    for (const [name, value] of Object.entries({
      client_id: this.#config.clientId,
      redirect_uri: redirectUri(),
      response_type: "code",
      scope: this.#config.scopes.join(" "),
      state,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
    })) {
      url.searchParams.set(name, value);
    }
    location.assign(url);
  }

  /**
   * If this address is a sign-in page's answer, finish signing in and return the path to go to; else null.
   * Throws `SignInError`.
   */
  async finish(address = new URL(location.href)) {
    if (address.pathname !== HERE || !["code", "error"].some((name) => address.searchParams.has(name))) return null;
    const pending = JSON.parse(sessionStorage.getItem(PENDING) ?? "null");
    sessionStorage.removeItem(PENDING);
    // Without a sign-in that this tab began, an answer is somebody else's: their session must not become ours.
    if (!pending) throw new SignInError("state");
    const grant = await this.#exchange(address, pending);
    // Later than the last sign-out, whatever the clock was set to meanwhile.
    const since = Math.max(Date.now(), this.#tabs.signedOutAt + 1);
    this.#keep(sessionOf(grant, { id: crypto.randomUUID(), turn: 0, since }), "begun");
    this.#tabs.tell(this.#kept);
    return pending.returnTo;
  }

  /** The access token, renewed first if it is about to expire; null where there is none any more. */
  async token() {
    if (this.#kept && this.#kept.expiresAt - Date.now() < RENEW_BEFORE_MS / 2) await this.renew();
    return this.#kept?.accessToken ?? null;
  }

  /**
   * Renew the token, one tab at a time, since an identity provider may take each refresh token only once; what another
   * tab has renewed is taken over. False where that is refused, and then the session is over. Throws where nothing answers.
   */
  renew() {
    const before = this.#kept;
    this.#renewal ??= this.#tabs.alone(() => this.#renewUnlessDone(before)).finally(() => {
      this.#renewal = null;
    });
    return this.#renewal;
  }

  /** Revoke and forget the tokens in all tabs, and let the identity provider end its own session. */
  async end() {
    const { refreshToken, since = 0 } = this.#kept ?? {};
    clearTimeout(this.#timer);
    this.#kept = null;
    sessionStorage.clear();
    this.#tabs.tellEnd(Math.max(Date.now(), since), refreshToken);
    const late = new Promise((resolve) => setTimeout(resolve, REVOKE_WITHIN_MS));
    await Promise.all([this.#revoke(refreshToken), Promise.race([this.#renewal?.catch(() => {}), late])]);
    if (!this.#config.logoutUrl) return location.assign(HERE);
    const url = new URL(this.#config.logoutUrl);
    url.searchParams.set("client_id", this.#config.clientId);
    // Cognito's name for the address to return to, and OpenID Connect's.
    url.searchParams.set("logout_uri", redirectUri());
    url.searchParams.set("post_logout_redirect_uri", redirectUri());
    return location.assign(url);
  }

  async #exchange(address, pending) {
    try {
      const answer = oauth.validateAuthResponse(this.#server, this.#client, address, pending.state);
      const response = await oauth.authorizationCodeGrantRequest(
        this.#server, this.#client, oauth.None(), answer, redirectUri(), pending.verifier, this.#options(),
      );
      return await oauth.processAuthorizationCodeResponse(this.#server, this.#client, response);
    } catch (error) {
      throw signInError(error);
    }
  }

  async #renewUnlessDone(before) {
    // Also just before it was this tab's turn: the news may be on their way still.
    if (this.#kept === before) await this.#tabs.ask();
    return this.#kept === before ? this.#renew() : this.active;
  }

  async #renew() {
    const old = this.#kept;
    if (!old?.refreshToken) return this.#forget();
    const response = await oauth.refreshTokenGrantRequest(
      this.#server, this.#client, oauth.None(), old.refreshToken, this.#options(),
    );
    // Not a refusal: the refresh token may still be good.
    if (response.status >= 500 || response.status === 429) throw new SignInError("network");
    try {
      const grant = await oauth.processRefreshTokenResponse(this.#server, this.#client, response);
      // Who has signed out meanwhile is not to be signed in again.
      if (this.#kept !== old) return await this.#revoke(grant.refresh_token).then(() => this.active);
      this.#keep(sessionOf(grant, { ...old, turn: old.turn + 1 }), "renewed");
      this.#tabs.tell(this.#kept);
      return true;
    } catch {
      return this.#kept === old ? this.#forget() : this.active;
    }
  }

  /** Let the refresh token be good for nothing any more; who signs out leaves, whether anybody answers or not. */
  async #revoke(refreshToken) {
    if (!refreshToken || !this.#config.revocationUrl) return;
    const options = { ...this.#options(), signal: AbortSignal.timeout(REVOKE_WITHIN_MS) };
    await oauth.revocationRequest(this.#server, this.#client, oauth.None(), refreshToken, options).catch(() => {});
  }

  #keep(session, what) {
    this.#kept = session;
    this.#subject = this.subject;
    sessionStorage.setItem(SESSION, JSON.stringify(session));
    this.#schedule();
    this.#onChange(what);
  }

  #forget(what = "ended") {
    clearTimeout(this.#timer);
    this.#kept = null;
    sessionStorage.removeItem(SESSION);
    this.#onChange(what);
    return false;
  }

  /** Take over what another tab has, and say so: what this one has, renewed, or where it has none, that of the same person. */
  #take(session) {
    if (this.#isOver(session)) return false;
    const old = this.#kept;
    const taken = old
      ? session.id === old.id && session.turn > old.turn
      : [undefined, subjectOf(session.accessToken)].includes(this.#subject);
    if (taken) this.#keep(session, old ? "renewed" : "begun");
    return taken;
  }

  /** Forget what somebody has ended by signing out in another tab, which has revoked that one refresh token. */
  #endedElsewhere(revoked) {
    const old = this.#kept;
    if (!this.#isOver(old)) return;
    if (old.refreshToken !== revoked) this.#revoke(old.refreshToken);
    this.#forget("signed-out");
  }

  #isOver(session) {
    return session !== null && session.since <= this.#tabs.signedOutAt;
  }

  #schedule() {
    clearTimeout(this.#timer);
    if (!this.#kept?.refreshToken) return;
    const wait = Math.max(this.#kept.expiresAt - Date.now() - RENEW_BEFORE_MS, 0);
    // Nothing is lost where this fails: the next request renews again.
    this.#timer = setTimeout(() => this.renew().catch(() => {}), wait);
  }

  #options() {
    const { protocol, hostname } = new URL(this.#config.tokenUrl);
    const onThisMachine = protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(hostname);
    return { [oauth.allowInsecureRequests]: onThisMachine, signal: AbortSignal.timeout(15_000) };
  }
}

/** What a tab keeps of a grant that follows `old`. */
function sessionOf(grant, old) {
  return {
    ...old,
    accessToken: grant.access_token,
    refreshToken: grant.refresh_token ?? old.refreshToken,
    expiresAt: Date.now() + (grant.expires_in ?? 300) * 1000,
    user: nameOf(grant.id_token, grant.access_token) || (old.user ?? ""),
  };
}

function redirectUri() {
  return location.origin + HERE;
}

function signInError(error) {
  if (error instanceof oauth.AuthorizationResponseError) return new SignInError(error.error, error.error_description);
  if (error instanceof oauth.ResponseBodyError) return new SignInError(error.error, error.error_description);
  if (error instanceof TypeError || error.name === "TimeoutError") return new SignInError("network");
  return new SignInError(/state/.test(error.message) ? "state" : "refused", error.message);
}
