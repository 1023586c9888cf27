"""Faults 1 to 25: what receivers, names and certificates do, and what Recado's user sees of it."""

import socket
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from recado.adapters.sending import guarded_connection
from recado.rules.target import addresses
from recado.rules.webhook.delivery_settings import DeliverySettings
from recado.rules.webhook.webhook import HealthState, Status, Webhook
from tests.faults.catalogue.misbehaving_receiver import FAILURES, SUCCESSES, Failing, at_first
from tests.faults.conftest import HOST, Names
from tests.support.aws.aws_calls import AwsCalls
from tests.support.events import NOON_MS, detail, envelope
from tests.support.receivers.certificates import Authority
from tests.support.receivers.rude import Behaviour, Receiver, answering
from tests.support.redeliveries import ENDED, NONE_DUE
from tests.support.system import System

FUNCTION = "realtime_dispatcher"
TARGET = f"https://{HOST}/hooks"
SECONDS = 6.1
"""What an invocation has left: time for an attempt of 1.1 seconds, the rest is kept for recording it."""
IMPATIENT = DeliverySettings(timeout_seconds=1)


def publish(system: System, event_id: str = "e0") -> None:
    """Bring a real-time event to a function that has little time, of which nothing but an attempt takes any."""
    system.clock.stop()
    system.invoke(FUNCTION, envelope(content=detail(event_id, timestamp=NOON_MS)), seconds=SECONDS)


def assert_failed(system: System, webhook: Webhook, failure_class: str) -> None:
    """The delivery waits, the webhook fails with its reason, and one wake-up is on its way; nothing is given up."""
    assert system.outcomes(webhook) == {"e0": "PENDING"}
    current = system.webhook(webhook)
    assert (current.status, current.health.state, current.health.attempts) == (Status.ACTIVE, HealthState.FAILING, 1)
    assert current.health.last_error is not None
    assert current.health.last_error.failure_class.value == failure_class
    assert current.health.last_error.detail.endswith(".")
    assert (system.waiting_in("RedeliveryQueue"), system.waiting_in("DeadLetterQueue")) == (1, 0)


def assert_recovers(system: System, webhook: Webhook, wait_seconds: int = 5) -> None:
    """The next attempt comes when it is due, not before, and delivers."""
    # A queue holds a message back for 15 minutes at most: a longer wait is made of several.
    for passed in range(0, wait_seconds, 900):
        system.redeliver()
        assert system.outcomes(webhook) == {"e0": "PENDING"}
        system.clock.advance(min(900, wait_seconds - passed) + 0.001)
    assert system.redeliver() == ENDED
    assert system.outcomes(webhook) == {"e0": "DELIVERED"}
    assert system.webhook(webhook).health.state is HealthState.HEALTHY
    assert system.waiting_in("RedeliveryQueue") == 0


@pytest.mark.parametrize("behaviour", SUCCESSES.values(), ids=SUCCESSES)
def test_a_success_whatever_follows_the_status(system: System, behaviour: Behaviour) -> None:
    """S: one POST, delivered; the webhook stays healthy and nobody is woken."""
    with Receiver(behaviour) as receiver:
        webhook = system.add_webhook(receiver.url)
        publish(system)

    assert (len(receiver.posts), receiver.connections) == (1, 1)
    assert system.outcomes(webhook) == {"e0": "DELIVERED"}
    assert system.webhook(webhook).health.state is HealthState.HEALTHY
    assert (system.waiting_in("RedeliveryQueue"), system.waiting_in("DeadLetterQueue")) == (0, 0)


@pytest.mark.parametrize("fault", FAILURES.values(), ids=FAILURES)
def test_a_failure_is_retried_with_the_same_ids(system: System, fault: Failing, contacted: list[Any]) -> None:
    """R: one POST and a class of failure, then the same message when the receiver behaves; nobody else is contacted."""
    with Receiver(at_first(fault.behaviour)) as receiver:
        webhook = system.add_webhook(receiver.url, delivery=IMPATIENT)
        publish(system)
        assert len(receiver.posts) == 1
        assert_failed(system, webhook, fault.failure_class.value)

        assert_recovers(system, webhook, fault.wait_seconds)

    first, second = receiver.posts
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == "e0"
    times = [int(post.headers["webhook-timestamp"]) for post in (first, second)]
    assert times[1] - times[0] >= fault.wait_seconds
    assert first.body in (b"", second.body)  # a body that was refused early was not read
    assert contacted == [("127.0.0.1", receiver.port)] * 2


CERTIFICATES: dict[str, tuple[str, timedelta, bool, str]] = {
    "15 expired": (HOST, timedelta(days=1), True, "certificate has expired"),
    "15 wrong host": ("other.example", timedelta(0), True, "Hostname mismatch"),
    "15 self-signed": (HOST, timedelta(0), False, "unable to get local issuer certificate"),
}


@pytest.mark.parametrize(("host", "ended", "trusted", "reason"), CERTIFICATES.values(), ids=CERTIFICATES)
def test_a_bad_certificate_is_retried(  # noqa: PLR0917 - fixtures and what is varied
    system: System,
    names: Names,
    authority: Authority,
    tmp_path: Path,
    host: str,
    ended: timedelta,
    trusted: bool,
    reason: str,
) -> None:
    """R: nothing is sent before the certificate is right, and then the event arrives."""
    issuer = authority if trusted else Authority(tmp_path, "Stranger")
    with (
        Receiver(answering(), tls=issuer.context(host, ended=ended)) as bad,
        Receiver(answering(), tls=authority.context(HOST)) as good,
    ):
        names.lead_to(("127.0.0.1", bad.port), ("127.0.0.1", good.port))
        webhook = system.add_webhook(TARGET)
        publish(system)
        assert_failed(system, webhook, "TLS")
        assert reason in system.webhook(webhook).health.last_error.detail  # type: ignore[union-attr]  # asserted above

        assert_recovers(system, webhook)

    assert (bad.posts, len(good.posts)) == ([], 1)


