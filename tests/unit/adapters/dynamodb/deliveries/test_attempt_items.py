"""Attempts as items of their table."""

from datetime import UTC, datetime, timedelta

import pytest

from recado.adapters.dynamodb.compressed import compressed, decompressed
from recado.adapters.dynamodb.deliveries.attempt_items import attempt_from_item, attempt_to_item, carries
from recado.adapters.dynamodb.tables import DeliveryItem
from recado.rules.sending.attempt import AttemptResult
from tests.unit.builders import NOW, attempt, event, events, failed


@pytest.mark.parametrize("days", [7, 30, 400])
def test_an_attempt_is_kept_for_its_days_from_its_beginning(days: int) -> None:
    """DynamoDB removes it by a time in seconds: one in milliseconds would lie in the year 56,000."""
    item = attempt_to_item(DeliveryItem, attempt(event()), days)

    removed = datetime.fromtimestamp(int(item.expires_at), UTC)
    assert removed == datetime.fromtimestamp(NOW / 1000, UTC) + timedelta(days=days)


@pytest.mark.parametrize(
    "result", [None, failed(503), AttemptResult(NOW, 5_000, failure=failed().failure)], ids=["2xx", "503", "no answer"]
)
def test_an_item_holds_all_of_an_attempt(result: AttemptResult | None) -> None:
    """What it carried too, in order."""
    one = attempt(*events(100), result=result, requested_by="somebody")

    assert attempt_from_item(attempt_to_item(DeliveryItem, one, 30)) == one


def test_an_item_tells_what_it_carried() -> None:
    """Not what only lies between the first and the last of it."""
    first, between, last = events(3)
    item = attempt_to_item(DeliveryItem, attempt(first, last), 30)

    assert [carries(item, one.key) for one in (first, between, last)] == [True, False, True]


@pytest.mark.parametrize("text", ["", "a", "=", "x" * 10_000, '{"a":"é\u2028"}'])
def test_a_stored_text_is_given_back_and_is_never_much_longer(text: str) -> None:
    """Compressed or not."""
    stored = compressed(text)

    assert decompressed(stored) == text
    assert len(stored) <= len(text.encode()) + 1
