"""The HTTP sender and names: what is resolved, what is judged, and what is never contacted."""

import socket
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from recado.adapters.sending import guarded_connection
from recado.adapters.sending.guard import AddressInfo
from recado.adapters.sending.http_sender import HttpSender
from recado.ports.sending import OurFaultError
from recado.rules.sending.attempt import FailureClass
from recado.rules.target.target_policy import TargetPolicy
from tests.support.receivers.rude import Receiver, answering, black_hole
from tests.unit.adapters.sending.sending import NAME, SHORT, AnyUrl, resolving, send, sender

URL = f"http://{NAME}/"
PUBLIC = "93.184.216.34"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Run a receiver that says 202."""
    with Receiver(answering()) as running:
        yield running


def test_a_name_is_resolved_once_and_stays_the_host(receiver: Receiver) -> None:
    """The connection goes to the address that was judged, the request names the host."""
    asked: list[tuple[str, int]] = []

    def resolver(host: str, port: int) -> Sequence[AddressInfo]:
        asked.append((host, port))
        return resolving(("127.0.0.1", receiver.port))(host, port)

    assert send(f"http://{NAME}:8080/", by=sender(resolver=resolver)).result.delivered
    assert asked == [(NAME, 8080)]
    assert receiver.posts[0].headers["host"] == f"{NAME}:8080"


def test_every_attempt_resolves_anew(receiver: Receiver) -> None:
    """A name may lead elsewhere the next time, and is judged again."""
    answers = [[("127.0.0.1", receiver.port)], [("10.0.0.1", 80)]]

    def resolver(host: str, port: int) -> Sequence[AddressInfo]:
        return resolving(*answers.pop(0))(host, port)

    class Loopback(AnyUrl):
        def refusal_of(self, address: str) -> str | None:
            return None if address == "127.0.0.1" else "a private address"

    one = sender(Loopback(), resolver=resolver)

    assert send(URL, by=one).result.delivered
    assert send(URL, by=one).failure_class is FailureClass.BLOCKED_TARGET
    assert receiver.connections == 1


@pytest.mark.parametrize(
    ("addresses", "kind"),
    [
        (["127.0.0.1"], "a loopback address"),
        ([PUBLIC, "127.0.0.1"], "a loopback address"),
        (["127.0.0.1", PUBLIC], "a loopback address"),
        ([PUBLIC, "10.0.0.1"], "a private address"),
        ([PUBLIC, PUBLIC, PUBLIC, PUBLIC, "169.254.169.254"], "a link-local address"),
        (["::1"], "a loopback address"),
        (["::ffff:127.0.0.1"], "a loopback address"),
        ([PUBLIC, "fd00:ec2::254"], "a private address"),
        (["0.0.0.0"], "a reserved address"),  # noqa: S104 - judged, not bound to
        (["no address"], "no IP address"),
    ],
)
def test_one_bad_address_condemns_the_name(addresses: list[str], kind: str, receiver: Receiver) -> None:
    """Nothing is contacted, not even its good addresses: this test could reach none but 127.0.0.1."""
    resolver = resolving(*((address, receiver.port) for address in addresses))

    sent = send(f"https://{NAME}/", by=sender(TargetPolicy(), resolver=resolver))

    assert sent.failure_class is FailureClass.BLOCKED_TARGET
    assert sent.failure.detail == f"{NAME} leads to {kind}."
    assert not any(address in sent.failure.detail for address in addresses)
    assert receiver.connections == 0


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.1", "0x7f.1", "0177.0.0.1", "2130706433", "0x7f000001", "0", "localhost", "%31%32%37.0.0.1"],
)
def test_no_spelling_of_loopback_is_contacted(host: str, receiver: Receiver) -> None:
    """The address is judged at the socket, as the system's own resolver reads it."""
    sent = send(f"http://{host}:{receiver.port}/", by=sender(AnyUrl()))

    assert sent.failure_class is FailureClass.BLOCKED_TARGET
    assert receiver.connections == 0


@pytest.mark.parametrize(
    ("url", "detail"),
    [
        ("http://receiver.example/", "The target URL must start with https://."),
        ("https://127.0.0.1/", "The target URL must name a host, not an IP address."),
        ("https://receiver.example:80/", "The target URL must use one of the ports 443, 8443."),
        ("https://localhost/", "The target URL must not name a local host."),
    ],
)
def test_a_url_is_judged_again_when_it_is_used(url: str, detail: str) -> None:
    """What was stored under other rules is not contacted; not even its name is resolved."""

    def resolver(_host: str, _port: int) -> Sequence[AddressInfo]:
        raise AssertionError("resolved")

    sent = send(url, by=sender(TargetPolicy(), resolver=resolver))

    assert (sent.failure_class, sent.failure.detail) == (FailureClass.BLOCKED_TARGET, detail)


