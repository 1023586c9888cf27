"""Client certificates and authorities of the receiver's own, as admins enter them, at a receiver that wants both."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.api.client import ApiClient
from tests.support.receivers.guarded import ClientCertificate, Tls12, Tls13
from tests.support.redeliveries import publish
from tests.support.system import System

NAMES = ["COURSE_ENROLLMENT", "LEARNER_PROGRESS"]
SAMPLE = {"eventName": NAMES[0]}


@pytest.fixture(params=[Tls12, Tls13])
def gateway(request: pytest.FixtureRequest) -> Iterator[ClientCertificate]:
    """Give a receiver that lets nobody in without a certificate of its authority."""
    with request.param() as gateway:
        gateway.know(0, 1)
        yield gateway


def test_a_change_keeps_replaces_or_takes_away(system: System, api: ApiClient, gateway: ClientCertificate) -> None:
    """Left out it stays, whatever the type; null takes it away; another one is shown from the next POST on."""
    webhook = api.create(targetUrl=gateway.url, eventNames=NAMES, authentication=gateway.entered())
    path = api.path(webhook)

    for number, change in enumerate(
        (
            {"type": "BEARER", "token": "a-token"},
            {"type": "BEARER", "clientCertificate": gateway.client(1)},
            {"type": "SIGNATURE"},
        )
    ):
        assert api.call("PATCH", path, {"authentication": change}).status == 200
        publish(system, f"e{number}")
    assert api.call("POST", f"{path}/signature").status == 200
    publish(system, "e3")
    moved = api.call("PATCH", path, {"targetUrl": "https://other.example/"})
    assert (moved.status, moved.fields) == (422, ["authentication.clientCertificate"])
    gone = {"type": "NONE", "clientCertificate": None, "trustedCertificates": None}
    bare = api.call("PATCH", path, {"authentication": gone})

    assert gateway.subjects == ["client 0", "client 1", "client 1", "client 1"]
    assert bare.json["authentication"] == {"type": "NONE"}
    assert system.webhook(system.registry.of_account(api.account)[0]).secret_version is None


def test_what_is_shown_of_it_is_no_secret(api: ApiClient, gateway: ClientCertificate) -> None:
    """Names, dates and fingerprints; the acts tell the fingerprints. No answer holds the key."""
    authentication = gateway.entered()
    webhook = api.create(targetUrl=gateway.url, eventNames=NAMES, authentication=authentication)
    shown = webhook["authentication"]
    (trusted,) = shown["trustedCertificates"]
    assert (shown["clientCertificate"]["subject"], trusted["subject"]) == ("CN=client 0", "CN=Gateway")
    assert shown["clientCertificate"].keys() == {"subject", "issuer", "fingerprint", "notBefore", "notAfter"}
    (act,) = api.get(f"/accounts/{api.account}/activity").json["activity"]
    told = {one["field"]: one.get("after") for one in act["changes"]}
    assert told["authentication.clientCertificate"] == shown["clientCertificate"]["fingerprint"]
    assert told["authentication.trustedCertificates"] == [trusted["fingerprint"]]
    key = authentication["clientCertificate"]["privateKey"].splitlines()[1]
    assert not [answer for answer in api.answers if key in answer.text]


@pytest.mark.parametrize(
    ("entered", "field_name"),
    [
        ({"clientCertificate": {"certificate": "hunter2", "privateKey": "hunter2"}}, "clientCertificate.certificate"),
        ({"clientCertificate": {"certificate": "hunter2"}}, "clientCertificate.privateKey"),
        ({"clientCertificate": "hunter2"}, "clientCertificate"),
        ({"trustedCertificates": "hunter2"}, "trustedCertificates"),
        ({"trustedCertificates": ["hunter2"]}, "trustedCertificates"),
    ],
)
def test_what_is_no_certificate_is_refused(api: ApiClient, entered: dict[str, Any], field_name: str) -> None:
    """At its field, when it is saved and when it is tried; nothing of it is repeated."""
    draft = {"targetUrl": "https://receiver.example/", "authentication": {"type": "NONE", **entered}}

    saved = api.call("POST", api.webhooks, {"name": "n", "eventNames": NAMES, **draft})
    tried = api.call("POST", f"{api.webhooks}/test", {**SAMPLE, **draft})

    for answer in (saved, tried):
        assert (answer.status, answer.fields) == (422, [f"authentication.{field_name}"])
        assert "hunter2" not in answer.text