def _unknown(code: int) -> Callable[[], object]:
    def fail() -> None:
        raise socket.gaierror(code, socket.gaierror.__doc__)

    return fail


@pytest.mark.parametrize(
    "code",
    [socket.EAI_NONAME, socket.EAI_AGAIN],
    ids=["16 NXDOMAIN", "16 SERVFAIL"],
)
def test_a_name_that_is_not_resolved_is_retried(system: System, names: Names, authority: Authority, code: int) -> None:
    """R: the failure is DNS's, and the name is looked up anew."""
    with Receiver(answering(), tls=authority.context(HOST)) as receiver:
        names.lead_to(_unknown(code), ("127.0.0.1", receiver.port))
        webhook = system.add_webhook(TARGET)
        publish(system)
        assert_failed(system, webhook, "DNS")

        assert_recovers(system, webhook)

    assert (names.lookups, len(receiver.posts)) == (2, 1)


@pytest.mark.parametrize("seconds", [0.2], ids=["17 resolver hang"])
def test_a_resolver_that_hangs_is_left(  # noqa: PLR0917 - fixtures and what is varied
    system: System,
    names: Names,
    authority: Authority,
    stuck: threading.Event,
    monkeypatch: pytest.MonkeyPatch,
    seconds: float,
) -> None:
    """R: after five seconds (cut short here) the attempt ends as DNS's failure."""
    assert guarded_connection._RESOLVE_SECONDS == 5.0
    monkeypatch.setattr(guarded_connection, "_RESOLVE_SECONDS", seconds)
    with Receiver(answering(), tls=authority.context(HOST)) as receiver:
        names.lead_to(lambda: stuck.wait(20), ("127.0.0.1", receiver.port))
        webhook = system.add_webhook(TARGET)
        publish(system)
        assert_failed(system, webhook, "DNS")
        assert not stuck.is_set()

        assert_recovers(system, webhook)


def forbid_private_targets(system: System) -> None:
    """Deploy the functions with the setting that counts on AWS."""
    for function in ("RealtimeDispatcherFunction", "RedeliveryFunction"):
        system.stack.change_environment(function, ALLOW_PRIVATE_TARGETS="false")


INSIDE = {"10.0.0.7": "private", "127.0.0.1": "loopback", "169.254.169.254": "link-local"}


@pytest.mark.parametrize(("address", "kind"), INSIDE.items(), ids=[f"18 DNS answers {address}" for address in INSIDE])
def test_a_private_answer_is_blocked(
    system: System, names: Names, contacted: list[Any], address: str, kind: str
) -> None:
    """R: nobody is contacted, and the admin is told why; the retries go on, since a name can be mended."""
    forbid_private_targets(system)
    names.lead_to((address, 443))
    webhook = system.add_webhook(TARGET)

    publish(system)
    assert_failed(system, webhook, "BLOCKED_TARGET")
    system.clock.advance(5)
    system.redeliver()

    error = system.webhook(webhook).health.last_error
    assert error is not None
    assert error.detail == f"{HOST} leads to a {kind} address."
    assert contacted == []
    assert system.outcomes(webhook) == {"e0": "PENDING"}
    assert system.webhook(webhook).health.attempts == 2


@pytest.mark.parametrize("inside", ["127.0.0.2"], ids=["19 rebinding"])
def test_a_name_that_is_rebound_between_check_and_use_leads_nowhere(  # noqa: PLR0917 - fixtures and what is varied
    system: System,
    names: Names,
    authority: Authority,
    contacted: list[Any],
    monkeypatch: pytest.MonkeyPatch,
    inside: str,
) -> None:
    """X: the judged address is the one that is used, by one look-up; the next attempt judges the new one and stops."""
    forbid_private_targets(system)
    monkeypatch.setattr(addresses, "refusal_of", lambda address, _: None if address == "127.0.0.1" else "one inside")
    with Receiver(answering(), tls=authority.context(HOST)) as receiver:
        names.lead_to(("127.0.0.1", receiver.port), (inside, receiver.port))
        webhook = system.add_webhook(TARGET)
        publish(system, "before")
        assert (names.lookups, contacted) == (1, [("127.0.0.1", receiver.port)])
        publish(system, "after")

    assert (names.lookups, contacted) == (2, [("127.0.0.1", receiver.port)])
    assert system.outcomes(webhook) == {"after": "PENDING", "before": "DELIVERED"}


@pytest.mark.parametrize("status", ["410 Gone"], ids=["24 410"])
def test_gone_disables(system: System, aws: AwsCalls, status: str) -> None:
    """D: at once and told once; no retry is planned, and what comes later is recorded without a POST."""
    with Receiver(answering(status)) as receiver:
        webhook = system.add_webhook(receiver.url)
        publish(system)
        publish(system, "later")
        system.clock.advance(5)
        system.redeliver()
        assert system.redeliver() == NONE_DUE

    assert system.webhook(webhook).status is Status.DISABLED
    assert system.outcomes(webhook) == {"e0": "PENDING", "later": "SKIPPED"}
    assert len(receiver.posts) == 1
    assert [call.parameters["MessageAttributes"]["kind"]["StringValue"] for call in aws.of("Publish")] == [
        "WEBHOOK_DISABLED"
    ]
