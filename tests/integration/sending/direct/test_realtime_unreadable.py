"""Real-time events that cannot be read: kept in the dead-letter queue with the reason."""

import json

import pytest

from local.listener import Listener
from tests.support.events import detail, envelope
from tests.support.system import System

FUNCTION = "realtime_dispatcher"

UNREADABLE_CONTENTS = {
    "no event id": (detail(eventId=None), "eventId: "),
    "no account id": (detail(accountId=None), "accountId: "),
    "no timestamp": (detail(timestamp=None), "timestamp: "),
    "no data": (detail(data=None), "data: "),
    "not an object": (["an", "array"], "detail: must be a JSON object"),
    "more than 256 KB": (detail(data={"text": "x" * 262_144}), "data: makes the event larger"),
    "not a number": (detail(data={"score": float("nan")}), "detail: a number is not finite"),
    "not JSON in a text": ({"detailText": "{"}, "message: not JSON"),
    "lone surrogate": (detail(data={"text": "\ud800"}), "detail: a text holds a lone surrogate"),
}


@pytest.mark.parametrize("kind", UNREADABLE_CONTENTS)
def test_an_unreadable_event_goes_to_the_dead_letter_queue(system: System, receiver: Listener, kind: str) -> None:
    """An event that no retry can help is kept whole, with the reason, and nobody is sent anything."""
    content, reason = UNREADABLE_CONTENTS[kind]
    system.add_webhook(receiver.url)

    system.invoke(FUNCTION, envelope(content=content))

    [(kept, told)] = system.dead_letters()
    assert json.dumps(envelope(content=content)) == kept
    assert told.startswith(reason)
    assert receiver.received == []


@pytest.mark.parametrize("message", [envelope("NO_SUCH_EVENT"), envelope(None), {}, [], "text", None])
def test_what_is_no_known_event_goes_to_the_dead_letter_queue(system: System, message: object) -> None:
    """An event name outside the catalogue, or no EventBridge event at all, is kept with the reason."""
    system.invoke(FUNCTION, message)

    [(kept, reason)] = system.dead_letters()
    assert message == json.loads(kept)
    assert reason.startswith(("eventName: ", "message: "))


@pytest.mark.parametrize("levels", [100, 1_000, 50_000])
def test_a_bottomless_event_goes_to_the_dead_letter_queue(system: System, levels: int) -> None:
    """However deep an event is nested, its envelope and ids are kept, with the reason."""
    data: dict[str, object] = {}
    for _ in range(levels):
        data = {"down": data}

    system.invoke(FUNCTION, envelope(content=detail("b5a9", data=data)))

    [(kept, reason)] = system.dead_letters()
    assert json.loads(kept)["detail"]["eventId"] == "b5a9"
    assert reason == "detail: nested deeper than 100 levels"
