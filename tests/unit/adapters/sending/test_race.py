"""The way to a receiver: all addresses of its name are tried, side by side, and what loses is closed."""

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from recado.adapters.sending import race
from recado.adapters.sending.guard import AddressInfo
from recado.rules.sending.attempt import FailureClass
from tests.support.receivers.rude import Receiver, answering, black_hole, closed_port
from tests.unit.adapters.sending.sending import NAME, SHORT, AnyUrl, Sent, send, sender

URL = f"http://{NAME}/"
SIX, FOUR = socket.AF_INET6, socket.AF_INET


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Run a receiver that says 202."""
    with Receiver(answering()) as running:
        yield running


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an address be waited for ten milliseconds instead of 250."""
    assert race._DELAY_SECONDS == 0.25
    monkeypatch.setattr(race, "_DELAY_SECONDS", 0.01)


def four(port: int) -> AddressInfo:
    """An address of IPv4."""
    return (FOUR, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))


def six(port: int) -> AddressInfo:
    """An address of IPv6."""
    return (SIX, socket.SOCK_STREAM, 6, "", ("::1", port, 0, 0))


def dead(count: int) -> list[int]:
    """Ports that refuse."""
    return [closed_port() for _ in range(count)]


@contextmanager
def silent(count: int) -> Iterator[list[int]]:
    """Run ports that do not answer."""
    with ExitStack() as stack:
        yield [stack.enter_context(black_hole()) for _ in range(count)]


def send_to(addresses: Sequence[AddressInfo], seconds: float = 10.0) -> Sent:
    """Send to a name that leads to these addresses."""
    return send(URL, seconds, by=sender(AnyUrl(True), resolver=lambda _host, _port: addresses))


def in_use() -> tuple[int, int]:
    """How many files and threads the process has."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir()), threading.active_count()


@pytest.fixture
def contacted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Record what is contacted; everybody refuses at once."""
    seen: list[tuple[str, int]] = []

    def connect(_socket: socket.socket, address: tuple[str, int]) -> None:
        seen.append(address)
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(socket.socket, "connect", connect)
    return seen


@pytest.mark.parametrize(
    ("families", "order"),
    [
        ("666644", "646466"),
        ("6664", "6466"),
        ("4466", "4646"),
        ("4", "4"),
        ("444", "444"),
        ("66666666" + "4444", "6464646466" + "66"),
    ],
)
def test_families_take_turns(families: str, order: str, contacted: list[tuple[str, int]]) -> None:
    """From the family on that the resolver names first; each in its order; none is left out."""
    made = {"6": six, "4": four}
    sent = send_to([made[family](port) for port, family in enumerate(families, 1)])

    assert sent.failure.detail == f"No connection to {NAME}: connection refused."
    assert "".join("6" if ":" in host else "4" for host, *_ in contacted) == order
    for host in ("::1", "127.0.0.1"):
        ports = [port for each, port, *_ in contacted if each == host]
        assert ports == sorted(ports)


@pytest.mark.parametrize("count", [1, 40, 300])
def test_every_address_is_tried_once(count: int, contacted: list[tuple[str, int]]) -> None:
    """However many there are, and however often the resolver names them."""
    addresses = [four(port) for port in range(1, count + 1)]

    assert send_to(addresses * 2).failure_class is FailureClass.CONNECT
    assert [port for _, port in contacted] == list(range(1, count + 1))


@pytest.mark.parametrize("count", [1, 3, 4, 8, 30])
def test_addresses_that_refuse_are_passed(count: int, receiver: Receiver) -> None:
    """At once."""
    before = in_use()
    sent = send_to([*map(four, dead(count)), four(receiver.port)])

    assert (sent.result.delivered, sent.result.address) == (True, "127.0.0.1")
    assert (len(receiver.posts), receiver.connections) == (1, 1)
    assert in_use()[0] <= before[0] + 1  # the receiver's own end of the connection


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("count", [1, 3, 4, 8, 40])
def test_addresses_that_are_silent_are_passed(count: int, receiver: Receiver) -> None:
    """The next one is tried meanwhile, more than sixteen are never waited for, and nothing of it is left."""
    with silent(count) as ports:
        send_to([four(receiver.port)])  # whatever is made once is there
        before = in_use()
        sent = send_to([*map(four, ports), four(receiver.port)])
        after = in_use()

    assert sent.result.delivered
    assert len(receiver.posts) == 2
    assert after[0] <= before[0] + 1
    assert after[1] <= before[1] + 1


