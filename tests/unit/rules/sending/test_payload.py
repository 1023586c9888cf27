"""Which events travel together, and how."""

import hashlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recado.rules.event.event import MAX_EVENT_BYTES, Event
from recado.rules.sending.payload import Filling, first_batch, in_order, message_id
from recado.rules.shaping.formats import Shape, Writing
from recado.rules.webhook.delivery_settings import DeliverySettings
from tests.unit.builders import NOW, body_of, event, events, sized_event

USUAL = DeliverySettings()
LARGEST = 256 * 1024
FRAME = len('{"accountId":1010,"events":[]}')


def batches(published: list[Event], limits: DeliverySettings) -> list[list[Event]]:
    """Cut events into POSTs, one after the other."""
    cut: list[list[Event]] = []
    while published:
        cut.append(first_batch(published, Filling(limits, Writing(Shape()))))
        published = published[len(cut[-1]) :]
    return cut


def test_the_body_names_the_account_and_its_events() -> None:
    """Compact JSON in UTF-8, events exactly as published."""
    first, second = event("e1", data={"text": "ü"}), event("e2", accountId="1010", data={"n": 1.0})

    assert body_of([first, second]) == (f'{{"accountId":1010,"events":[{first.text},{second.text}]}}'.encode())
    assert json.loads(body_of([second]))["accountId"] == "1010"


def test_events_are_in_order_of_time_then_id() -> None:
    """However they came."""
    late, early, same_time = event("a", timestamp=NOW + 1), event("b"), event("c")

    assert in_order([late, same_time, early]) == [early, same_time, late]


def test_an_event_that_came_twice_is_there_once() -> None:
    """Same id and same time are the same event; the same id at another time is not."""
    again = event("e1", timestamp=NOW // 1000)

    assert len(in_order([event("e1"), again])) == 1
    assert len(in_order([event("e1"), event("e1", timestamp=NOW + 1), event("e2")])) == 3
    assert in_order([]) == []


@pytest.mark.parametrize(
    ("most", "count", "sizes"),
    [
        (100, 0, []),
        (100, 1, [1]),
        (100, 100, [100]),
        (100, 101, [100, 1]),
        (100, 250, [100, 100, 50]),
        (10, 25, [10, 10, 5]),
        (1, 3, [1, 1, 1]),
    ],
)
def test_a_post_holds_at_most_so_many_events(most: int, count: int, sizes: list[int]) -> None:
    """As the webhook takes; order is kept, nothing is lost."""
    published = events(count)

    cut = batches(published, DeliverySettings(max_events=most))

    assert [len(batch) for batch in cut] == sizes
    assert [one for batch in cut for one in batch] == published


@pytest.mark.parametrize("most", [1024, USUAL.max_bytes, LARGEST])
@pytest.mark.parametrize(("over", "sizes"), [(0, [3]), (1, [2, 1])])
def test_a_post_holds_at_most_so_many_bytes_of_body(most: int, over: int, sizes: list[int]) -> None:
    """A body of exactly what the webhook takes is sent, one byte more is cut."""
    third = most // 3
    published = [sized_event(third, "e1"), sized_event(third, "e2")]
    published.append(sized_event(most - FRAME - 2 * (third + 1) + over, "e3"))

    cut = batches(published, DeliverySettings(max_bytes=most))

    assert [len(batch) for batch in cut] == sizes
    assert len(body_of(published)) == most + over


def test_the_largest_event_fits_into_a_post() -> None:
    """Also with the longest account id."""
    largest = sized_event(MAX_EVENT_BYTES, accountId="a" * 64)

    assert batches([largest], DeliverySettings(max_bytes=LARGEST)) == [[largest]]
    assert len(body_of([largest])) <= LARGEST


def test_an_event_that_is_larger_travels_alone() -> None:
    """And holds up neither what comes before nor what comes after."""
    published = [sized_event(size, f"e{size}") for size in (300, 400, 5000, 301, 401)]

    cut = batches(published, DeliverySettings(max_bytes=1024))

    assert [[len(one.text) for one in batch] for batch in cut] == [[300, 400], [5000], [301, 401]]


def test_events_of_a_post_spell_the_account_alike() -> None:
    """The body names the account once, as the events of this POST came with it."""
    published = [event("e1"), event("e2"), event("e3", accountId="1010"), event("e4")]

    assert [[one.event_id for one in batch] for batch in batches(published, USUAL)] == [["e1", "e2"], ["e3"], ["e4"]]


def test_a_post_that_is_full_says_so_before_another_event_is_read() -> None:
    """By number, or where not even the shortest event has room."""
    by_number = Filling(DeliverySettings(max_events=2), Writing(Shape()))
    fullness = [by_number.takes(one) and by_number.is_full for one in events(3)]
    by_size = Filling(DeliverySettings(max_bytes=1024), Writing(Shape()))

    assert fullness == [False, True, False]
    assert by_size.takes(sized_event(1024 - FRAME))
    assert (by_size.is_full, by_size.size, by_size.events) == (True, 1024, 1)


def test_a_single_event_lends_the_message_its_id() -> None:
    """Receivers can look it up."""
    assert message_id([event("d5fb7071-10a9")]) == "d5fb7071-10a9"


def test_the_id_of_several_events_is_that_of_their_set() -> None:
    """The same events have the same id in any order, on any day, in any process."""
    published = events(3)
    expected = hashlib.sha256(b"001727438400000#e0\n001727438400001#e1\n001727438400002#e2").hexdigest()[:32]

    assert message_id(published) == message_id(published[::-1]) == f"batch_{expected}"


def test_other_events_have_another_id() -> None:
    """One event more, one less or another time, and it is another message."""
    three = events(3)
    others = [events(4), events(2), [*three[:2], event("e2", timestamp=NOW + 9)], three[:1]]

    assert len({message_id(each) for each in [three, *others]}) == 5
    assert all("." not in message_id(each) for each in others)


EVENTS = st.lists(
    st.builds(
        lambda size, account, number: sized_event(size, f"e{number}", accountId=account),
        st.one_of(st.integers(200, 6_000), st.integers(MAX_EVENT_BYTES - 600, MAX_EVENT_BYTES)),
        st.sampled_from([1010, "1010"]),
        st.integers(0, 999),
    ),
    min_size=1,
    max_size=150,
)


LIMITS = st.builds(DeliverySettings, max_events=st.integers(1, 100), max_bytes=st.integers(1024, LARGEST))


@settings(deadline=None, max_examples=60)
@given(EVENTS, LIMITS)
def test_no_post_breaks_a_limit_and_none_is_wasted(published: list[Event], limits: DeliverySettings) -> None:
    """Whatever is cut: bodies fit, order holds, and a batch ends only where the next event does not fit."""
    cut = batches(published, limits)

    assert [one for batch in cut for one in batch] == published
    for batch, following in zip(cut, [*cut[1:], None], strict=True):
        assert 1 <= len(batch) <= limits.max_events
        assert len(batch) == 1 or len(body_of(batch)) <= limits.max_bytes
        assert {one.account_text for one in batch} == {batch[0].account_text}
        if following is not None:
            longer = [*batch, following[0]]
            assert (
                len(longer) > limits.max_events
                or len(body_of(longer)) > limits.max_bytes
                or following[0].account_text != batch[0].account_text
            )
