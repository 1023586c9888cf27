"""A run, where something comes between: an admin, a request, another secret, the end of time."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from recado.rules.sending.attempt import AttemptResult
from recado.rules.sending.outgoing import outgoing_request
from recado.rules.webhook.authentication.authentication import AuthenticationType
from recado.rules.webhook.authentication.credentials import Credentials
from recado.rules.webhook.delivery_settings import DeliverySettings
from recado.rules.webhook.lane import Lane
from recado.rules.webhook.webhook import Status, Webhook
from recado.use_cases.sending.queued.progress import Progress
from recado.use_cases.sending.queued.redelivery import Redelivered
from tests.unit.builders import NOW, delivered, events, failed, failing, owned, webhook
from tests.unit.use_cases.fakes.invocations import URL, WAKE_UP, owned_world, redeliver, redeliver_as_owner, sizes
from tests.unit.use_cases.fakes.journal import FixedDeadline
from tests.unit.use_cases.fakes.sending_fakes import World

Change = Callable[[World], object]


def switched_off(status: Status) -> Change:
    """Switch the webhook off: it has no owner any more, and its run has its lease."""
    return lambda world: world.webhooks.set(status=status, lane=replace(world.webhook().lane, owner=None, next_at=None))


def removed(world: World) -> None:
    """Remove the webhook."""
    world.webhooks.kept.clear()


def requested(world: World) -> None:
    """Ask for something to be sent: a new wake-up is the owner, and the run has its lease."""
    world.webhooks.set(lane=replace(world.webhook().lane, owner="request", next_at=NOW))


@pytest.mark.parametrize(
    ("change", "lane"),
    [
        (switched_off(Status.RETIRED), Lane()),
        (switched_off(Status.DISABLED), Lane()),
        (requested, owned(owner="request")),
        (removed, None),
    ],
    ids=["retired", "disabled", "another owner", "removed"],
)
@pytest.mark.parametrize("result", [delivered(), failed()], ids=["delivered", "failed"])
def test_a_webhook_that_is_off_gone_or_anothers_gets_no_further_post(
    change: Change, lane: Lane | None, result: AttemptResult
) -> None:
    """What came of the POST under way is recorded; the rest waits, the message is done, the lease is let go."""
    world = owned_world(250, health=failing(alerted_at=NOW))
    world.sender.answers[URL] = [result]
    world.journal.before("send", 1, lambda: change(world))

    answer = redeliver(world)

    assert answer == Redelivered(WAKE_UP, None, Progress([result]))
    assert len(world.deliveries.pending) == (150 if result.delivered else 250)
    assert len(world.deliveries.attempts) == 1
    assert world.webhooks.kept == {} if lane is None else world.webhook().lane == lane
    assert lane is None or world.webhook().health == failing(alerted_at=NOW)
    assert world.alerts.sent == []


def test_a_run_that_is_displaced_is_followed_by_the_new_owner() -> None:
    """Which waits for the lease, and then sends the rest: never two at once."""
    world = owned_world(150)
    answers: list[Redelivered] = []

    def meanwhile() -> None:
        requested(world)
        answers.append(redeliver_as_owner(world))

    world.journal.before("send", 1, meanwhile)

    redeliver(world)

    assert [one.back_in_seconds for one in answers] == [5]
    assert sizes(world) == [100]
    redeliver_as_owner(world)
    assert sizes(world) == [100, 50]


def test_an_end_that_is_refused_is_not_written_for_ever() -> None:
    """The webhook is switched time and again by somebody who leaves its owner: this run is over."""
    world = owned_world(health=failing(alerted_at=NOW))
    world.sender.answers[URL] = [failed()]
    for number, status in enumerate((Status.RETIRED, Status.ACTIVE, Status.RETIRED), 1):
        world.journal.before("leave", number, lambda status=status: world.webhooks.set(status=status))  # type: ignore[misc]  # bound

    assert redeliver(world).back_in_seconds is None
    assert world.journal.of("leave") == ["leave"] * 3
    assert world.webhook() == webhook(status=Status.RETIRED, health=failing(alerted_at=NOW), lane=owned(NOW + 102_000))


@pytest.mark.parametrize("left", [19.9, 0.0])
def test_when_time_is_nearly_up_the_rest_is_for_the_next_invocation(left: float) -> None:
    """The message comes back at once to the same owner, and finds no lease."""
    world = owned_world(250)

    answer = redeliver(world, FixedDeadline(100.0, 100.0, 100.0, 100.0, left))

    assert (answer.back_in_seconds, sizes(world)) == (0, [100])
    assert world.webhook() == webhook(lane=owned())
    assert redeliver(world).back_in_seconds is None
    assert sizes(world) == [100, 100, 50]


def test_a_post_is_begun_while_there_is_just_enough_time() -> None:
    """Twenty seconds are enough."""
    world = owned_world()

    redeliver(world, FixedDeadline(20.0))

    assert sizes(world) == [1]


def test_without_time_for_a_single_attempt_nothing_changes() -> None:
    """The next invocation finds it as it was."""
    world = owned_world(health=failing())

    assert redeliver(world, FixedDeadline(10.0)).back_in_seconds == 0
    assert world.webhook() == webhook(health=failing(), lane=owned())
    assert world.sender.requests == []


def test_an_invocation_that_is_displaced_as_its_time_ends_is_done() -> None:
    """The message of the new owner is on its way."""
    world = owned_world(150)
    world.journal.before("leave", 1, lambda: requested(world))

    assert redeliver(world, FixedDeadline(100.0, 100.0, 100.0, 100.0, 1.0)).back_in_seconds is None
    assert world.webhook().lane == owned(owner="request")


def test_a_webhook_that_is_changed_gets_its_next_batch_at_the_new_address() -> None:
    """In its new size, with its new authentication."""
    world = owned_world(150)
    world.vault.credentials["wh_1"] = Credentials(password="p")
    changed = webhook(
        target_url="https://new.example/",
        authentication=AuthenticationType.BASIC,
        username="u",
        secret_version="new",
        delivery=DeliverySettings(max_events=30),
    )
    world.journal.before(
        "send", 1, lambda: world.webhooks.kept.update({("1010", "wh_1"): replace(changed, lane=world.webhook().lane)})
    )

    redeliver(world)

    assert sizes(world) == [100, 30, 20]
    assert world.sender.requests[1] == outgoing_request(changed, Credentials(password="p"), events(150)[100:130], NOW)


def test_a_secret_that_was_changed_since_is_used_with_the_webhook_as_it_now_is() -> None:
    """Also for the first POST of a run: the webhook is read again."""
    world = owned_world(secret_version="v1")
    world.vault.credentials["wh_1"] = Credentials(password="p")
    now = webhook(authentication=AuthenticationType.BASIC, username="u", secret_version="v2")
    world.vault.by_now["wh_1"] = now
    world.webhooks.get = lambda *_: replace(now, lane=world.webhook().lane)  # type: ignore[method-assign]  # by now

    redeliver(world)

    assert world.sender.requests == [outgoing_request(now, Credentials(password="p"), events(1), NOW)]


@pytest.mark.parametrize("by_now", [None, webhook(status=Status.RETIRED, secret_version="v2")])
def test_a_webhook_that_went_with_its_secret_gets_no_post(by_now: Webhook | None) -> None:
    """It was removed or switched off after it was read; what waits is left as it is."""
    world = owned_world(secret_version="v1")
    world.vault.by_now["wh_1"] = by_now
    world.webhooks.get = lambda *_: by_now  # type: ignore[method-assign]  # by now

    assert redeliver(world) == Redelivered(WAKE_UP, None)
    assert world.sender.requests == []
    assert set(world.deliveries.statuses().values()) == {"PENDING"}
