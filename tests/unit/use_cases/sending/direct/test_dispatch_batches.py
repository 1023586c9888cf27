"""Dispatch of many events to one webhook: POST by POST, and what may come between."""

from dataclasses import replace
from typing import Any

import pytest

from recado.rules.sending.outgoing import outgoing_request
from recado.rules.webhook.authentication.authentication import AuthenticationType
from recado.rules.webhook.authentication.credentials import Credentials
from recado.rules.webhook.delivery_settings import DeliverySettings
from recado.rules.webhook.lane import Lane
from recado.rules.webhook.webhook import Status, Webhook
from tests.unit.builders import NOW, event, events, failing, owned, sized_event, webhook
from tests.unit.use_cases.fakes.invocations import URL, dispatch
from tests.unit.use_cases.fakes.journal import FixedDeadline
from tests.unit.use_cases.fakes.sending_fakes import World

ONE_BY_ONE = DeliverySettings(max_events=1)


def test_many_events_leave_in_batches() -> None:
    """At most 100 in a POST, one POST after the other, and one record; before each further one the webhook is read."""
    world = World(webhook())

    answer = dispatch(world, *events(250))

    assert [attempted.events for attempted in answer] == [100, 100, 50]
    assert set(world.deliveries.statuses().values()) == {"DELIVERED"}
    assert world.journal.calls == [
        *["read webhooks", "look up", "send"],
        *["read webhook", "send"] * 2,
        "record",
    ]


def test_large_events_leave_one_by_one() -> None:
    """A POST holds no more than 96 KiB unless one event does."""
    world = World(webhook())

    dispatch(world, *[sized_event(200_000, f"e{number}") for number in range(3)])

    assert [request.headers["webhook-id"] for request in world.sender.requests] == ["e0", "e1", "e2"]


@pytest.mark.parametrize(
    ("changes", "rest", "owner"),
    [
        (None, None, None),
        ({"status": Status.RETIRED}, "SKIPPED", None),
        ({"status": Status.DISABLED}, "SKIPPED", None),
        ({"lane": owned()}, "PENDING", "owner"),
        ({"ordered": True}, "PENDING", "t2"),
        ({"lane": Lane(slow_at=NOW)}, "PENDING", "t2"),
    ],
    ids=["removed", "retired", "disabled", "has an owner", "in order from now on", "found slow by another"],
)
def test_what_has_changed_counts_from_the_next_post_on(
    changes: dict[str, Any] | None, rest: str | None, owner: str | None
) -> None:
    """No further one is made; the rest is nobody's, skipped, or joins the backlog and has an owner."""
    world = World(webhook(delivery=ONE_BY_ONE))

    def change() -> None:
        world.webhooks.kept.clear() if changes is None else world.webhooks.set(**changes)

    world.journal.before("send", 1, change)

    dispatch(world, *events(3))

    assert len(world.sender.requests) == 1
    assert world.deliveries.statuses() == {"e0": "DELIVERED"} | ({"e1": rest, "e2": rest} if rest else {})
    assert changes is None or world.webhook().lane.owner == owner


def test_what_is_skipped_says_when_the_webhook_was_found_to_be_off() -> None:
    """The events have arrived before it was switched off; a catch-up goes by what was skipped since."""
    world = World(webhook(delivery=ONE_BY_ONE))

    def switch_off() -> None:
        world.now += 3_000
        world.webhooks.set(status=Status.RETIRED, off_since=world.now)

    world.journal.before("send", 1, switch_off)

    dispatch(world, *events(2))

    skipped = world.deliveries.log["wh_1", events(2)[1].key]
    assert (skipped.status, skipped.created_at, skipped.finished_at) == ("SKIPPED", NOW, NOW + 3_000)


