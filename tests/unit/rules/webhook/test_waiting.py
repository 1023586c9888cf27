"""Why a pending delivery waits."""

from dataclasses import replace

import pytest

from recado.rules.webhook.health import after_success, resuming
from recado.rules.webhook.waiting import fails, waiting_reason
from recado.rules.webhook.webhook import Health, Status, Webhook
from tests.unit.builders import NOW, failing, webhook

FAILING = webhook(health=failing())


@pytest.mark.parametrize(
    ("waiting", "reason", "retried"),
    [
        (FAILING, "The receiver fails: the backlog is sent again when it answers.", True),
        (webhook(), "It is sent next, after any earlier events that wait.", False),
        (webhook(ordered=True), "It is sent next, after any earlier events that wait.", False),
        (
            replace(FAILING, health=after_success(failing(), NOW)),
            "It is sent next, after any earlier events that wait.",
            False,
        ),
        (
            replace(FAILING, health=resuming(Health(), NOW, waiting=True)),
            "It is sent next, after any earlier events that wait.",
            False,
        ),
        (
            replace(FAILING, status=Status.RETIRED),
            "The webhook is retired: it waits until it is switched on again.",
            False,
        ),
        (
            replace(FAILING, status=Status.DISABLED),
            "The webhook is disabled: it waits until it is switched on again.",
            False,
        ),
    ],
)
def test_a_sentence_says_what_a_delivery_waits_for(waiting: Webhook, reason: str, retried: bool) -> None:
    """And whether there is an attempt to come that was put off."""
    assert (waiting_reason(waiting), fails(waiting)) == (reason, retried)
