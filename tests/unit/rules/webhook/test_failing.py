"""What a failed POST leads to: health, sizes and the wait, of every webhook and of an ordered one."""

import pytest

from recado.rules.sending.attempt import AttemptResult, Failure, FailureClass
from recado.rules.sending.cutting import UNCUT, Cut, Size
from recado.rules.sending.stuck import Stuck
from recado.rules.webhook.failing import Circumstances, Failing, failing, neighbour_failing, unaccompanied
from recado.rules.webhook.webhook import HealthState, Status, Webhook
from tests.unit.builders import NOW, attempt, events, failed, webhook
from tests.unit.builders import failing as failing_health

BAD_REQUEST = AttemptResult(NOW, 20, 400, Failure(FailureClass.CLIENT_ERROR, "It refused.", 400))
GONE = AttemptResult(NOW, 20, 410, Failure(FailureClass.CLIENT_ERROR, "It is gone.", 410))
RATIONED = AttemptResult(NOW, 20, 429, Failure(FailureClass.CLIENT_ERROR, "Too many.", 429), 30)


def after(
    result: AttemptResult, count: int = 1, of: Webhook | None = None, cut: Cut = UNCUT, chance: float = 0
) -> Failing:
    """Let a POST of so many events fail."""
    tried = attempt(*events(count), result=result)
    return failing(of or webhook(), cut, tried, result, Circumstances(NOW, chance, 0))


def stuck(alone: int) -> Webhook:
    """Build a webhook whose first event fails alone, and has waited so often."""
    return webhook(health=failing_health(stuck=Stuck(events(1)[0].key, tries=5, alone=alone)))


@pytest.mark.parametrize(
    ("result", "count", "wait_ms", "most"),
    [
        (failed(), 100, 5_000, 10),
        (failed(), 1, 5_000, None),
        (BAD_REQUEST, 100, 0, 10),
        (failed(503, retry_after=60), 100, 60_000, None),
        (RATIONED, 100, 30_000, None),
    ],
    ids=["5xx", "5xx alone", "4xx", "Retry-After", "429"],
)
def test_the_first_failure(result: AttemptResult, count: int, wait_ms: int, most: int | None) -> None:
    """Several are cut, and a receiver that has answered why is not waited for; one that says when is."""
    found = after(result, count)

    assert (found.wait_ms, found.cut.events.most, found.suspects) == (wait_ms, most, False)
    assert (found.health.state, found.health.attempts, found.status) == (HealthState.FAILING, 1, Status.ACTIVE)


def test_an_event_that_was_refused_alone_is_suspected_at_once() -> None:
    """The one behind it is tried before anybody waits."""
    found = after(BAD_REQUEST)

    assert (found.suspects, found.draws, found.health.stuck.alone) == (True, False, 0)
    assert found.wait_ms == 5_000


def test_an_ordered_webhook_suspects_nobody() -> None:
    """Its head waits, by the schedule: order goes before."""
    found = after(BAD_REQUEST, of=webhook(ordered=True))
    again = after(BAD_REQUEST, of=webhook(ordered=True, health=found.health))

    assert (found.suspects, found.wait_ms, found.health.stuck.alone) == (False, 5_000, 1)
    assert (again.suspects, again.wait_ms, again.health.stuck.alone) == (False, 10_000, 2)


def test_an_ordered_webhook_is_cut_all_the_same() -> None:
    """A smaller POST keeps the order."""
    assert after(failed(), 100, webhook(ordered=True)).cut.events == Size(10, 100)


def test_where_nobody_is_behind_the_event_waits_by_the_schedule() -> None:
    """The count of neighbours stays: there was none."""
    found = unaccompanied(after(failed(), of=stuck(alone=3)), failed(), Circumstances(NOW, 0, 0))

    assert (found.suspects, found.wait_ms) == (False, 40_000)
    assert (found.health.stuck.alone, found.health.stuck.neighbours) == (4, 0)


def test_where_the_neighbour_fails_too_both_wait() -> None:
    """It counts as one more failure; the next neighbour is tried after the second wait."""
    before = after(failed(), of=stuck(alone=1))
    found = neighbour_failing(webhook(health=before.health), before.cut, failed(), Circumstances(NOW, 0, 0))

    assert (found.suspects, found.wait_ms, found.health.attempts) == (False, 10_000, 3)
    assert (found.health.stuck.alone, found.health.stuck.neighbours, found.health.stuck.neighbour_at) == (2, 1, 2)


def test_the_wait_is_spread_and_follows_retry_after() -> None:
    """What failed together does not come back together; a receiver may ask for longer."""
    assert after(failed(), of=stuck(alone=3), chance=0.99).wait_ms == 43_000
    assert after(failed(503, retry_after=600), of=stuck(alone=3)).wait_ms == 600_000


def test_who_wants_no_more_is_switched_off() -> None:
    """A 410 cuts nothing and suspects nobody."""
    found = after(GONE, 100)

    assert (found.status, found.suspects, found.cut) == (Status.DISABLED, False, UNCUT)
