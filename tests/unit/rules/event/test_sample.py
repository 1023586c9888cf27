"""The sample of an event type."""

import json

import pytest

from tests.support.catalogue import READER, SHIPPED
from tests.unit.builders import NOW


@pytest.mark.parametrize("name", SHIPPED.names)
def test_every_event_type_has_a_sample_that_could_have_been_published(name: str) -> None:
    """With the catalogue's data, of the account and the moment."""
    sample = READER.sample(name, "1010", "e1", NOW)

    assert (sample.account_text, sample.name, sample.timestamp_ms) == ("1010", name, NOW)
    assert json.loads(sample.text) == {
        "eventId": "e1",
        "eventName": name,
        "timestamp": NOW,
        "eventInfo": "",
        "data": SHIPPED[name].sample,
    }


def test_an_account_with_a_name_is_a_text() -> None:
    """As it is in the account's own events."""
    assert READER.sample("CI_STATS", "acme", "e1", NOW).account_text == '"acme"'