@pytest.mark.usefixtures("quick")
def test_more_than_sixteen_are_never_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or names with many silent addresses would take all of a process's files."""
    most: list[int] = []
    enter = race._Race.enter

    def counted(one: race._Race, family: int, address: tuple[str, int]) -> bool:
        entered = enter(one, family, address)
        most.append(one.running)
        return entered

    monkeypatch.setattr(race._Race, "enter", counted)
    with silent(20) as ports:
        assert send_to([*map(four, ports)], SHORT).failure_class is FailureClass.CONNECT

    assert len(most) == 20
    assert max(most) == 16


@pytest.mark.usefixtures("quick")
@pytest.mark.allow_hosts(["127.0.0.1", "::1"])
@pytest.mark.parametrize("where", ["::1", "127.0.0.1"])
def test_a_family_that_has_no_way_is_passed(where: str) -> None:
    """Whichever it is, and whatever the other one's addresses do."""
    alive, other = (six, four) if ":" in where else (four, six)
    with Receiver(answering(), listening=where) as receiver:
        refusing = [other(port) for port in dead(8)]
        sent = send_to([*refusing, alive(receiver.port)])

    assert (sent.result.delivered, sent.result.address) == (True, where)


@pytest.mark.allow_hosts(["127.0.0.1", "::1"])
def test_a_silent_family_costs_a_quarter_of_a_second() -> None:
    """Eight silent addresses of one family, and one of the other that answers: it is the second that is tried."""
    with silent(8) as ports, Receiver(answering(), listening="::1") as receiver:
        sent = send_to([*map(four, ports), six(receiver.port)])

    assert sent.result.delivered
    assert sent.seconds < 2.0


def test_a_family_that_is_not_supported_is_passed(receiver: Receiver) -> None:
    """A machine without IPv6 still reaches what has both."""
    unsupported: AddressInfo = (10_000, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 1))

    assert send_to([unsupported, four(receiver.port)]).result.delivered
    assert send_to([unsupported]).failure_class is FailureClass.CONNECT


def test_the_first_that_lets_us_in_wins_though_another_was_tried_before(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is still under way then is closed."""
    monkeypatch.setattr(race, "_DELAY_SECONDS", 0.01)
    made: list[socket.socket] = []
    real = race._Race.enter

    def watched(one: race._Race, family: int, address: tuple[str, int]) -> bool:
        entered = real(one, family, address)
        made.extend(connection for connection, _ in one._running.values() if connection not in made)
        return entered

    monkeypatch.setattr(race._Race, "enter", watched)
    with silent(2) as ports:
        assert send_to([*map(four, ports), four(receiver.port)]).result.delivered

    assert len(made) == 3
    assert [connection.fileno() for connection in made] == [-1] * 3


def test_all_of_many_silent_addresses_are_tried_before_half_of_the_time_is_over() -> None:
    """The quarter of a second is cut where there are many; it is never under ten milliseconds."""
    assert race._delay(10, 4) == 0.25
    assert race._delay(10, 100) == 0.05
    assert race._delay(10, 4000) == 0.01


def test_a_late_refusal_lets_the_next_one_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its address is not waited for any longer."""
    monkeypatch.setattr(race, "_DELAY_SECONDS", 60.0)
    with Receiver(answering()) as receiver:
        started = time.monotonic()
        winner, _ = race.first_connected(
            [four(port) for port in [*dead(3), receiver.port]], started + 10, socket.socket
        )
        winner.close()

    assert time.monotonic() - started < 4
