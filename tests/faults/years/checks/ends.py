"""What must hold when all is well again, and nothing waits any more; and what must hold all along of what waits."""

from collections import Counter

from tests.faults.years.aws.deployment import BATCH_QUEUE, DEAD_LETTERS, WAKE_UPS
from tests.faults.years.aws.expressions import plain
from tests.faults.years.aws.invocations import DELIVERIES, WEBHOOKS
from tests.faults.years.checks.watched import Watched
from tests.faults.years.faults import HOUR_MS, MINUTE_MS
from tests.faults.years.outside.load import Published
from tests.faults.years.world import World

_STRANDED_MS = 90 * MINUTE_MS
"""Longer than the longest wait that a receiver can ask for, a sweep, and its look after a give-up."""
_DISPATCH_MS = 2 * MINUTE_MS
"""After this long a dispatch has read the webhook."""
_AFTER_OUR_FAULTS_MS = 7 * HOUR_MS
_MOST_WAKE_UPS = 25


def check_on_the_way(world: World) -> None:
    """Nobody is forgotten, and no webhook has more wake-ups than a few."""
    now = world.simulation.now_ms
    for watched in alive(world):
        _check_withdrawing(world, watched)
        if watched.status != "ACTIVE" or not (watched.backlog or watched.aside):
            continue
        patience = _STRANDED_MS + (_AFTER_OUR_FAULTS_MS if watched.faults or world.faults.storm else 0)
        if now - max(watched.moved_ms, world.faults.last_ms) > patience:
            world.ledger.problem(watched.webhook_id, f"stranded: {len(watched.backlog)} wait, and nobody comes")
    _check_copies(world)
    wake_ups = Counter(
        message.body.split('"webhookId": ')[1][:40] for message in world.queues[WAKE_UPS].messages.values()
    )
    for webhook, number in wake_ups.items():
        if number > _MOST_WAKE_UPS:
            world.ledger.problem("", f"{number} wake-ups of {webhook}")


def _check_withdrawing(world: World, watched: Watched) -> None:
    """What takes something back is carried on, also while the webhook is off."""
    for job in watched.asked.jobs.values():
        patience = _STRANDED_MS + (_AFTER_OUR_FAULTS_MS if watched.faults or world.faults.storm else 0)
        idle = world.simulation.now_ms - max(job.moved_ms, world.faults.last_ms)
        if job.withdraws and idle > patience:
            world.ledger.problem(watched.webhook_id, f"{job.job_id} is {job.state}, and nobody carries it on")


def _check_copies(world: World) -> None:
    """What was asked for again leaves the backlog by being sent, by a cancel, or when its time is over."""
    gone, world.ledger.gone_copies = world.ledger.gone_copies, []
    for webhook_id, key, came_ms, gone_ms in gone:
        watched = world.ledger.webhooks.get(webhook_id)
        if watched is None or watched.copies[key].there or watched.cancelled.get(key, 0) >= came_ms:
            continue
        if world.posts.acknowledged_since(webhook_id, key, came_ms) or watched.expired.get(key) == gone_ms:
            continue
        world.ledger.problem(webhook_id, f"{key} was asked for again, and is gone without being sent")


def alive(world: World) -> list[Watched]:
    """Return the webhooks that there are."""
    return [one for one in world.ledger.webhooks.values() if one.removed_ms is None]


def is_quiet(world: World) -> bool:
    """Whether nothing is under way, and nothing waits for anything."""
    if world.functions.under_way or world.asynchronous or world.queues[BATCH_QUEUE].messages:
        return False
    if world.queues[WAKE_UPS].messages or world.tables.earliest_due() is not None:
        return False
    return not any(one.backlog or one.aside for one in alive(world) if one.status == "ACTIVE")


def why_not_quiet(world: World) -> str:
    """Tell what is still there."""
    backlogs = {one.webhook_id: (len(one.backlog), len(one.aside)) for one in alive(world)}
    queues = {name: len(queue.messages) for name, queue in world.queues.items()}
    return f"under way {len(world.functions.under_way)}, {queues}, due {world.tables.earliest_due()}, wait {backlogs}"


def check_end(world: World, published: list[Published]) -> None:
    """All that was published has come to a rightful end, and nothing is left over."""
    if world.queues[DEAD_LETTERS].messages:
        world.ledger.problem("", "a dead letter")
    for watched in alive(world):
        item = world.tables.partition(WEBHOOKS, watched.account_id).items[watched.webhook_id]
        if watched.status == "ACTIVE":
            for name in ("owner", "lease_holder", "due_at", "jobs"):
                if name in item:
                    world.ledger.problem(watched.webhook_id, f"{name} is left over")
        differing = world.ledger.acts.differing(watched.webhook_id)
        if differing:
            world.ledger.problem(watched.webhook_id, f"acts: {differing}")
        for one in published:
            if one.account_id == watched.account_id and _was_wanted(world, watched, one):
                what = _wrong(world, watched, one)
                if what:
                    world.ledger.problem(watched.webhook_id, f"{one.key} published at {one.at_ms}: {what}")


def _wrong(world: World, watched: Watched, one: Published) -> str:
    """What is wrong with what became of an event; empty where nothing is."""
    item = world.tables.partition(DELIVERIES, watched.webhook_id).items.get(one.key)
    received = world.posts.received[watched.webhook_id, one.key]
    was_on = watched.on.all_along(one.at_ms, world.dispatched_ms[one.key] + _DISPATCH_MS)
    if one.key in watched.backlog or one.key in watched.aside:
        return "" if watched.status != "ACTIVE" else "waits still"
    if item is None:
        return "lost"
    status = plain(item["status"])
    wrong = {
        "DELIVERED": "delivered, and never received" if not received else "",
        "SKIPPED": "skipped, and the webhook was on" if was_on else _not_caught_up(watched, one),
        "CANCELLED": _not_asked_for(watched, one.key, plain(item.get("cancelled_because", {"S": ""}))),
        "PENDING": "pending in the log",
        "EXPIRED": "",
    }
    return wrong[status]


def _was_wanted(world: World, watched: Watched, one: Published) -> bool:
    """Whether it was for this webhook, all the time while it was dispatched."""
    wants = watched.wants.get(one.name)
    return wants is not None and wants.all_along(one.at_ms - 1, world.dispatched_ms[one.key] + _DISPATCH_MS)


def _not_asked_for(watched: Watched, key: str, because: str) -> str:
    """What is wrong with a cancelled event: nobody has asked for that, one by one or by a job."""
    at = watched.cancelled.get(key)
    if at is None or not because:
        return "cancelled, and nobody has asked for it"
    if because == "UNSUBSCRIBED" or watched.asked.withdrew_at(at) or key in watched.asked.cancelled:
        return ""
    return "withdrawn, and nobody has asked for it"


def _not_caught_up(watched: Watched, one: Published) -> str:
    """What is wrong with an event that is skipped still: it was to be caught up with, and nobody has withdrawn it."""
    key, asked_ms = one.key, watched.owed.get(one.key)
    if asked_ms is None or watched.status != "ACTIVE" or watched.cancelled.get(key, 0) >= asked_ms:
        return ""
    if not watched.wants[one.name].all_along(asked_ms - 1, watched.moved_ms):
        return ""
    return "" if watched.expired.get(key, 0) >= asked_ms else "was to be caught up with, and is skipped still"
