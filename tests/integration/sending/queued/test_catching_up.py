"""Off and on again: what came meanwhile arrives, in order, before what comes after."""

from local.listener import Answer, Listener
from recado.rules.webhook.webhook import Status, Webhook
from tests.support.api.client import ApiClient
from tests.support.events import detail, envelope
from tests.support.redeliveries import ENDED
from tests.support.system import System


def publish(system: System, *positions: int) -> None:
    """Bring real-time events, whose times are as far from each other as their positions, in this order."""
    began = int(system.clock.milliseconds())
    for position in positions:
        system.invoke("realtime_dispatcher", envelope(content=detail(f"e{position}", timestamp=began + position)))


def switch(api: ApiClient, **fields: bool) -> dict[str, object]:
    """Switch the webhook, and return the answer."""
    answer = api.call("PATCH", f"{api.webhooks}/wh_1", fields)
    assert answer.status == 200, answer
    return dict(answer.json)


def test_what_came_while_the_webhook_was_off_arrives_in_order(
    system: System, api: ApiClient, webhook: Webhook, receiver: Listener
) -> None:
    """Real-time events alike; the answer says how many there are."""
    publish(system, 0)
    switch(api, active=False)
    system.clock.advance(5)
    publish(system, 3, 1, 2)
    assert system.outcomes(webhook) == {"e0": "DELIVERED", "e1": "SKIPPED", "e2": "SKIPPED", "e3": "SKIPPED"}
    system.clock.advance(5)

    assert switch(api, active=True, catchUp=True)["skipped"]["count"] == 3  # type: ignore[index]
    publish(system, 4)
    assert system.redeliver() == ENDED

    assert receiver.event_ids == ["e0", "e1", "e2", "e3", "e4"]
    assert set(system.outcomes(webhook).values()) == {"DELIVERED"}


def test_what_was_skipped_stays_skipped_where_nobody_asks_for_it(
    system: System, api: ApiClient, webhook: Webhook, receiver: Listener
) -> None:
    """It can be asked for later, by its time."""
    switch(api, active=False)
    publish(system, 0)

    switch(api, active=True)
    system.redeliver()

    assert (receiver.event_ids, system.outcomes(webhook)) == ([], {"e0": "SKIPPED"})


def test_a_webhook_that_was_disabled_catches_up_too(
    system: System, api: ApiClient, webhook: Webhook, receiver: Listener
) -> None:
    """From the 410 on; the event that was refused waits in the backlog, and comes first."""
    receiver.answers.append(Answer(410))
    publish(system, 0)
    assert system.webhook(webhook).status is Status.DISABLED
    assert system.webhook(webhook).off_since is not None
    publish(system, 1)

    assert switch(api, active=True, catchUp=True)["skipped"]["count"] == 1  # type: ignore[index]
    system.redeliver()

    assert receiver.event_ids == ["e0", "e0", "e1"]