def test_the_next_post_goes_to_the_new_address_in_the_new_size_with_the_new_secret() -> None:
    """An admin's change counts in a running drain, too."""
    world = World(webhook(delivery=ONE_BY_ONE))
    changed = webhook(
        target_url="https://new.example/", authentication=AuthenticationType.BASIC, username="u", secret_version="v2"
    )
    world.vault.credentials["wh_1"] = Credentials(password="p")
    world.journal.before("send", 1, lambda: world.webhooks.kept.update({("1010", "wh_1"): changed}))

    dispatch(world, *events(3))

    first, second = world.sender.requests
    assert first.url == URL
    assert second == outgoing_request(changed, Credentials(password="p"), events(3)[1:], NOW)


def test_a_secret_that_was_changed_since_is_sent_with_the_webhook_as_it_now_is() -> None:
    """To its new address, with its new user name: nothing of two moments is mixed."""
    world = World(webhook(authentication=AuthenticationType.BASIC, username="old", secret_version="v1"))
    world.vault.credentials["wh_1"] = Credentials(password="pass")
    now = replace(world.webhook(), target_url="https://new.example/", username="new", secret_version="v2")
    world.vault.by_now["wh_1"] = now

    dispatch(world, event())

    assert world.sender.requests == [outgoing_request(now, Credentials(password="pass"), [event()], NOW)]
    assert world.deliveries.statuses() == {"e1": "DELIVERED"}


@pytest.mark.parametrize(
    ("by_now", "left"),
    [
        (None, {}),
        (webhook(secret_version="v2", status=Status.RETIRED), {"e1": "SKIPPED"}),
        (webhook(secret_version="v2", status=Status.DISABLED), {"e1": "SKIPPED"}),
        (webhook(secret_version="v2", health=failing(), lane=owned()), {"e1": "PENDING"}),
        (webhook(secret_version="v2", ordered=True), {"e1": "PENDING"}),
    ],
)
def test_a_webhook_that_changed_with_its_secret_is_treated_as_it_now_is(
    by_now: Webhook | None, left: dict[str, str]
) -> None:
    """Removed, switched off, owned or in order: no POST is made, and what is left of the event says so."""
    world = World(webhook(secret_version="v1"))
    world.vault.by_now["wh_1"] = by_now

    dispatch(world, event())

    assert world.sender.requests == []
    assert world.deliveries.statuses() == left


@pytest.mark.parametrize(("each_ms", "sent"), [(5_000, 2), (4_000, 3), (9_999, 2), (10_000, 1)])
def test_a_webhook_that_holds_the_others_for_ten_seconds_has_its_rest_in_its_backlog(each_ms: int, sent: int) -> None:
    """With an owner that sends it; the receiver has done nothing wrong."""
    world = World(webhook(delivery=ONE_BY_ONE))
    for number in range(1, 5):
        world.journal.before("send", number, lambda: world.later(each_ms))

    dispatch(world, *events(4))

    assert list(world.deliveries.statuses().values()) == ["DELIVERED"] * sent + ["PENDING"] * (4 - sent)
    assert world.wake_ups.sent == [(f"t{sent + 1}", 0)]
    assert world.webhook().lane.owner == f"t{sent + 1}"
    assert world.webhook().health == webhook().health


def test_an_attempt_that_might_be_cut_short_is_not_begun() -> None:
    """Where less is left than an attempt takes, the rest joins the backlog: nobody is blamed for our own end."""
    world = World(webhook(delivery=ONE_BY_ONE))

    world.dispatch()(events(4), FixedDeadline(7, 7, 7, 6.9))  # the sender asks for it too

    assert world.deliveries.statuses() == {"e0": "DELIVERED", "e1": "DELIVERED", "e2": "PENDING", "e3": "PENDING"}
    assert world.wake_ups.sent == [("t3", 0)]


def test_a_first_post_is_made_in_whatever_time_there_is() -> None:
    """Only a further one is not begun that our own end could cut short."""
    world = World(webhook())

    world.dispatch()([event()], FixedDeadline(1.0))

    assert world.deliveries.statuses() == {"e1": "DELIVERED"}
