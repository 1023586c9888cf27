"""What becomes of a webhook and its credentials when its authentication is entered."""

import time
from dataclasses import replace

import pytest

from recado.rules.sending.signing import signing_key
from recado.rules.webhook.authentication.authenticating import Authenticated, authenticated
from recado.rules.webhook.authentication.authentication import AuthenticationType, OAuth2, SignatureAlgorithm
from recado.rules.webhook.authentication.authentication_draft import AuthenticationDraft, ClientCertificateEntered
from recado.rules.webhook.authentication.credentials import Credentials
from recado.rules.webhook.refusals import InvalidRegistrationError
from recado.rules.webhook.webhook import Webhook
from tests.support.receivers.chains import issued
from tests.unit.builders import NOW, webhook

ED25519 = SignatureAlgorithm.ED25519
NOW_MS = int(time.time() * 1000)
NONE = AuthenticationDraft(AuthenticationType.NONE)
BASIC = AuthenticationDraft(AuthenticationType.BASIC, "user", "password")
BEARER = AuthenticationDraft(AuthenticationType.BEARER, token="token")
HEADER = AuthenticationDraft(AuthenticationType.HEADER, header_name="X-Key", header_value="value")
SIGNATURE = AuthenticationDraft(AuthenticationType.SIGNATURE)
OAUTH2 = AuthenticationDraft(
    AuthenticationType.OAUTH2, oauth2=OAuth2("https://id.example/token", "client"), client_secret="client secret"
)
KEPT_IN = {
    BASIC: Credentials(password="password"),
    BEARER: Credentials(token="token"),
    HEADER: Credentials(header_value="value"),
    OAUTH2: Credentials(client_secret="client secret"),
}
ALL = [NONE, BASIC, BEARER, HEADER, SIGNATURE, OAUTH2]


def never() -> Credentials:
    """Fail: nobody needs to open what is kept."""
    raise AssertionError


def stored(made: Authenticated) -> Webhook:
    """Return the webhook as it is once its credentials are sealed."""
    return replace(made.webhook, secret_version="v1") if made.credentials else made.webhook


def entered(draft: AuthenticationDraft) -> tuple[Webhook, Credentials]:
    """Return a webhook that had no authentication, with this one."""
    made = authenticated(webhook(), draft, never, NOW)
    return stored(made), made.credentials or Credentials()


def draft_name(draft: AuthenticationDraft) -> str:
    """Name a draft by its type."""
    return draft.type.value


@pytest.mark.parametrize("before", ALL, ids=draft_name)
@pytest.mark.parametrize("draft", ALL, ids=draft_name)
def test_another_type_leaves_nothing_of_the_one_before(before: AuthenticationDraft, draft: AuthenticationDraft) -> None:
    """Nor does anybody have to open that first: what cannot be opened can be replaced."""
    first, _ = entered(before)
    if before.type is draft.type:
        return

    made = authenticated(first, draft, never, NOW)

    fresh, credentials = entered(draft)
    same_secret = replace(made.credentials or Credentials(), secret=credentials.secret)
    assert (stored(made), same_secret) == (fresh, credentials)
    assert (made.webhook.secret_version is None) is (draft is NONE or before is NONE)


@pytest.mark.parametrize("draft", KEPT_IN, ids=draft_name)
def test_a_secret_is_kept_sealed_and_not_in_the_webhook(draft: AuthenticationDraft) -> None:
    """What everybody may know is in the webhook."""
    made = authenticated(webhook(), draft, never, NOW)

    assert made.credentials == KEPT_IN[draft]
    assert made.secret_changed
    assert (made.webhook.username, made.webhook.header_name) == (draft.username, draft.header_name)
    assert made.webhook.oauth2 == draft.oauth2


