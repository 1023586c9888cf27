"""What an admin may enter of each authentication, and which secrets may be left out."""

from typing import Any

import pytest

from recado.rules.webhook.authentication.authentication import AuthenticationType, CertificateFacts, OAuth2
from recado.rules.webhook.authentication.authentication_draft import (
    KEPT,
    AuthenticationDraft,
    ClientCertificateEntered,
    Kept,
)
from recado.rules.webhook.refusals import InvalidRegistrationError
from recado.rules.webhook.registration import Changes, changed
from recado.rules.webhook.webhook import Webhook
from tests.support.catalogue import ACCEPTED
from tests.unit.builders import NOW, webhook

BEARER = AuthenticationType.BEARER
HEADER = AuthenticationType.HEADER
OAUTH2 = AuthenticationType.OAUTH2
TOKEN_SERVER = OAuth2("https://id.example/token", "client")
FACTS = CertificateFacts("CN=us", "CN=ca", "ab" * 32, NOW, NOW + 1)
HERE, ELSEWHERE = "https://receiver.example/other", "https://other.example/hooks"

KEEPING = {
    "token": webhook(authentication=BEARER),
    "value": webhook(authentication=HEADER, header_name="X-Key"),
    "clientSecret": webhook(authentication=OAUTH2, oauth2=TOKEN_SERVER),
}
LEFT_OUT = {
    "token": AuthenticationDraft(BEARER),
    "value": AuthenticationDraft(HEADER, header_name="X-Key"),
    "clientSecret": AuthenticationDraft(OAUTH2, oauth2=TOKEN_SERVER),
}


def refused(before: Webhook, draft: AuthenticationDraft | None, **entered: Any) -> str | None:
    """Return the field that is refused, None where none is."""
    try:
        changed(before, Changes(authentication=draft, **entered), ACCEPTED, NOW)
    except InvalidRegistrationError as error:
        assert "hunter2" not in str(error)
        return error.field
    return None


@pytest.mark.parametrize("token", ["x", "hunter2|A.b-c_d~e+f/g=", "x" * 4096])
def test_a_token_is_visible_ascii(token: str) -> None:
    """Whatever signs an issuer uses: RFC 6750 has fewer than are in use."""
    assert refused(webhook(), AuthenticationDraft(BEARER, token=token)) is None


@pytest.mark.parametrize(
    "token", ["", "hunter2 x", "Bearer hunter2", "hunter2\n", "\r\nhunter2: x", "hunter2\x00", "hunter2é", "x" * 4097]
)
def test_a_token_that_no_header_could_hold_is_refused(token: str) -> None:
    """Nothing entered breaks the POST's headers, and the refusal does not repeat it."""
    assert refused(webhook(), AuthenticationDraft(BEARER, token=token)) == "authentication.token"


@pytest.mark.parametrize("value", ["x", "Token hunter2", "x" * 4096])
def test_a_header_value_is_visible_ascii_with_inner_blanks(value: str) -> None:
    """As values of custom headers are, only longer."""
    assert refused(webhook(), AuthenticationDraft(HEADER, header_name="X-Key", header_value=value)) is None


@pytest.mark.parametrize("value", ["", " hunter2", "hunter2 ", "hunter2\r\nX: y", "hunter2é", "hunter2\t1", "x" * 4097])
def test_a_value_that_no_header_could_hold_is_refused(value: str) -> None:
    """Nothing entered breaks the POST's headers."""
    draft = AuthenticationDraft(HEADER, header_name="X-Key", header_value=value)

    assert refused(webhook(), draft) == "authentication.value"


@pytest.mark.parametrize(
    "name", ["", "a b", "X:Y", "é", "x" * 101, "Authorization", "authorization", "Host", "webhook-signature", "Cookie"]
)
def test_a_header_has_no_reserved_name(name: str) -> None:
    """The names are those that custom headers may not have either."""
    draft = AuthenticationDraft(HEADER, header_name=name, header_value="hunter2")

    assert refused(webhook(), draft) == "authentication.name"


@pytest.mark.parametrize("name", ["X-Key", "x-key", "X_Key"])
def test_one_header_is_not_secret_and_shown_at_once(name: str) -> None:
    """However its name is spelled, whichever of the two is entered last, and both at once."""
    draft = AuthenticationDraft(HEADER, header_name="X-Key", header_value="hunter2")
    kept = webhook(authentication=HEADER, header_name="X-Key")

    assert refused(webhook(headers={name: "1"}), draft) == "authentication.name"
    assert refused(webhook(), draft, headers={name: "1"}) == "authentication.name"
    assert refused(kept, None, headers={name: "1"}) == f"headers.{name}"
    assert refused(kept, None, headers={"X-Other": "1"}) is None
    assert refused(webhook(headers={name: "1"}), draft, headers={}) is None