@pytest.mark.parametrize(
    ("error", "detail"),
    [
        (
            socket.gaierror(-2, "Name or service not known"),
            "receiver.example could not be resolved: Name or service not known.",
        ),
        (
            socket.gaierror(-3, "Temporary failure in name resolution"),
            "receiver.example could not be resolved: Temporary failure in name resolution.",
        ),
        (OSError("no resolver"), "receiver.example could not be resolved: no resolver."),
    ],
)
def test_a_name_that_does_not_resolve_has_its_class(error: OSError, detail: str) -> None:
    """With the resolver's reason."""

    def resolver(_host: str, _port: int) -> Sequence[AddressInfo]:
        raise error

    sent = send(URL, by=sender(resolver=resolver))

    assert (sent.failure_class, sent.failure.detail) == (FailureClass.DNS, detail)


def test_a_name_that_cannot_be_asked_for_has_its_class() -> None:
    """The system's resolver refuses a label of 64 characters before it asks anybody."""
    sent = send(f"http://{'a' * 64}.example/", by=sender())

    assert sent.failure_class is FailureClass.DNS


def test_a_name_without_addresses_has_its_class() -> None:
    """There is nothing to contact."""
    sent = send(URL, by=sender(resolver=resolving()))

    assert (sent.failure_class, sent.failure.detail) == (FailureClass.DNS, "receiver.example has no address.")


@pytest.fixture
def hanging() -> Iterator[HttpSender]:
    """Build a sender whose resolver does not answer while the test runs."""
    over = threading.Event()

    def resolver(_host: str, _port: int) -> Sequence[AddressInfo]:
        over.wait(20)
        return []

    yield sender(resolver=resolver)
    over.set()


def test_a_resolver_that_hangs_ends_with_the_attempt(hanging: HttpSender) -> None:
    """Names know no timeout of their own."""
    sent = send(URL, SHORT, by=hanging)

    assert (sent.failure_class, sent.failure.detail) == (
        FailureClass.DNS,
        "receiver.example could not be resolved in time.",
    )
    assert sent.seconds < SHORT + 2.0


def test_a_resolver_is_waited_for_five_seconds(hanging: HttpSender, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not for the whole attempt."""
    assert guarded_connection._RESOLVE_SECONDS == 5
    monkeypatch.setattr(guarded_connection, "_RESOLVE_SECONDS", 0.2)

    assert send(URL, by=hanging).seconds < 0.6


def test_resolvers_that_hang_do_not_hold_others(hanging: HttpSender, receiver: Receiver) -> None:
    """As many names as are sent to at once may hang, and another one resolves all the same."""
    with ThreadPoolExecutor(32) as executor:
        for _ in range(32):
            executor.submit(send, URL, SHORT, by=hanging)
        sent = send(URL, SHORT, by=sender(resolver=resolving(("127.0.0.1", receiver.port))))

    assert sent.result.delivered
    assert sent.seconds < 0.6


@pytest.fixture
def names_that_hang(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let names of others hang on every thread."""
    over = threading.Event()
    with ThreadPoolExecutor(1) as threads:
        monkeypatch.setattr(guarded_connection, "_resolving", threads)
        threads.submit(over.wait, 20)
        try:
            yield
        finally:
            over.set()


@pytest.mark.usefixtures("names_that_hang")
def test_a_name_whose_turn_never_came_is_our_fault(receiver: Receiver) -> None:
    """It does not count against its receiver."""
    with pytest.raises(OurFaultError, match="every resolving thread is busy"):
        send(URL, SHORT, by=sender(resolver=resolving(("127.0.0.1", receiver.port))))

    assert receiver.connections == 0


@pytest.mark.usefixtures("names_that_hang")
def test_an_address_waits_for_no_name(receiver: Receiver) -> None:
    """A target that is an address is sent to, whoever else is still to be resolved."""
    assert send(f"http://127.0.0.1:{receiver.port}/").result.delivered


def test_an_address_that_does_not_answer_ends_with_the_attempt() -> None:
    """No answer at all is a failure to connect."""
    with black_hole() as port:
        sent = send(f"http://127.0.0.1:{port}/", SHORT)

    assert (sent.failure_class, sent.failure.detail) == (FailureClass.CONNECT, "No connection to 127.0.0.1: timed out.")
    assert SHORT - 0.1 < sent.seconds < SHORT + 2.0


def test_a_connection_is_waited_for_ten_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not for the whole attempt."""
    assert guarded_connection.CONNECT_SECONDS == 10
    monkeypatch.setattr(guarded_connection, "CONNECT_SECONDS", 0.3)
    with black_hole() as port:
        assert send(f"http://127.0.0.1:{port}/").seconds < 0.8
