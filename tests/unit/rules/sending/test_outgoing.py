"""The request that a receiver gets."""

import base64
import json

import pytest

from recado import __version__
from recado.rules.sending.outgoing import outgoing_request
from recado.rules.sending.signing import signing_key
from recado.rules.sending.signing.signing import signature
from recado.rules.sending.signing.signing_secret import generate
from recado.rules.webhook.authentication.authentication import AuthenticationType, SignatureAlgorithm
from recado.rules.webhook.authentication.credentials import Credentials, EarlierSecret
from recado.rules.webhook.delivery_settings import DeliverySettings
from tests.unit.builders import NOW, event, events, webhook

OURS = {
    "Accept": "*/*",
    "Content-Type": "application/json",
    "User-Agent": f"Recado/{__version__}",
    "recado-attempt": "1",
    "webhook-id": "e1",
    "webhook-timestamp": "1727438400",
}
SECRET, *PREVIOUS = (generate() for _ in range(6))


def test_without_authentication_only_our_own_headers_are_sent() -> None:
    """The body is the payload, the address the webhook's."""
    request = outgoing_request(webhook(), Credentials(), [event()], NOW)

    assert request.url == "https://receiver.example/hooks"
    assert request.headers == OURS
    assert json.loads(request.body) == {"accountId": 1010, "events": [json.loads(event().text)]}


@pytest.mark.parametrize(
    ("username", "password"), [("user", "pass"), ("user", "pa:ss"), ("Zoë", "pässwörd €"), ("user", "")]
)
def test_basic_authentication_is_sent_in_utf_8(username: str, password: str) -> None:
    """User name and password come out as they were entered."""
    target = webhook(authentication=AuthenticationType.BASIC, username=username)

    request = outgoing_request(target, Credentials(password=password), [event()], NOW)

    scheme, _, encoded = request.headers["Authorization"].partition(" ")
    assert scheme == "Basic"
    assert base64.b64decode(encoded).decode() == f"{username}:{password}"
    assert request.headers == {**OURS, "Authorization": request.headers["Authorization"]}


def test_a_token_is_sent_as_it_was_entered() -> None:
    """As RFC 6750 says it; it is not shown."""
    target = webhook(authentication=AuthenticationType.BEARER)

    request = outgoing_request(target, Credentials(token="a.b|c="), [event()], NOW)

    assert request.headers == {**OURS, "Authorization": "Bearer a.b|c="}
    assert request.shown_headers == {**OURS, "Authorization": "[hidden]"}


@pytest.mark.parametrize("name", ["X-Key", "x-api-key", "Accept", "accept"])
def test_a_header_of_its_own_is_sent_and_not_shown(name: str) -> None:
    """Whatever its name is; other headers are shown as ever, and none is there twice."""
    target = webhook(authentication=AuthenticationType.HEADER, header_name=name, headers={"X-A": "b"})

    request = outgoing_request(target, Credentials(header_value="Token abc"), [event()], NOW)

    rest = {key: value for key, value in OURS.items() if key.lower() != name.lower()}
    assert request.headers == {"X-A": "b", **rest, name: "Token abc"}
    assert request.shown_headers == {"X-A": "b", **rest, name: "[hidden]"}


