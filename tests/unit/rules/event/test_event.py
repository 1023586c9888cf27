"""Events: what a publisher must send, and what receivers get of it."""

import json
from typing import Any

import pytest

from recado.rules.event.event import MAX_EVENT_BYTES, Event, InvalidEventError, parse_event
from tests.support.catalogue import READER
from tests.unit.builders import NAME, NOW, detail, nested, sized_event

MISSING = object()


def refusal_of(name: object, content: object) -> InvalidEventError:
    """Return why these are no event."""
    with pytest.raises(InvalidEventError) as refusal:
        READER.of_entry(name, content)
    return refusal.value


def test_an_event_is_what_was_published() -> None:
    """Its text is the compact JSON object of its five fields, in the documented order."""
    content = {
        "data": {"b": [1, 2.5, None, True], "a": "ü €"},
        "eventInfo": "1727414643000-047210",
        "timestamp": 1727438400,
        "eventId": "d5fb7071-10a9-46b2-9f9e-79dde346c052",
        "accountId": 1010,
    }

    assert parse_event("COURSE_ENROLLMENT_BATCH", content) == Event(
        account_id="1010",
        account_text="1010",
        event_id="d5fb7071-10a9-46b2-9f9e-79dde346c052",
        name="COURSE_ENROLLMENT_BATCH",
        timestamp_ms=1727438400000,
        text='{"eventId":"d5fb7071-10a9-46b2-9f9e-79dde346c052","eventName":"COURSE_ENROLLMENT_BATCH",'
        '"timestamp":1727438400,"eventInfo":"1727414643000-047210","data":{"b":[1,2.5,null,true],"a":"ü €"}}',
    )


@pytest.mark.parametrize(("field", "delivered"), [("eventInfo", False), ("extra", False), ("eventName", True)])
def test_only_the_documented_fields_are_delivered(field: str, delivered: bool) -> None:
    """An `eventInfo` that did not come is not made up, further fields stay behind."""
    content = detail(extra=1, eventName="another")

    assert (field in json.loads(parse_event(NAME, content).text)) is delivered
    assert json.loads(parse_event(NAME, content).text)["eventName"] == NAME


@pytest.mark.parametrize(
    ("account_id", "key", "text"), [(1010, "1010", "1010"), ("1010", "1010", '"1010"'), ("acme", "acme", '"acme"')]
)
def test_an_account_id_is_delivered_as_it_came(account_id: object, key: str, text: str) -> None:
    """A number stays a number and a text a text, while both name the same account."""
    event = parse_event(NAME, detail(accountId=account_id))

    assert (event.account_id, event.account_text) == (key, text)


@pytest.mark.parametrize(
    "timestamp", [NOW, NOW // 1000, NOW / 1000, "2024-09-27T12:00:00.000Z", "2024-09-27T14:00:00+02:00"]
)
def test_a_timestamp_is_delivered_as_it_came(timestamp: Any) -> None:
    """All spellings of a moment give one key."""
    event = parse_event(NAME, detail(timestamp=timestamp))

    assert event.key == "001727438400000#e1"
    assert json.loads(event.text)["timestamp"] == timestamp
    assert type(json.loads(event.text)["timestamp"]) is type(timestamp)


def test_keys_are_in_order_of_time() -> None:
    """Sorted as texts, keys are sorted by time, whatever the ids are."""
    keys = [parse_event(NAME, detail(timestamp=moment, eventId="z")).key for moment in (0, 9, 10, 99_999_999_999, NOW)]

    assert sorted(keys) == sorted(keys, key=lambda key: int(key.partition("#")[0]))
    assert keys[3] < "099999999999000#{"


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("accountId", [MISSING, None, True, 1.5, "", "a b", "..", "x" * 121, [], {}]),
        ("eventId", [MISSING, None, 7, "", "a.b", "a b", "a#b", "é", "x" * 129, "x\n", ["x"]]),
        ("timestamp", [MISSING, None, True, -1, "", "yesterday", [], {}, 253402300800000]),
        ("eventInfo", [7, True, [], {}]),
        ("data", [MISSING, None, 7, "text", [], True]),
    ],
)
def test_a_missing_or_wrong_field_is_named(field: str, values: list[object]) -> None:
    """Each refusal names its field and says what is accepted."""
    for value in values:
        content = detail(**{field: value})
        if value is MISSING:
            del content[field]

        refusal = refusal_of(NAME, content)

        assert refusal.field == field, value
        assert refusal.reason.startswith("must "), value
        assert str(refusal) == f"{field}: {refusal.reason}"


@pytest.mark.parametrize("name", [None, 1, "", "course_enrollment", "NO_SUCH_EVENT", ["CI_STATS"]])
def test_an_event_name_must_be_in_the_catalogue(name: object) -> None:
    """Nobody could have subscribed to any other."""
    assert refusal_of(name, detail()).field == "eventName"


@pytest.mark.parametrize("content", [None, 1, "{}", [], True])
def test_a_detail_must_be_an_object(content: object) -> None:
    """Anything else holds no fields."""
    assert refusal_of(NAME, content).field == "detail"


def test_an_empty_event_info_and_empty_data_are_sound() -> None:
    """Null, an empty text and an empty object are delivered as such."""
    assert '"eventInfo":null' in parse_event(NAME, detail(eventInfo=None)).text
    assert '"eventInfo":""' in parse_event(NAME, detail(eventInfo="")).text
    assert parse_event(NAME, detail(data={})).text.endswith('"data":{}}')


@pytest.mark.parametrize(
    "data",
    [{"a": float("nan")}, {"a": [float("inf")]}, {"a": 10**4300}, {"a": "\ud800"}, {"\udfff": 1}, nested(100)],
    ids=["NaN", "Infinity", "4301 digits", "lone surrogate", "lone surrogate in a key", "too deep"],
)
def test_what_is_no_interoperable_json_is_refused(data: dict[str, Any]) -> None:
    """No receiver gets what its parser could choke on."""
    assert refusal_of(NAME, detail(data=data)).field == "detail"


@pytest.mark.parametrize("sign", ["x", "é", "€", "😀"])
def test_an_event_may_just_fit_into_a_post(sign: str) -> None:
    """The limit counts bytes of UTF-8, and one byte more is refused by name."""
    room = MAX_EVENT_BYTES - len(parse_event(NAME, detail(data={"text": ""})).text)
    signs, rest = divmod(room, len(sign.encode()))
    text = sign * signs + "x" * rest

    assert len(parse_event(NAME, detail(data={"text": text})).text.encode()) == MAX_EVENT_BYTES
    refusal = refusal_of(NAME, detail(data={"text": text + "x"}))
    assert refusal.field == "data"
    assert "256 KB" in refusal.reason


def test_a_sized_event_has_its_size() -> None:
    """The builder of these tests does what it says."""
    assert len(sized_event(1000).text.encode()) == 1000
