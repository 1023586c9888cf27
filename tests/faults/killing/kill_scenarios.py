"""What happens while the kill test's functions are killed: events, receivers that fail or not, jobs and sweeps."""

from collections.abc import Callable
from http import HTTPStatus

from local.listener import BROKEN, Answer
from recado.rules.webhook.delivery_settings import DeliverySettings
from tests.faults.killing.kill_world import _LARGE, _UNAUTHORIZED, SECRET, World
from tests.support.events import NOON_MS


def two_healthy(world: World) -> None:
    """An event in real time to two webhooks."""
    world.subscribe(world.healthy)
    world.subscribe(world.healthy)
    world.publish(1)


def one_of_two_fails(world: World) -> None:
    """An event in real time to two webhooks, one of which fails at first."""
    world.subscribe(world.healthy)
    world.subscribe(world.faulty)
    world.faulty.answers.append(BROKEN)
    world.publish(1)


def into_a_backlog(world: World) -> None:
    """Two events in real time, of which the first one makes the webhook a failing one."""
    world.subscribe(world.faulty)
    world.faulty.answers.append(BROKEN)
    world.publish(2)


def ordered(world: World) -> None:
    """Two events in real time to a webhook that wants them in order."""
    world.subscribe(world.healthy, ordered=True)
    world.publish(2)


def signed(world: World) -> None:
    """An event in real time to a webhook whose POSTs are signed."""
    world.subscribe(world.healthy, secret=SECRET)
    world.publish(1)


def with_token(world: World) -> None:
    """Two events in real time to a webhook whose POSTs bear a token, which the token server refuses at first."""
    world.subscribe_with_token(BROKEN, tokens=1)
    world.publish(2)


def with_refused_token(world: World) -> None:
    """Two events in real time to a receiver that refuses the first token."""
    world.subscribe_with_token(tokens=2)
    world.healthy.answers.append(_UNAUTHORIZED)
    world.publish(2)


def drain_for_two_accounts(world: World) -> None:
    """Twelve events of two accounts and an unreadable message, drained."""
    world.subscribe(world.healthy)
    world.subscribe(world.healthy, other_account=True)
    world.collect(6)
    world.collect_unreadable()
    world.collect(6, other_account=True)


def drain_that_fails(world: World) -> None:
    """Four events, drained, whose receiver fails at first."""
    world.subscribe(world.faulty)
    world.faulty.answers.append(BROKEN)
    world.collect(4)


def backlog_in_two_posts(world: World) -> None:
    """Five events of 80 KB in a backlog, which leave it in two POSTs."""
    world.subscribe(world.faulty)
    world.faulty.answers.append(BROKEN)
    world.collect(5, data=_LARGE)


def fails_again(world: World) -> None:
    """A redelivery that fails once more, then succeeds."""
    world.subscribe(world.faulty)
    world.faulty.answers += [BROKEN, BROKEN]
    world.publish(1)


def gone(world: World) -> None:
    """An event to a receiver that wants no more."""
    world.subscribe(world.faulty)
    world.faulty.usual_answer = Answer(HTTPStatus.GONE)
    world.publish(1)


def slow(world: World) -> None:
    """An event in real time whose receiver takes too long, and one after it."""
    world.infrastructure.latency_ms = 2_500
    world.subscribe(world.healthy)
    world.publish(2)


def second_look(world: World) -> None:
    """An event that joins the backlog of an ordered webhook when its owner has just given up."""
    world.subscribe(world.healthy, ordered=True)
    world.publish(1)
    world.infrastructure.deliver()
    world.join_backlog_after_give_up()


def redelivered(world: World) -> None:
    """A request for one event again."""
    world.subscribe(world.healthy)
    world.publish(1)
    world.infrastructure.deliver()
    world.ask_for_the_first("redeliver")
    world.again = True


def sent_sooner(world: World) -> None:
    """A request for one event again that waits for the next attempt still."""
    world.subscribe(world.faulty)
    world.faulty.answers.append(BROKEN)
    world.publish(2)
    world.infrastructure.deliver()
    world.ask_for_the_first("redeliver")


def job(world: World) -> None:
    """A job that delivers three events again."""
    world.infrastructure.latency_ms = 10  # so that all of them are delivered when it is asked for
    world.subscribe(world.healthy)
    world.publish(3)
    world.infrastructure.deliver()
    world.ask("/redeliver", {"status": "DELIVERED", "from": NOON_MS, "to": NOON_MS + 1000})
    world.again = True


def cancelled(world: World) -> None:
    """One of two events that wait is withdrawn."""
    world.subscribe(world.faulty)
    world.faulty.answers.append(BROKEN)
    world.publish(2)
    world.infrastructure.deliver()
    world.ask_for_the_first("cancel")
    world.withdrawn = {f"{world.account}-0"}


def orphan(world: World) -> None:
    """A failing webhook whose wake-up was lost: the sweep wakes it, and looks at it once more afterwards."""
    world.subscribe(world.faulty)
    world.faulty.answers.append(BROKEN)
    world.publish(2)
    world.infrastructure.deliver()
    world.infrastructure.lose_wake_ups()
    world.entirely = True


def digest(world: World) -> None:
    """A digest that is due: the sweep makes it, and whoever then owns the webhook sends it."""
    world.subscribe(world.healthy, delivery=DeliverySettings(digest=True))
    world.wait_for_a_digest()


SCENARIOS: tuple[Callable[[World], None], ...] = (
    two_healthy,
    one_of_two_fails,
    into_a_backlog,
    ordered,
    signed,
    with_token,
    with_refused_token,
    drain_for_two_accounts,
    drain_that_fails,
    backlog_in_two_posts,
    fails_again,
    gone,
    slow,
    second_look,
    redelivered,
    sent_sooner,
    job,
    cancelled,
    digest,
    orphan,
)
