"""Webhooks."""

import pytest

from recado.ports.sending import Sealed
from recado.rules.webhook.authentication.credentials import Credentials, EarlierSecret
from recado.rules.webhook.webhook import Status
from tests.unit.builders import NAME, webhook


@pytest.mark.parametrize(
    ("status", "name", "wanted"),
    [
        (Status.ACTIVE, NAME, True),
        (Status.ACTIVE, "CI_STATS", False),
        (Status.ACTIVE, "COURSE_ENROLLMENT_BATCH", False),
        (Status.DISABLED, NAME, True),
        (Status.DISABLED, "CI_STATS", False),
        (Status.RETIRED, NAME, True),
        (Status.RETIRED, "CI_STATS", False),
    ],
)
def test_a_webhook_wants_the_events_it_names(status: Status, name: str, wanted: bool) -> None:
    """Also while it is off, where they are recorded as skipped."""
    assert webhook(status=status).wants(name) is wanted


def test_secrets_do_not_show() -> None:
    """Neither credentials nor what is sealed stand in a text that could be logged."""
    earlier = EarlierSecret("whsec_o", 1)
    assert repr(earlier) == "EarlierSecret(valid_until=1)"
    assert repr(Credentials("p", "whsec_s", (earlier,))) == "Credentials()"
    assert "ciphertext" not in repr(Sealed("v1", b"ciphertext"))
