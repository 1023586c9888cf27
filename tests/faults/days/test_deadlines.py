"""Drips and bombs: whatever a receiver or a resolver does, an attempt ends with its deadline, in little memory.

Here alone a clock is an assertion: that an attempt ends in time is what is promised.
"""

import socket
import threading
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from recado.adapters.sending.guard import AddressInfo, Resolver
from recado.adapters.sending.http_sender import HttpSender
from recado.rules.sending.attempt import FailureClass
from tests.faults.catalogue.tarpits import DRIPS, EVERY, FLOODS, HANDSHAKES, Tarpit
from tests.support.receivers.certificates import Authority
from tests.support.receivers.rude import Receiver, answering, black_hole
from tests.unit.adapters.sending.sending import NAME, Sent, request, resolving, send, sender, trusting

DEADLINE = 1.5
TOLERANCE = 0.5
MOST_MEMORY = 2_000_000
BODY = bytes(256 * 1024)
"""As large as an attempt's body gets."""
LARGE_BODY = bytes(8_000_000)
"""More than the buffers between two sockets hold."""

Trial = Callable[[ExitStack], Sent]


def towards(tarpit: Tarpit, authority: Authority | None) -> Trial:
    """Send to a tarpit, over TLS where there is an authority."""

    def trial(cleanup: ExitStack) -> Sent:
        secure = authority is not None or tarpit.handshake
        tls = authority.context(NAME) if authority and not tarpit.handshake else None
        receiver = cleanup.enter_context(Receiver(tarpit.behaviour, tls=tls, receive_buffer=tarpit.receive_buffer))
        by = sender(
            resolver=resolving(("127.0.0.1", receiver.port)), context=trusting(authority.file) if authority else None
        )
        body = LARGE_BODY if tarpit.receive_buffer else BODY
        return send(request(f"{'https' if secure else 'http'}://{NAME}/", body), DEADLINE, by=by)

    return trial


def by_a_resolver(resolver: Resolver) -> Trial:
    """Send by a name that resolves in this way."""
    return lambda _cleanup: send(f"http://{NAME}/", DEADLINE, by=sender(resolver=resolver))


def slow_resolver(seconds: float, port: int) -> Resolver:
    """Resolve after a while."""
    waiting = threading.Event()

    def resolve(host: str, asked: int) -> Sequence[AddressInfo]:
        waiting.wait(seconds)
        return resolving(("127.0.0.1", port))(host, asked)

    return resolve


def hang_at_connecting(cleanup: ExitStack) -> Sent:
    """Let nobody in, under as many addresses as are tried."""
    hole = ("127.0.0.1", cleanup.enter_context(black_hole()))
    return send(f"http://{NAME}/", DEADLINE, by=sender(resolver=resolving(hole, hole, hole, hole)))


def never_accept(cleanup: ExitStack) -> Sent:
    """Leave the connection in the kernel's queue."""
    listener = cleanup.enter_context(socket.socket())
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    return send(f"http://127.0.0.1:{listener.getsockname()[1]}/", DEADLINE)


def resolve_slowly(cleanup: ExitStack) -> Sent:
    """Leave the rest of the time for a receiver that hangs."""
    receiver = cleanup.enter_context(Receiver(EVERY["hang before the status"].behaviour))
    return by_a_resolver(slow_resolver(0.8, receiver.port))(cleanup)


OTHERS: dict[str, tuple[Trial, FailureClass | None]] = {
    "resolver hang": (by_a_resolver(slow_resolver(4.0, 1)), FailureClass.DNS),
    "slow resolver and a receiver that hangs": (resolve_slowly, FailureClass.TIMEOUT),
    "connection hang": (hang_at_connecting, FailureClass.CONNECT),
    "connection that is never accepted": (never_accept, FailureClass.TIMEOUT),
}
ROWS: dict[str, FailureClass | None] = {
    **{name: tarpit.outcome for name, tarpit in EVERY.items()},
    **{f"{name}, over TLS": tarpit.outcome for name, tarpit in (DRIPS | FLOODS).items()},
    **{name: outcome for name, (_, outcome) in OTHERS.items()},
}


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, "Future[Sent]"]]:
    """Send to all of them side by side: most attempts wait, so that the whole table takes little longer than one."""
    authority = Authority(tmp_path_factory.mktemp("authority"))
    trials = {name: towards(tarpit, None) for name, tarpit in EVERY.items()}
    trials |= {f"{name}, over TLS": towards(tarpit, authority) for name, tarpit in (DRIPS | FLOODS).items()}
    trials |= {name: trial for name, (trial, _) in OTHERS.items()}

    def run(trial: Trial) -> Sent:
        with ExitStack() as cleanup:
            return trial(cleanup)

    with ThreadPoolExecutor(8) as threads:
        yield {name: threads.submit(run, trial) for name, trial in trials.items()}


@pytest.mark.parametrize(("name", "outcome"), ROWS.items(), ids=ROWS)
def test_an_attempt_ends_with_its_deadline(
    sent: dict[str, "Future[Sent]"], name: str, outcome: FailureClass | None
) -> None:
    """At most half a second after it, with a class of failure; or acknowledged, where the status had come."""
    attempt = sent[name].result()

    assert attempt.failure_class is outcome
    assert attempt.seconds <= DEADLINE + TOLERANCE


@pytest.mark.parametrize("tarpit", FLOODS.values(), ids=FLOODS)
def test_a_flood_takes_little_memory(tarpit: Tarpit) -> None:
    """Whatever is announced or sent, less than 2 MB are held for it at any time."""
    with Receiver(tarpit.behaviour) as receiver:
        by: HttpSender = sender()
        outgoing = request(receiver.url)
        tracemalloc.start()
        try:
            sent = send(outgoing, DEADLINE, by=by)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

    assert sent.failure_class is tarpit.outcome
    assert peak < MOST_MEMORY
    response = sent.result.response
    assert response is None or len(response.body) <= 16 * 1024


def test_the_table_means_something() -> None:
    """Without any trouble an attempt takes a fraction of its deadline."""
    with Receiver(answering()) as receiver:
        quick = send(request(receiver.url, BODY), DEADLINE)

    assert quick.result.delivered
    assert quick.seconds < DEADLINE / 2
    assert len(ROWS) >= 70
    assert set(HANDSHAKES) <= set(ROWS)
