"""The authentication that an admin enters: what is accepted of each type, and which secrets a change may leave out."""

import re
from dataclasses import dataclass, field
from enum import Enum
from urllib.parse import urlsplit

from recado.rules.sending.signing import signing_secret
from recado.rules.target.target_policy import InvalidTargetError, TargetPolicy
from recado.rules.webhook.authentication.authentication import AuthenticationType, OAuth2, SignatureAlgorithm
from recado.rules.webhook.authentication.custom_headers import is_value, problem_of_name, same_header
from recado.rules.webhook.refusals import CONTROL, InvalidRegistrationError
from recado.rules.webhook.webhook import Webhook

MAX_CREDENTIAL_LENGTH = 255
MAX_TOKEN_LENGTH = 4096
MAX_PARAMETER_LENGTH = 1024

# Visible ASCII is what all of HTTP's grammars for a token have in common; RFC 6750 has fewer signs, issuers have more.
_TOKEN = re.compile(r"[!-~]+")
# RFC 6749, appendix A: a scope is words of visible ASCII without quotes between single blanks. Client ids and secrets
# are encoded where they are sent, and may be more than it says.
_SCOPE = re.compile(r"[!#-\[\]-~]+(?: [!#-\[\]-~]+)*")


class Kept(Enum):
    """What stands for a field that was not entered, where null takes away what is there."""

    KEPT = "KEPT"


KEPT = Kept.KEPT


@dataclass(frozen=True, slots=True)
class ClientCertificateEntered:
    """A client certificate, as PEM in whichever form; both texts may hold the key."""

    certificate: str = field(repr=False)
    private_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AuthenticationDraft:
    """The authentication that an admin asks for; without its secret the one that is kept stays.

    Without `algorithm` that one stays, too. Certificates stay where they are `KEPT`; None takes them away.
    `declared_as` is there where a template asks, which has one request for everything: see `Webhook`.
    """

    type: AuthenticationType
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    secret: str | None = field(default=None, repr=False)
    algorithm: SignatureAlgorithm | None = None
    token: str | None = field(default=None, repr=False)
    header_name: str | None = None
    header_value: str | None = field(default=None, repr=False)
    oauth2: OAuth2 | None = None
    client_secret: str | None = field(default=None, repr=False)
    client_certificate: ClientCertificateEntered | Kept | None = KEPT
    trusted_certificates: str | Kept | None = field(default=KEPT, repr=False)
    declared_as: str | None = None

    @property
    def entered_secret(self) -> str | None:
        """The secret of its type, where one was entered."""
        return {
            AuthenticationType.NONE: None,
            AuthenticationType.BASIC: self.password,
            AuthenticationType.BEARER: self.token,
            AuthenticationType.HEADER: self.header_value,
            AuthenticationType.SIGNATURE: self.secret,
            AuthenticationType.OAUTH2: self.client_secret,
        }[self.type]


# The secrets that are sent as they are, as the API names them: whoever owns a host that they are sent to can read them.
_SENT = {
    AuthenticationType.BASIC: "authentication.password",
    AuthenticationType.BEARER: "authentication.token",
    AuthenticationType.HEADER: "authentication.value",
    AuthenticationType.OAUTH2: "authentication.clientSecret",
}


def check_fields(before: Webhook, draft: AuthenticationDraft | None, policy: TargetPolicy) -> None:
    """Raise `InvalidRegistrationError` unless what was entered fits its type; `before` is the webhook as stored."""
    if draft is not None:
        _check_fields(draft, policy, kept=before.authentication is draft.type)


def check_fit(before: Webhook, after: Webhook, draft: AuthenticationDraft | None) -> None:
    """Raise `InvalidRegistrationError` unless the authentication fits the webhook as it will be.

    `before` is the webhook as it is stored, `after` the changed one, but for its authentication; without a draft that
    stays as it is, secret and all.
    """
    _check_host(before, after, draft)
    _check_token_server(before, draft)
    _check_header(after, draft)


def own_secret(field_name: str, entered: str | None) -> str | None:
    """The signing secret that was entered, as it is kept; None where none was. Raises `InvalidRegistrationError`."""
    if entered is None:
        return None
    try:
        return signing_secret.canonical(entered)
    except signing_secret.InvalidSecretError as error:
        raise InvalidRegistrationError(field_name, str(error)) from None


def _check_fields(draft: AuthenticationDraft, policy: TargetPolicy, *, kept: bool) -> None:
    if draft.type is AuthenticationType.BASIC:
        _check_basic(draft, kept=kept)
    elif draft.type is AuthenticationType.BEARER:
        token = draft.token
        if token is not None and not (len(token) <= MAX_TOKEN_LENGTH and _TOKEN.fullmatch(token)):
            raise InvalidRegistrationError(
                "authentication.token",
                f"must be 1 to {MAX_TOKEN_LENGTH} visible ASCII characters without blanks: the token alone, "
                "without 'Bearer'",
            )
    elif draft.type is AuthenticationType.HEADER:
        _check_named(draft)
    elif draft.type is AuthenticationType.SIGNATURE:
        own_secret("authentication.secret", draft.secret)
    elif draft.type is AuthenticationType.OAUTH2:
        _check_oauth2(draft, policy)
    name = _SENT.get(draft.type)
    if name is not None and draft.entered_secret is None and not kept:
        raise InvalidRegistrationError(name, "is required")