def test_a_key_signs_beside_the_secret() -> None:
    """The same content as the secret does, and earlier keys to the end of their own time."""
    target = webhook(authentication=AuthenticationType.SIGNATURE, algorithm=SignatureAlgorithm.ED25519)
    key, *earlier = (signing_key.generate() for _ in range(3))
    previous = tuple(EarlierSecret(one, NOW + end) for one, end in zip(earlier, (1, 0), strict=True))
    credentials = Credentials(secret=SECRET, signing_key=key, previous_keys=previous)

    request = outgoing_request(target, credentials, [event()], NOW)

    signed = signature([SECRET], "e1", NOW // 1000, request.body, [key, earlier[0]])
    assert request.headers == {**OURS, "webhook-signature": signed}
    assert [one.partition(",")[0] for one in signed.split()] == ["v1", "v1a", "v1a"]
    assert request.shown_headers == {**OURS, "webhook-signature": "[hidden]"}


def test_a_connection_is_told_of_certificates() -> None:
    """Those of the version that the webhook names; most webhooks have none."""
    target = webhook(secret_version="v1")
    client, trusted = Credentials(client_certificate="PEM"), Credentials(trusted_certificates="PEM")

    identities = [outgoing_request(target, each, [event()], NOW).tls for each in (client, trusted, Credentials())]

    assert [each and (each.certificate, each.authorities) for each in identities] == [
        ("PEM", None),
        (None, "PEM"),
        None,
    ]
    assert outgoing_request(target, client, [event()], NOW).tls == identities[0]
    assert outgoing_request(webhook(secret_version="v2"), client, [event()], NOW).tls != identities[0]


@pytest.mark.parametrize("name", ["Accept", "accept", "ACCEPT"])
def test_a_custom_accept_takes_the_place_of_ours(name: str) -> None:
    """However it is spelt: there is never more than one."""
    request = outgoing_request(webhook(headers={name: "application/json", "X-A": "b"}), Credentials(), [event()], NOW)

    rest = {key: value for key, value in OURS.items() if key != "Accept"}
    assert request.headers == {**rest, name: "application/json", "X-A": "b"}
    assert request.shown_headers == request.headers


def test_a_signature_covers_the_very_bytes_that_are_sent() -> None:
    """Id, timestamp and body are signed as they stand in the request."""
    target = webhook(authentication=AuthenticationType.SIGNATURE)

    request = outgoing_request(target, Credentials(secret=SECRET), [event()], NOW)

    assert request.headers == {**OURS, "webhook-signature": signature([SECRET], "e1", NOW // 1000, request.body)}


def test_each_earlier_secret_signs_to_the_end_of_its_own_time() -> None:
    """The newest comes first; one whose time is over is gone, whichever it is."""
    target = webhook(authentication=AuthenticationType.SIGNATURE)
    until = [NOW + 1, NOW, NOW + 500, NOW - 1, NOW + 1]
    earlier = tuple(EarlierSecret(secret, end) for secret, end in zip(PREVIOUS, until, strict=True))

    request = outgoing_request(target, Credentials(secret=SECRET, previous=earlier), [event()], NOW)

    signing = [SECRET, PREVIOUS[0], PREVIOUS[2], PREVIOUS[4]]
    assert request.headers["webhook-signature"] == signature(signing, "e1", NOW // 1000, request.body)


def test_custom_headers_are_sent() -> None:
    """They come beside ours."""
    request = outgoing_request(webhook(headers={"X-Api-Key": "k"}), Credentials(), [event()], NOW)

    assert request.headers == {**OURS, "X-Api-Key": "k"}


@pytest.mark.parametrize("spelled", [str.lower, str.upper, str.title, str])
def test_custom_headers_cannot_override_ours(spelled: type[str]) -> None:
    """However they are spelled: HTTP header names have no case."""
    ours = {*OURS, "recado-resend", "webhook-signature"} - {"Accept"}
    target = webhook(
        headers={spelled(name): "theirs" for name in (*ours, "authorization")},
        authentication=AuthenticationType.SIGNATURE,
    )

    request = outgoing_request(target, Credentials(secret=SECRET), [event()], NOW, requested=True)

    sent = {name.lower(): value for name, value in request.headers.items()}
    assert len(sent) == len(request.headers)
    assert "theirs" not in {sent[name.lower()] for name in ours}


def test_the_timestamp_is_new_at_every_attempt_and_the_id_is_not() -> None:
    """Receivers tell a repeated message by its id, and refuse old timestamps."""
    first, second = (outgoing_request(webhook(), Credentials(), events(3), now) for now in (NOW, NOW + 1999))

    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    assert [request.headers["webhook-timestamp"] for request in (first, second)] == ["1727438400", "1727438401"]


@pytest.mark.parametrize("attempt", [1, 17])
def test_a_receiver_is_told_which_attempt_it_is(attempt: int) -> None:
    """As a number, from 1."""
    request = outgoing_request(webhook(), Credentials(), [event()], NOW, attempt=attempt)

    assert request.headers == {**OURS, "recado-attempt": str(attempt)}


def test_a_receiver_is_told_that_somebody_has_asked_for_a_post() -> None:
    """So it can tell a resend from a repetition; the rest is as ever."""
    request = outgoing_request(webhook(), Credentials(), [event()], NOW, requested=True)

    assert request.headers == {**OURS, "recado-resend": "requested"}
    assert request.shown_headers == request.headers


def test_a_receiver_is_told_the_trace_of_its_events() -> None:
    """Where all have one and the same; it is shown as it is sent."""
    traced = event(traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")

    request = outgoing_request(webhook(), Credentials(), [traced], NOW)

    assert request.headers == {**OURS, "traceparent": traced.traceparent}
    assert request.shown_headers == request.headers


def test_the_receiver_has_the_time_that_its_webhook_allows() -> None:
    """The attempt takes it from the request."""
    patient = webhook(delivery=DeliverySettings(timeout_seconds=8))

    assert outgoing_request(patient, Credentials(), [event()], NOW).timeout_seconds == 8


@pytest.mark.parametrize("partial", [True, False])
def test_the_answer_decides_where_it_may_name_events(partial: bool) -> None:
    """The sender reads it whole."""
    target = webhook(delivery=DeliverySettings(partial_responses=partial))

    assert outgoing_request(target, Credentials(), [event()], NOW).answer_decides is partial


def test_a_request_does_not_show_its_secrets() -> None:
    """Neither headers nor body stand in its text."""
    request = outgoing_request(
        webhook(authentication=AuthenticationType.BASIC, username="user"), Credentials(password="p"), [event()], NOW
    )

    assert repr(request) == "OutgoingRequest(url='https://receiver.example/hooks', timeout_seconds=5)"


def test_what_proves_the_sender_is_not_shown() -> None:
    """Neither the password nor the signature; everything else is."""
    basic = webhook(authentication=AuthenticationType.BASIC, username="user", headers={"X-Tenant": "north"})
    signed = webhook(authentication=AuthenticationType.SIGNATURE)
    by_password = outgoing_request(basic, Credentials(password="pass"), [event()], NOW)
    by_signature = outgoing_request(signed, Credentials(secret=SECRET), [event()], NOW)

    assert by_password.shown_headers == {"X-Tenant": "north", **OURS, "Authorization": "[hidden]"}
    assert by_signature.shown_headers == {**OURS, "webhook-signature": "[hidden]"}
