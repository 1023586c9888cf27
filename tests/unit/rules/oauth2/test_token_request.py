"""What a token server is asked."""

import base64
from urllib.parse import parse_qs, unquote

import pytest

from recado.rules.oauth2.token_request import TOKEN_SECONDS, token_request
from recado.rules.sending.outgoing import OutgoingRequest
from recado.rules.webhook.authentication.authentication import ClientAuthentication, OAuth2

URL = "https://login.example/token"
SECRET = "s3cret: 100% + \u00e9&=~"


def client(authentication: ClientAuthentication = ClientAuthentication.BASIC, **more: str | None) -> OAuth2:
    """Build a client with an id that needs escaping."""
    values = {"client_id": "recado:1 a", "scope": None, "audience": None} | more
    return OAuth2(token_url=URL, client_authentication=authentication, **values)  # type: ignore[arg-type]  # as above


def asked(request: OutgoingRequest) -> dict[str, list[str]]:
    """Read the form."""
    return parse_qs(request.body.decode("ascii"), keep_blank_values=True, strict_parsing=True)


def test_basic_sends_id_and_secret_in_the_header_alone() -> None:
    """Form-encoded before they are joined, as RFC 6749 section 2.3.1 says; a colon in the id is no separator."""
    request = token_request(client(), SECRET)

    scheme, _, encoded = request.headers["Authorization"].partition(" ")
    client_id, _, secret = base64.b64decode(encoded).decode("ascii").partition(":")
    assert (scheme, unquote(client_id), unquote(secret)) == ("Basic", "recado:1 a", SECRET)
    assert "+" not in base64.b64decode(encoded).decode("ascii")
    assert asked(request) == {"grant_type": ["client_credentials"]}


def test_body_sends_id_and_secret_in_the_form_alone() -> None:
    """Nothing stands in a header that proxies log."""
    request = token_request(client(ClientAuthentication.BODY), SECRET)

    assert "Authorization" not in request.headers
    assert asked(request) == {
        "grant_type": ["client_credentials"],
        "client_id": ["recado:1 a"],
        "client_secret": [SECRET],
    }


def test_what_is_plain_is_sent_plainly() -> None:
    """Servers that decode nothing know an id and a secret of letters, digits and -._~ all the same."""
    encoded = token_request(client(client_id="a-b_c.d~e"), "Zz09-._~").headers["Authorization"].removeprefix("Basic ")

    assert base64.b64decode(encoded) == b"a-b_c.d~e:Zz09-._~"


def test_scope_and_audience_are_sent_as_they_were_entered() -> None:
    """A scope may hold several words."""
    request = token_request(client(scope="hooks:write a/b", audience="https://api.example/"), SECRET)

    assert asked(request) == {
        "grant_type": ["client_credentials"],
        "scope": ["hooks:write a/b"],
        "audience": ["https://api.example/"],
    }


@pytest.mark.parametrize("nothing", [None, ""])
def test_scope_and_audience_are_left_out_where_they_are_empty(nothing: str | None) -> None:
    """Some servers refuse an empty one."""
    assert asked(token_request(client(scope=nothing, audience=nothing), SECRET)) == {
        "grant_type": ["client_credentials"]
    }


def test_the_request_is_one_of_our_own_posts() -> None:
    """A form, for JSON, in five seconds, whose answer is read whole; nothing secret in what may be shown."""
    request = token_request(client(), SECRET)

    assert (request.url, request.timeout_seconds, request.answer_decides) == (URL, TOKEN_SECONDS, True)
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert request.headers["Accept"] == "application/json"
    assert request.shown_headers["Authorization"] == "[hidden]"
    assert request.hiding(f"no client {SECRET}") == "[hidden]"
    assert request.hiding(request.headers["Authorization"]) == "[hidden]"
    assert SECRET not in repr(request)


def test_a_post_bears_the_token() -> None:
    """It is hidden where the request is shown, and in every answer."""
    request = OutgoingRequest("https://r.example", {"webhook-id": "e1"}, b"{}", 5)

    borne = request.bearing("eyJhbGciOi")

    assert borne.headers == {"webhook-id": "e1", "Authorization": "Bearer eyJhbGciOi"}
    assert borne.shown_headers["Authorization"] == "[hidden]"
    assert borne.hiding("not eyJhbGciOi") == "[hidden]"
    assert (borne.url, borne.body, borne.timeout_seconds) == (request.url, request.body, request.timeout_seconds)
