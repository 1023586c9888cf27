"""What a receiver's answer says about the events of a POST."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from recado.rules.event.event import Event
from recado.rules.sending.answers.partial_response import MOST_CHARACTERS, Refused, judged
from recado.rules.sending.attempt import AttemptResult, Failure, FailureClass, Response
from recado.rules.sending.outgoing import outgoing_request
from recado.rules.webhook.authentication.authentication import AuthenticationType
from recado.rules.webhook.authentication.credentials import Credentials
from recado.rules.webhook.delivery_settings import DeliverySettings
from tests.unit.builders import NOW, delivered, event, events, failed, nested_text, webhook

PASSWORD = "correct horse battery staple"
PARTIAL = webhook(
    authentication=AuthenticationType.BASIC, username="recado", delivery=DeliverySettings(partial_responses=True)
)
THREE = [event("e1"), event("e2"), event("e3")]
KEYS = {one.event_id: one.key for one in THREE}
TAKEN: dict[str, str | None] = {}
HIDDEN = "[hidden] The answer holds the password, so none of it is shown."

NO_IDS: Sequence[object] = [
    *(None, 7, [], {}, ""),
    *({"itemIdentifier": 1}, {"itemIdentifier": None}, {"itemIdentifier": ["e1"]}, {"itemidentifier": "e1"}),
]
NO_ID = "has an entry of batchItemFailures without itemIdentifier, an event's id as text"


def judge(
    body: bytes, carried: Sequence[Event] = THREE, *, truncated: bool = False, result: AttemptResult | None = None
) -> tuple[AttemptResult, Refused]:
    """What comes of a POST that was answered so."""
    request = outgoing_request(PARTIAL, Credentials(password=PASSWORD), carried, NOW)
    answered = replace(result or delivered(), response=Response((), body, truncated))
    return judged(request, answered, carried)


def refused(body: bytes, carried: Sequence[Event] = THREE) -> Refused:
    """The events that were not taken of a POST that was delivered."""
    result, keys = judge(body, carried)
    assert result.delivered
    return keys


def failure(body: bytes, **others: Any) -> Failure:
    """Why the whole POST failed; then no event is named."""
    result, keys = judge(body, **others)
    assert (result.failure is not None, keys) == (True, {})
    assert result.failure is not None
    return result.failure


def naming(*items: object) -> bytes:
    """The answer that names events, by their ids or by whole entries."""
    entries = [{"itemIdentifier": item} if isinstance(item, str) else item for item in items]
    return json.dumps({"batchItemFailures": entries}).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" \r\n",
        b"\xef\xbb\xbf",
        b"null",
        b"{}",
        b'{"batchItemFailures": null}',
        b'{"batchItemFailures": []}',
        b'\xef\xbb\xbf{"batchItemFailures": [], "took": 3}',
        b'{"batchItemFailures": [{"itemIdentifier": "e1"}], "batchItemFailures": []}',
    ],
)
def test_all_were_taken(body: bytes) -> None:
    """Where nothing is said, or that nothing failed; of a name that comes twice the last counts, as for all readers."""
    assert refused(body) == TAKEN


@pytest.mark.parametrize(
    ("items", "named"),
    [
        (["e1"], {"e1": None}),
        (["e3", "e1"], {"e1": None, "e3": None}),
        (["e2", "e2"], {"e2": None}),
        ([{"itemIdentifier": "e2", "message": "no such course"}], {"e2": "no such course"}),
        ([{"itemIdentifier": "e2", "message": None}], {"e2": None}),
        ([{"itemIdentifier": "e2", "message": " \n\x00 "}], {"e2": None}),
        ([{"itemIdentifier": "e2", "message": "two\r\nlines\x1b[31m\u202e\x00"}], {"e2": "two  lines[31m"}),
        ([{"itemIdentifier": "e2", "message": "é 👋", "code": 7, "more": {"a": []}}], {"e2": "é 👋"}),
        ([{"itemIdentifier": "e2", "message": "first"}, "e2"], {"e2": "first"}),
        (["e2", {"itemIdentifier": "e2", "message": "later"}], {"e2": "later"}),
        ([{"itemIdentifier": "e2", "message": "x" * 500}], {"e2": "x" * 500}),
        ([{"itemIdentifier": "e2", "message": "x" * 501}], {"e2": "x" * 499 + "…"}),
    ],
)
def test_events_are_named(items: list[object], named: dict[str, str | None]) -> None:
    """Each with the receiver's word, of 500 characters at most, in one line; all others were taken."""
    assert MOST_CHARACTERS == 500
    assert refused(naming(*items)) == {KEYS[event_id]: word for event_id, word in named.items()}


