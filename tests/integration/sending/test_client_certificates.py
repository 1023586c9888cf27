"""Client certificates and authorities of the receiver's own, as admins enter them, at a receiver that wants both."""

import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.support.api_client import ApiClient
from tests.support.api_document import ApiDocument
from tests.support.aws_calls import AwsCalls
from tests.support.chains import Issued, issued
from tests.support.events import ACCOUNT, batch_event
from tests.support.redeliveries import publish
from tests.support.system import System

HOST = "receiver.example"
NAMES = ["COURSE_ENROLLMENT", "LEARNER_PROGRESS"]
SAMPLE = {"eventName": NAMES[0]}
VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


@dataclass
class Gateway:
    """A receiver under an authority of its own; it lets nobody in without a certificate of that authority."""

    root: Issued
    port: int = 0
    subjects: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it listens, by its name."""
        return f"https://{HOST}:{self.port}/hooks"

    def client(self, name: str = "client") -> dict[str, str]:
        """Issue a client certificate, as it is entered."""
        made = issued(name, self.root)
        return {"certificate": made.pem, "privateKey": made.key_pem}

    def authentication(self, **changes: Any) -> dict[str, Any]:
        """What is entered for it."""
        return {
            "type": "NONE",
            "clientCertificate": self.client(),
            "trustedCertificates": self.root.pem,
            **changes,
        }


@pytest.fixture(params=VERSIONS, ids=lambda version: f"TLS {version}")
def gateway(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    """Give a running receiver that can be found by its name."""
    gateway = Gateway(issued("Gateway", authority=True))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = context.maximum_version = VERSIONS[request.param]
    (tmp_path / "server.pem").write_text(issued(HOST, gateway.root, names=(HOST,)).identity)
    context.load_cert_chain(tmp_path / "server.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cadata=gateway.root.pem)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert isinstance(self.connection, ssl.SSLSocket)
            subject: Any = (self.connection.getpeercert() or {})["subject"]
            gateway.subjects.append(dict(pair for part in subject for pair in part)["commonName"])
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(gateway.statuses.pop(0) if gateway.statuses else 204)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            return

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_arguments: object) -> None:
            """Whoever is not let in ends with an error here."""

    look_up = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *rest, **named: look_up("127.0.0.1" if host == HOST else host, *rest, **named),
    )
    server = Server(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    gateway.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield gateway
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def api(system: System) -> ApiClient:
    """Give a client for the account of the events."""
    return ApiClient(system, ApiDocument(), str(ACCOUNT))


def test_it_is_shown_by_whoever_sends(system: System, api: ApiClient, gateway: Gateway) -> None:
    """In real time, in a batch, from the backlog, as a test of the saved webhook and of a draft."""
    authentication = gateway.authentication()
    webhook = api.create(targetUrl=gateway.url, eventNames=NAMES, authentication=authentication)

    publish(system, "e1")
    system.put_into_batch_queue(batch_event("b1"))
    system.invoke("batch_dispatcher", {})
    gateway.statuses.append(503)
    publish(system, "e2")
    system.clock.advance(5)
    system.redeliver()
    draft = {
        **SAMPLE,
        "targetUrl": gateway.url,
        "authentication": gateway.authentication(clientCertificate=gateway.client("draft")),
    }
    for path, body in ((api.path(webhook, "/test"), SAMPLE), (f"{api.webhooks}/test", draft)):
        assert api.call("POST", path, body).json["delivered"] is True

    assert gateway.subjects == ["client"] * 5 + ["draft"]
    assert set(system.outcomes(system.registry.of_account(api.account)[0]).values()) == {"DELIVERED"}


def test_without_it_nobody_is_let_in(api: ApiClient, gateway: Gateway) -> None:
    """Neither without a certificate, nor does the receiver count as genuine without its authority."""
    for taken in ("clientCertificate", "trustedCertificates"):
        draft = {**SAMPLE, "targetUrl": gateway.url, "authentication": gateway.authentication(**{taken: None})}
        sent = api.call("POST", f"{api.webhooks}/test", draft).json
        assert (sent["delivered"], sent["error"]["failureClass"]) == (False, "TLS")

    assert gateway.subjects == []


def test_a_change_keeps_replaces_or_takes_away(system: System, api: ApiClient, gateway: Gateway) -> None:
    """Left out it stays, whatever the type; null takes it away; another one is shown from the next POST on."""
    webhook = api.create(targetUrl=gateway.url, eventNames=NAMES, authentication=gateway.authentication())
    path = api.path(webhook)

    for number, change in enumerate(
        (
            {"type": "BEARER", "token": "a-token"},
            {"type": "BEARER", "clientCertificate": gateway.client("second")},
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

    assert gateway.subjects == ["client", "second", "second", "second"]
    assert bare.json["authentication"] == {"type": "NONE"}
    assert system.webhook(system.registry.of_account(api.account)[0]).secret_version is None


def test_what_is_shown_of_it_is_no_secret(system: System, api: ApiClient, aws: AwsCalls, gateway: Gateway) -> None:
    """Names, dates and fingerprints; the acts tell the fingerprints. No answer holds the key, no event reads more."""
    authentication = gateway.authentication()
    webhook = api.create(targetUrl=gateway.url, eventNames=NAMES, authentication=authentication)
    publish(system, "e1")
    aws.clear()
    publish(system, "e2")
    assert aws.counts == {"dynamodb.Query": 1, "dynamodb.BatchGetItem": 1, "dynamodb.BatchWriteItem": 1}

    shown = webhook["authentication"]
    (trusted,) = shown["trustedCertificates"]
    assert (shown["clientCertificate"]["subject"], trusted["subject"]) == ("CN=client", "CN=Gateway")
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