@pytest.mark.parametrize("draft", [BASIC, BEARER, HEADER, SIGNATURE, OAUTH2], ids=draft_name)
def test_a_secret_that_is_left_out_stays(draft: AuthenticationDraft) -> None:
    """Nothing is opened or sealed for it."""
    first, _ = entered(draft)
    again = replace(draft, password=None, token=None, header_value=None, client_secret=None)

    assert authenticated(first, again, never, NOW + 1) == Authenticated(first, None, secret_changed=False)


def test_the_name_of_a_header_changes_without_its_value() -> None:
    """The value that is kept is sent in the other header."""
    first, _ = entered(HEADER)

    made = authenticated(first, AuthenticationDraft(HEADER.type, header_name="X-Other"), never, NOW)

    assert made == Authenticated(replace(first, header_name="X-Other"), None, secret_changed=False)


def test_certificates_stay_whatever_else_changes() -> None:
    """Until they are taken away or replaced, each by itself; beside them a secret stays or goes as ever."""
    root = issued("Root", authority=True)
    client = issued("client", root)
    pems = ClientCertificateEntered(client.pem, client.key_pem)
    made = authenticated(
        webhook(), replace(BEARER, client_certificate=pems, trusted_certificates=root.pem), never, NOW_MS
    )
    first, credentials = stored(made), made.credentials or Credentials()
    expected = Credentials(token="token", client_certificate=client.identity, trusted_certificates=root.pem)
    assert credentials == expected
    assert first.client_certificate is not None
    assert first.client_certificate.subject == "CN=client"
    assert [each.subject for each in first.trusted_certificates] == ["CN=Root"]

    other_type = authenticated(first, BASIC, lambda: credentials, NOW)
    assert other_type.credentials == replace(credentials, token=None, password="password")
    assert other_type.secret_changed

    without = replace(BEARER, token=None, client_certificate=None)
    taken = authenticated(first, without, lambda: credentials, NOW)
    assert taken.credentials == replace(credentials, client_certificate=None)
    after = replace(first, client_certificate=None)
    assert taken.webhook == after
    assert not taken.secret_changed

    nothing = replace(NONE, client_certificate=None, trusted_certificates=None)
    bare = authenticated(first, nothing, never, NOW)
    assert (bare.webhook, bare.credentials) == (webhook(), None)


def test_a_key_is_made_where_the_webhook_is_to_sign_with_one() -> None:
    """The secret stays, and so does the key when the algorithm is entered again or left out; back, it is gone."""
    signed, secret = entered(SIGNATURE)
    asked = replace(SIGNATURE, algorithm=ED25519)

    made = authenticated(signed, asked, lambda: secret, NOW)
    credentials = made.credentials or Credentials()

    assert credentials == replace(secret, signing_key=credentials.signing_key)
    assert len({credentials.signing_key, entered(asked)[1].signing_key, None}) == 3
    assert made.webhook.public_keys == signing_key.public_keys(credentials)
    assert (len(made.webhook.public_keys), made.secret_changed) == (1, False)
    for again in (asked, SIGNATURE):
        assert authenticated(made.webhook, again, never, NOW) == Authenticated(made.webhook, None, secret_changed=False)

    back = replace(SIGNATURE, algorithm=SignatureAlgorithm.HMAC_SHA256)
    without = authenticated(made.webhook, back, lambda: credentials, NOW)
    assert (without.webhook, without.credentials) == (signed, secret)


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (replace(NONE, client_certificate=ClientCertificateEntered("", "")), "clientCertificate.certificate"),
        (replace(NONE, trusted_certificates="hunter2"), "trustedCertificates"),
    ],
)
def test_what_is_no_certificate_is_refused_at_its_field(draft: AuthenticationDraft, field: str) -> None:
    """With a sentence that holds nothing of what was entered."""
    with pytest.raises(InvalidRegistrationError) as refusal:
        authenticated(webhook(), draft, never, NOW_MS)

    assert refusal.value.field == f"authentication.{field}"
    assert "hunter2" not in str(refusal.value)
