"""Who waits for a token that another fetches, and what a refusal of the token server means."""

import pytest

from recado.ports.sending import OurFaultError
from recado.rules.sending.attempt import FailureClass
from recado.rules.webhook.delivery_settings import DeliverySettings
from recado.rules.webhook.lane import Lane
from recado.rules.webhook.webhook import HealthState, Status
from recado.use_cases.sending.tokens import PAUSES_SECONDS
from tests.unit.builders import NOW, event, failed, owned
from tests.unit.use_cases.fakes.invocations import URL, dispatch, redeliver, waiting
from tests.unit.use_cases.fakes.sending_fakes import World
from tests.unit.use_cases.sending.tokens.bearing import HOUR, TOKEN_URL, asked, borne, posted, refusal, token, world


@pytest.mark.parametrize("status", [400, 401, 410, 503])
def test_a_refusal_of_the_token_server_is_a_failed_attempt(status: int) -> None:
    """Nothing is POSTed; no status is taken for the receiver's, so that its 410 switches nothing off."""
    one = world(refusal(status))

    result = posted(one).result

    assert result.failure is not None
    assert result.failure.failure_class is FailureClass.OAUTH2
    assert result.failure.detail == f"The token server answered with status {status}: invalid_client."
    assert (result.status_code, result.address, result.gone) == (None, None, False)
    assert borne(one) == []


def test_a_token_server_may_say_when_to_come_back() -> None:
    """Its `Retry-After` counts as the receiver's does."""
    assert posted(world(refusal(429, retry_after=120))).result.retry_after_seconds == 120


def test_a_refusal_disables_nobody() -> None:
    """A 410 of the token server is a failed attempt as any other: the webhook fails, and its event waits."""
    one = world(refusal(410))

    dispatch(one, event())

    assert one.webhook().status is Status.ACTIVE
    assert (one.webhook().health.state, one.webhook().health.attempts) == (HealthState.FAILING, 1)
    assert one.deliveries.statuses() == {"e1": "PENDING"}


def test_who_meets_a_refusal_of_another_waits_without_an_attempt() -> None:
    """It counts once against the webhook; the events of the others join the backlog, and nobody asks again."""
    one = world(refusal(), refusal())
    dispatch(one, event("e1"))
    one.webhooks.set(lane=Lane())  # as it was read before the first one failed

    attempts = dispatch(one, event("e2"))

    assert (attempts, asked(one)) == ([], 1)
    assert one.webhook().health.attempts == 1
    assert one.deliveries.statuses() == {"e1": "PENDING", "e2": "PENDING"}


def test_the_owner_asks_again_after_its_wait() -> None:
    """The shortest wait is longer than a refusal is kept."""
    one = waiting(world(refusal(), token(), lane=owned()), 1)

    redeliver(one)
    assert one.webhook().health.attempts == 1
    one.later(5_000)
    redeliver(one)

    assert (asked(one), borne(one)) == (2, ["t1"])
    assert one.webhook().health.state is HealthState.HEALTHY


def test_an_owner_that_meets_anothers_refusal_comes_back() -> None:
    """Without an attempt of its own, and without a fault of ours."""
    one = waiting(world(token(), lane=owned()), 1)
    one.token_store.kept.refused_until = NOW + 4_000

    redelivered = redeliver(one)

    assert (redelivered.back_in_seconds, redelivered.progress.attempts, redelivered.progress.faults) == (5, [], [])
    assert asked(one) == 0
    one.later(5_000)
    redeliver(one)
    assert borne(one) == ["t1"]


def test_a_head_that_failed_alone_is_waited_for_where_what_is_behind_it_gets_no_token() -> None:
    """As where nothing is behind it: with the wait of the schedule, which grows."""
    one = waiting(world(token(lifetime=None), lane=owned(), delivery=DeliverySettings(max_events=1)), 2)
    one.sender.answers[URL] = [failed(400)] * 9
    waits = []
    for _ in range(3):
        one.sender.answers[TOKEN_URL] = [token(lifetime=None)]
        one.journal.before("send", one.journal.calls.count("send") + 2, lambda: another_fetches(one))
        waits.append(redeliver(one).back_in_seconds)
        one.later(60_000)

    assert waits == [5, 10, 20]


def another_fetches(one: World) -> None:
    """Let another environment hold the lease, as soon as it is free."""
    one.token_store.kept.lease_until = one.now + 60_000


def test_who_waits_gets_what_another_fetches() -> None:
    """It looks for it now and then, within a second and a half."""
    one = world()
    one.token_store.take_lease(one.webhook(), "another", None)
    one.journal.before("read token", 5, lambda: one.token_store.keep(one.webhook(), "another", "t9", NOW + HOUR))

    posted(one)

    assert (asked(one), borne(one)) == (0, ["t9"])
    assert one.paused == [0.05, 0.1, 0.2]


def test_who_waits_for_too_long_leaves_its_events_in_the_backlog() -> None:
    """No longer than a receiver that is not slow may take, in few looks."""
    one = world()
    one.token_store.take_lease(one.webhook(), "another", None)

    dispatch(one, event())

    assert (asked(one), borne(one)) == (0, [])
    assert one.paused == list(PAUSES_SECONDS)
    assert 1_500 < one.now - NOW < 2_000
    assert one.deliveries.statuses() == {"e1": "PENDING"}
    assert one.webhook().health.state is HealthState.HEALTHY
    assert one.webhook().lane.owner is not None


def test_a_lease_that_ends_is_taken_over() -> None:
    """Whoever held it died."""
    one = world(token())
    one.token_store.take_lease(one.webhook(), "dead", None)
    one.later(10_000)

    posted(one)

    assert borne(one) == ["t1"]


def test_a_fault_of_ours_ends_the_lease() -> None:
    """The others need not wait for it, and nothing counts against the webhook."""
    one = world(OurFaultError("every resolving thread is busy"), token())

    with pytest.raises(OurFaultError):
        posted(one)
    posted(one)

    assert borne(one) == ["t1"]