def test_an_id_that_two_events_share_names_both() -> None:
    """The receiver cannot have meant one of them."""
    twins = [event("e1"), event("e1", timestamp=1727414644000), event("e2")]

    assert refused(naming({"itemIdentifier": "e1", "message": "why"}), twins) == {
        twins[0].key: "why",
        twins[1].key: "why",
    }
    assert failure(naming("e1"), carried=twins[:2]).failure_class is FailureClass.SERVER_ERROR


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"OK", "is not JSON that can be read: Expecting value: line 1 column 1 (char 0)"),
        (b'{"batchItemFailures": [', "is not JSON that can be read: Expecting value: line 1 column 24 (char 23)"),
        (b'{"a": NaN}', "is not JSON that can be read: NaN is not JSON: numbers are finite"),
        (b"1" * 5000, "is not JSON that can be read: a number has more than 4300 digits"),
        (b"[" * 90_000, "is not JSON that can be read: nested deeper than 100 levels"),
        (nested_text(101).encode(), "is not JSON that can be read: nested deeper than 100 levels"),
        (b'["\\ud800"]', "is not JSON that can be read: a text holds a lone surrogate, which UTF-8 cannot carry"),
        (b"\xff\xfe{\x00}\x00", "is not UTF-8"),
        (b'"e1"', "is JSON, but no object with batchItemFailures"),
        (b"0", "is JSON, but no object with batchItemFailures"),
        (b"false", "is JSON, but no object with batchItemFailures"),
        (b"[]", "is JSON, but no object with batchItemFailures"),
        (b'{"ok": true}', "is JSON, but no object with batchItemFailures"),
        (b'{"batchitemfailures": []}', "is JSON, but no object with batchItemFailures"),
        (b'{"batchItemFailures": {}}', "has batchItemFailures, but as no list"),
        (b'{"batchItemFailures": "e1"}', "has batchItemFailures, but as no list"),
        (b'{"batchItemFailures": false}', "has batchItemFailures, but as no list"),
        *((naming("e1", item), NO_ID) for item in NO_IDS),
        (
            naming({"itemIdentifier": "e1", "message": 7}),
            "has an entry of batchItemFailures whose message is no text",
        ),
        (naming("e1", "e9"), 'names "e9", which is no event of this POST'),
        (naming("E1"), 'names "E1", which is no event of this POST'),
        (naming(" e1"), 'names "e1", which is no event of this POST'),
        (naming("\x00\n"), 'names "", which is no event of this POST'),
        (naming("x" * 129), f'names "{"x" * 127}…", which is no event of this POST'),
    ],
)
def test_what_is_not_understood_fails_the_whole_post(body: bytes, detail: str) -> None:
    """Nothing that may have been refused is taken for delivered; one sentence says what was wrong."""
    assert failure(body) == Failure(FailureClass.PROTOCOL, f"The answer {detail}.", 202)


def test_an_answer_that_is_cut_fails_the_whole_post() -> None:
    """Whatever it says until then, be it nothing."""
    for body in (b"", naming("e1")):
        assert failure(body, truncated=True) == Failure(
            FailureClass.PROTOCOL, "The answer did not come whole, in time and within 96 KB.", 202
        )


