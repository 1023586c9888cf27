"""Dispatch to webhooks with a filter: what it leaves out, and what it leaves alone."""

from dataclasses import replace

from recado.ports.sending import Opened
from recado.rules.delivery.delivery import DeliveryStatus
from recado.rules.shaping.formats import Format, Shape, Writing
from recado.rules.webhook.authentication.credentials import Credentials
from recado.rules.webhook.sifting import Filtered
from recado.use_cases.sending.direct.dispatch import LeftOut
from recado.use_cases.sending.posting import post
from tests.unit.builders import NOW, event, pending, webhook
from tests.unit.use_cases.fakes.invocations import DEADLINE, dispatch
from tests.unit.use_cases.fakes.sending_fakes import World

ONLY_TWO = "data.userId == `2`"


def test_event_that_is_filtered_is_told_with_the_value() -> None:
    """It is neither sent nor recorded; the answer says by which expression, and what that gave."""
    world = World(webhook(filter=ONLY_TWO))

    answer = world.dispatch()((event("e1"), event("e2", timestamp=NOW + 1, data={"userId": 2})), DEADLINE)

    assert answer.filtered == (LeftOut("wh_1", ONLY_TWO, [Filtered("e1", value=False)]),)
    assert world.deliveries.statuses() == {"e2": "DELIVERED"}


def test_event_that_waits_already_is_not_judged_again() -> None:
    """Who died before the wake-up comes again, and finds a filter that was set meanwhile: it still wakes the owner."""
    world = World(webhook(filter=ONLY_TWO))
    world.deliveries.add_pending(pending(event()))

    assert dispatch(world, event()) == []

    assert world.wake_ups.sent == [("t1", 0)]
    assert world.deliveries.statuses() == {"e1": "PENDING"}


def test_event_of_a_filter_that_fails_is_delivered_and_says_so() -> None:
    """The reason stands in its delivery."""
    world = World(webhook(filter="length(data.userId) > `1`"))

    dispatch(world, event())

    delivery = world.deliveries.log["wh_1", event().key]
    assert delivery.status is DeliveryStatus.DELIVERED
    assert delivery.trouble is not None
    assert delivery.trouble.expression == "filter"


def test_what_was_written_in_another_shape_is_written_again() -> None:
    """The body and its `Content-Type` are of the webhook as it is when it is sent to."""
    world, now = World(webhook()), replace(webhook(), format=Format.CLOUDEVENTS)
    post(
        world.ports(), world.sender, Opened(now, Credentials()), [event()], deadline=DEADLINE, writing=Writing(Shape())
    )

    [request] = world.sender.requests
    assert request.headers["Content-Type"] == "application/cloudevents-batch+json"
    assert request.body.startswith(b"[")