@pytest.mark.parametrize("secret", KEEPING)
def test_a_secret_is_required_once(secret: str) -> None:
    """A webhook of another type has none to keep; one that has it may leave it out."""
    assert refused(webhook(), LEFT_OUT[secret]) == f"authentication.{secret}"
    assert refused(KEEPING[secret], LEFT_OUT[secret]) is None


@pytest.mark.parametrize("secret", KEEPING)
@pytest.mark.parametrize("entered", [True, False])
def test_a_kept_secret_goes_to_no_other_host(secret: str, entered: bool) -> None:
    """Whoever may change a webhook could read it there; on the same host, or dropped, it does no harm."""
    draft = LEFT_OUT[secret] if entered else None

    assert refused(KEEPING[secret], draft, target_url=ELSEWHERE) == f"authentication.{secret}"
    assert refused(KEEPING[secret], draft, target_url=HERE) is None
    assert refused(KEEPING[secret], AuthenticationDraft(AuthenticationType.NONE), target_url=ELSEWHERE) is None


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        (OAuth2("https://id.example/v2/token", "client", scope="a"), None),
        (OAuth2("https://other.example/token", "client"), "authentication.clientSecret"),
        (OAuth2("https://id.example:8443/token", "client"), "authentication.clientSecret"),
        (OAuth2("https://id.example/token", "another"), "authentication.clientSecret"),
    ],
)
def test_a_client_s_secret_stays_with_its_client_and_server(asked: OAuth2, field: str | None) -> None:
    """Another token server could read it, and another client has another one."""
    before = webhook(authentication=OAUTH2, oauth2=TOKEN_SERVER)

    assert refused(before, AuthenticationDraft(OAUTH2, oauth2=asked)) == field
    assert refused(before, AuthenticationDraft(OAUTH2, oauth2=asked, client_secret="new")) is None


@pytest.mark.parametrize(
    ("asked", "secret", "field"),
    [
        (OAuth2("https://id.example/token", "a b", scope="a b:c/d", audience="https://api.example/"), "p w", None),
        (OAuth2("http://id.example/token", "c"), "s", "tokenUrl"),
        (OAuth2("https://127.0.0.1/token", "c"), "s", "tokenUrl"),
        (OAuth2("https://id.example/token", ""), "s", "clientId"),
        (OAuth2("https://id.example/token", "c\n"), "s", "clientId"),
        (OAuth2("https://id.example/token", "c" * 1025), "s", "clientId"),
        (OAuth2("https://id.example/token", "c"), "", "clientSecret"),
        (OAuth2("https://id.example/token", "c"), "hunter2\n", "clientSecret"),
        (OAuth2("https://id.example/token", "c", scope="a  b"), "s", "scope"),
        (OAuth2("https://id.example/token", "c", scope='a"b'), "s", "scope"),
        (OAuth2("https://id.example/token", "c", audience="a\r\nb"), "s", "audience"),
        (None, "s", "tokenUrl"),
    ],
)
def test_what_asks_for_a_token_is_what_the_standard_allows(
    asked: OAuth2 | None, secret: str, field: str | None
) -> None:
    """The token server is a target like any other; texts are those of RFC 6749, appendix A."""
    found = refused(webhook(), AuthenticationDraft(OAUTH2, oauth2=asked, client_secret=secret))

    assert found == (field and f"authentication.{field}")


@pytest.mark.parametrize(
    ("entered", "field"),
    [(KEPT, "authentication.clientCertificate"), (None, None), (ClientCertificateEntered("hunter2", "hunter2"), None)],
)
def test_a_kept_client_certificate_goes_to_no_other_host(
    entered: ClientCertificateEntered | Kept | None, field: str | None
) -> None:
    """It stands for us there; taken away or entered again it does not."""
    before = webhook(client_certificate=FACTS)
    draft = AuthenticationDraft(AuthenticationType.NONE, client_certificate=entered)

    assert refused(before, draft, target_url=ELSEWHERE) == field
    assert refused(before, draft, target_url=HERE) is None
    assert refused(before, None, target_url=ELSEWHERE) == "authentication.clientCertificate"