@pytest.mark.parametrize("count", [1, 3])
def test_naming_every_event_is_a_failed_post(count: int) -> None:
    """As a 500 is: a receiver that takes nothing is ill, and no event is to blame."""
    carried = events(count)

    assert failure(naming(*(one.event_id for one in carried)), carried=carried) == Failure(
        FailureClass.SERVER_ERROR, "The receiver answered that it took none of the events.", 202
    )


@pytest.mark.parametrize("repeated", [PASSWORD, "correct horse\x00 battery\x1b staple"])
def test_what_proves_who_sends_is_hidden(repeated: str) -> None:
    """In the receiver's words, and where it is sent back as an id, also with signs between that are not shown."""
    cut = "x" * (MOST_CHARACTERS - 10) + repeated

    assert refused(naming({"itemIdentifier": "e1", "message": f"not {repeated}"})) == {KEYS["e1"]: HIDDEN}
    assert "correct" not in str(refused(naming({"itemIdentifier": "e1", "message": cut})))
    assert failure(naming(repeated)).detail == f'The answer names "{HIDDEN}", which is no event of this POST.'
    two = naming({"itemIdentifier": "e2", "message": repeated}, {"itemIdentifier": "e3", "message": "no such course"})
    assert refused(two) == {KEYS["e2"]: HIDDEN, KEYS["e3"]: HIDDEN}


def test_only_an_answer_that_decides_is_judged() -> None:
    """Not that of a webhook without partial responses, nor that of a POST that failed, nor where there is none."""
    usual = outgoing_request(webhook(), Credentials(), THREE, NOW)
    partial = outgoing_request(PARTIAL, Credentials(password=PASSWORD), THREE, NOW)
    taken = replace(delivered(), response=Response((), naming("e1"), truncated=False))
    broken = replace(failed(), response=Response((), naming("e1"), truncated=False))

    assert judged(usual, taken, THREE) == (taken, {})
    assert judged(partial, broken, THREE) == (broken, {})
    assert judged(partial, delivered(), THREE) == (delivered(), {})


_ITEMS = st.one_of(
    st.sampled_from(["e1", "e2", "e3"]).map(lambda event_id: {"itemIdentifier": event_id}),
    st.fixed_dictionaries({"itemIdentifier": st.sampled_from(["e1", "e2", "e9", ""]), "message": st.text()}),
    st.none() | st.integers() | st.text() | st.dictionaries(st.text(), st.text(), max_size=2),
)
_LISTS = st.lists(_ITEMS, max_size=4) | _ITEMS
_ANSWERS = st.one_of(
    st.binary(),
    st.text().map(lambda text: text.encode(errors="surrogatepass")),
    _LISTS.map(lambda items: json.dumps({"batchItemFailures": items}).encode()),
    st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists).map(
        lambda any_: json.dumps(any_).encode()
    ),
)


@given(_ANSWERS)
@example(b"[" * 100_000)
@example(b'{"a":' * 20_000)
@example(b"1e999")
@example(b"-" + b"9" * 90_000)
@example(b'{"batchItemFailures":[' + b'{"itemIdentifier":"e1"},' * 4_000 + b'{"itemIdentifier":"e2"}]}')
def test_any_bytes_have_an_outcome(body: bytes) -> None:
    """All taken, some named, or the POST failed: nothing that a receiver answers is an exception, or a mixture."""
    result, keys = judge(body)

    if result.failure is not None:
        assert keys == {}
        assert result.failure.failure_class in {FailureClass.PROTOCOL, FailureClass.SERVER_ERROR}
        assert result.failure.detail.isprintable()
        assert len(result.failure.detail) < 300
    else:
        assert keys.keys() < set(KEYS.values())
        assert all(word is None or (word.isprintable() and 0 < len(word) <= MOST_CHARACTERS) for word in keys.values())
