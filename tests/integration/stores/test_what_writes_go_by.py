"""What each write of the stores goes by: where another has changed that since it was read, the write is refused."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from recado.adapters.dynamodb.accounts.counts_store import DynamoCounts
from recado.ports.managing import LimitReachedError, VersionConflictError
from recado.ports.sending import OurFaultError, Sealed
from recado.rules.delivery.counts import Counts, CountsKey, Place
from recado.rules.webhook.authentication.credentials import Credentials
from recado.rules.webhook.webhook import Status, Webhook
from tests.support.acts import act_on
from tests.support.aws.items import changed_item
from tests.support.events import ACCOUNT
from tests.support.system import System

COUNTS = CountsKey(str(ACCOUNT), "wh_1", Place.LOG, None)
COUNTED = Counts(delivered=1, counted_to=7)

Write = Callable[[System, Webhook], object]

WRITES_ON_WEBHOOKS: dict[str, tuple[Write, tuple[dict[str, Any], ...]]] = {
    "rename it": (
        lambda system, read: system.registry.replace(read, replace(read, name="New", version=2), act_on(read)),
        ({"version": 9}, {"status": "DISABLED"}),
    ),
    "retire it": (
        lambda system, read: system.registry.replace(
            read, replace(read, status=Status.RETIRED, version=2), act_on(read)
        ),
        ({"version": 9}, {"status": "DISABLED"}),
    ),
    "note a download": (
        lambda system, read: system.registry.record_download(read, act_on(read)),
        ({"secret_version": "another"},),
    ),
    "rotate its secret": (
        lambda system, read: system.registry.replace(
            read, replace(read, secret_version="new", version=2), act_on(read), sealed=Sealed("new", b"x")
        ),
        ({"version": 9}, {"status": "DISABLED"}),
    ),
    "take its secret away": (
        lambda system, read: system.registry.replace(read, replace(read, secret_version=None, version=2), act_on(read)),
        ({"version": 9}, {"status": "DISABLED"}),
    ),
    "remove it": (
        lambda system, read: system.registry.remove(read, act_on(read)),
        ({"version": 9},),
    ),
    "add one of the same id": (
        lambda system, read: system.registry.add(read, None, act_on(read)),
        ({"name": "Theirs"},),
    ),
}


def outcome(write: Callable[[], object]) -> object:
    """Do a write; False where it is refused, however it says that."""
    try:
        return write()
    except (VersionConflictError, LimitReachedError, OurFaultError):
        return False


@pytest.fixture
def read(system: System) -> Webhook:
    """Give a webhook with a secret, as it was read."""
    return system.webhook(system.add_webhook("https://127.0.0.1/", credentials=Credentials(secret="whsec_AAAA")))


@pytest.mark.parametrize(
    ("name", "meanwhile"), [(name, each) for name, (_, changes) in WRITES_ON_WEBHOOKS.items() for each in changes]
)
def test_a_write_on_a_webhook_overwrites_nobody(
    system: System, read: Webhook, name: str, meanwhile: dict[str, Any]
) -> None:
    """It is refused, the webhook and its secret are as the other has left them, and there is no act of it."""
    write, _ = WRITES_ON_WEBHOOKS[name]
    theirs = changed_item(system, "wh_1", **meanwhile), changed_item(system, "secret#wh_1")
    acts = system.kinds()

    assert not outcome(lambda: write(system, read))

    assert (changed_item(system, "wh_1"), changed_item(system, "secret#wh_1")) == theirs
    assert system.kinds() == acts


@pytest.mark.parametrize(("before", "meanwhile"), [(Counts(), Counts(counted_to=5)), (Counts(counted_to=5), COUNTED)])
def test_counts_are_written_over_those_that_were_read(system: System, before: Counts, meanwhile: Counts) -> None:
    """Else what another has counted meanwhile would be lost."""
    counts = DynamoCounts(system.registry._table)
    if before.counted_to:
        counts.write(COUNTS, Counts(), before)
    counts.write(COUNTS, before, meanwhile)

    assert outcome(lambda: counts.write(COUNTS, before, replace(COUNTED, counted_to=9))) is False

    assert counts.read([COUNTS]) == {COUNTS: meanwhile}