def _check_basic(draft: AuthenticationDraft, *, kept: bool) -> None:
    username = draft.username or ""
    password = draft.password if draft.password is not None or kept else ""
    # RFC 7617 section 2: a colon would end the user name, control characters are not allowed.
    if not 1 <= len(username) <= MAX_CREDENTIAL_LENGTH or ":" in username or CONTROL.search(username):
        raise InvalidRegistrationError(
            "authentication.username",
            f"must be 1 to {MAX_CREDENTIAL_LENGTH} characters without ':' or control characters",
        )
    if password is not None and (not 1 <= len(password) <= MAX_CREDENTIAL_LENGTH or CONTROL.search(password)):
        raise InvalidRegistrationError(
            "authentication.password", f"must be 1 to {MAX_CREDENTIAL_LENGTH} characters without control characters"
        )


def _check_named(draft: AuthenticationDraft) -> None:
    problem = problem_of_name(draft.header_name or "")
    if problem is not None:
        raise InvalidRegistrationError("authentication.name", problem)
    if draft.header_value is not None and not is_value(draft.header_value, MAX_TOKEN_LENGTH):
        raise InvalidRegistrationError(
            "authentication.value",
            f"must be 1 to {MAX_TOKEN_LENGTH} visible ASCII characters, with blanks only between them",
        )


def _check_oauth2(draft: AuthenticationDraft, policy: TargetPolicy) -> None:
    asked = draft.oauth2
    if asked is None:
        raise InvalidRegistrationError("authentication.tokenUrl", "is required")
    try:
        policy.check_url(asked.token_url)
    except InvalidTargetError as error:
        raise InvalidRegistrationError("authentication.tokenUrl", str(error)) from None
    parameters = (("clientId", asked.client_id), ("clientSecret", draft.client_secret), ("audience", asked.audience))
    for name, value in parameters:
        if value is not None and (not 1 <= len(value) <= MAX_PARAMETER_LENGTH or CONTROL.search(value)):
            raise InvalidRegistrationError(
                f"authentication.{name}", f"must be 1 to {MAX_PARAMETER_LENGTH} characters without control characters"
            )
    if asked.scope is not None and not (len(asked.scope) <= MAX_PARAMETER_LENGTH and _SCOPE.fullmatch(asked.scope)):
        raise InvalidRegistrationError(
            "authentication.scope",
            f"must be 1 to {MAX_PARAMETER_LENGTH} characters: words of visible ASCII without '\"' or '\\', one blank "
            "between them",
        )


def _check_host(before: Webhook, after: Webhook, draft: AuthenticationDraft | None) -> None:
    """Refuse that a secret which nobody can read goes to another host, whose owner could, or a certificate there.

    Spellings of one host count as others: entering the secret once more does no harm.
    """
    if _host(before.target_url) == _host(after.target_url):
        return
    name = _SENT.get(before.authentication)
    if name is not None and _keeps_secret(before, draft):
        raise InvalidRegistrationError(name, "must be entered again, because the target's host changes")
    if before.client_certificate is not None and (draft is None or draft.client_certificate is KEPT):
        raise InvalidRegistrationError(
            "authentication.clientCertificate", "must be entered again, or null, because the target's host changes"
        )


def _check_token_server(before: Webhook, draft: AuthenticationDraft | None) -> None:
    """Refuse that a client's secret that nobody can read goes to another token server, or counts for another client."""
    if draft is None or draft.oauth2 is None or before.oauth2 is None or not _keeps_secret(before, draft):
        return
    kept, asked = before.oauth2, draft.oauth2
    if (_host(kept.token_url), kept.client_id) != (_host(asked.token_url), asked.client_id):
        raise InvalidRegistrationError(
            "authentication.clientSecret", "must be entered again, because the token server's host or clientId changes"
        )


def _check_header(after: Webhook, draft: AuthenticationDraft | None) -> None:
    """Refuse one header both for the secret and for everybody to see, at the field that was entered last."""
    secret_name = after.header_name if draft is None else draft.header_name
    twice = next((name for name in after.headers if secret_name and same_header(name, secret_name)), None)
    if twice is None:
        return
    if draft is None:
        raise InvalidRegistrationError(f"headers.{twice}", "must not be the header that authentication has")
    raise InvalidRegistrationError("authentication.name", "must not be the name of a custom header")


def _keeps_secret(before: Webhook, draft: AuthenticationDraft | None) -> bool:
    return draft is None or (before.authentication is draft.type and draft.entered_secret is None)


def _host(url: str) -> tuple[str, str]:
    scheme, netloc, *_ = urlsplit(url)
    return scheme, netloc
