"""Cutting: how large the next POST is, after what was refused and what was delivered."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.rules.sending.attempt import AttemptResult, Failure, FailureClass
from recado.rules.sending.cutting import KEPT_MS, UNCUT, Cut, Size, answers_at_once, may_be_to_blame
from recado.rules.webhook.delivery_settings import DeliverySettings
from tests.unit.builders import NOW, failed

USUAL = DeliverySettings()
TOO_LARGE = failed(413)


def refused(failure_class: FailureClass, status: int | None = None, retry_after: int | None = None) -> AttemptResult:
    """Build the result of an attempt that failed so."""
    return AttemptResult(NOW, 20, status, Failure(failure_class, "It failed.", status), retry_after)


def cut_at(
    events: int, size: int = 1_000, result: AttemptResult | None = None, last: str = "k5", at: Cut = UNCUT
) -> Cut:
    """Cut after a POST of so many events."""
    return at.after_failure(result or failed(), events, size, last)


def grown(cut: Cut, last: str = "k9") -> Cut:
    """Grow after a POST that the number of events cut short."""
    return cut.after_success(last, USUAL, by_events=True, by_bytes=False)


@pytest.mark.parametrize(("sent", "most"), [(100, 10), (98, 9), (19, 1), (10, 1), (9, 1), (2, 1)], ids=str)
def test_what_was_refused_is_sent_again_in_tenths(sent: int, most: int) -> None:
    """A tenth, and never less than one event."""
    assert cut_at(sent).events == Size(most, sent)
    assert cut_at(sent).limits(USUAL).max_events == most


def test_a_413_cuts_the_bytes_and_not_the_number() -> None:
    """Many small events may travel together still."""
    cut = cut_at(50, 90_000, TOO_LARGE)

    assert (cut.bytes, cut.events) == (Size(9_000, 90_000), Size())
    limits = cut.limits(USUAL)
    assert (limits.max_bytes, limits.max_events) == (9_000, 100)


def test_nothing_is_larger_until_what_was_refused_is_through() -> None:
    """The last event of the POST that failed must have been delivered first."""
    cut = cut_at(100, last="k5")

    assert grown(cut, "k4") == cut
    assert grown(cut, "k5").events.most == 55
    assert grown(cut, "k5").until is None


def test_only_a_post_that_a_limit_cut_short_lets_the_size_grow() -> None:
    """A small backlog says nothing about how much the receiver takes."""
    cut = cut_at(100)

    after = cut.after_success("k9", USUAL, by_events=False, by_bytes=False)

    assert after.events == cut.events
    by_bytes = cut_at(50, 90_000, TOO_LARGE).after_success("k9", USUAL, by_events=False, by_bytes=True)
    assert by_bytes.bytes == Size(49_500, 90_000)


@pytest.mark.parametrize(
    ("size", "sizes"),
    [
        (Size(1, None), [10, None, None]),
        (Size(1, 98), [10, 54, 76, 87, 92, 92]),
        (Size(1, 2), [1]),
        (Size(1, 3), [2, 2]),
        (Size(7, 8), [7]),
        (Size(9, 98), [53, 75, 86, 92, 92]),
        (Size(50, 55), [50]),
        (Size(50, 56), [53, 53]),
    ],
    ids=str,
)
def test_the_size_grows_tenfold_at_most_half_way_to_the_least_that_failed(size: Size, sizes: list[int | None]) -> None:
    """Within a tenth of it, it stays; without one, it reaches the webhook's own limit, and nothing is cut any more."""
    had = []
    for _ in sizes:
        size = size.grown(100)
        had.append(size.most)

    assert had == sizes


def test_an_event_that_fails_alone_fails_at_any_size() -> None:
    """What had failed with it says nothing about the others; the size is what it was, and may grow at once."""
    cut = cut_at(1, at=Cut(Size(1, 9), Size(9_000, 90_000), until="k5", at=NOW))

    assert cut == Cut(Size(1), Size(9_000), until=None, at=NOW)
    assert grown(cut, "k0").events == Size(10)


def test_a_size_is_forgotten_after_a_day() -> None:
    """The receiver may have been mended: a whole POST is tried again."""
    cut = cut_at(100)

    assert cut.known_at(NOW + KEPT_MS - 1).limits(USUAL).max_events == 10
    assert cut.known_at(NOW + KEPT_MS).limits(USUAL) == USUAL


def test_what_was_forgotten_does_not_come_back_with_the_next_failure() -> None:
    """Bytes that were cut the day before do not limit a POST whose number of events is cut today."""
    yesterday = Cut(bytes=Size(9_000, 90_000), at=NOW - KEPT_MS)

    assert cut_at(100, at=yesterday) == Cut(Size(10, 100), until="k5", at=NOW)
    assert cut_at(1, at=yesterday) == UNCUT


def test_a_setting_that_was_made_smaller_meanwhile_counts() -> None:
    """The admin's own limit is never passed."""
    cut = Cut(Size(50, 90), Size(50_000, 90_000), at=NOW)

    limits = cut.limits(replace(USUAL, max_events=5, max_bytes=2_000))

    assert (limits.max_events, limits.max_bytes) == (5, 2_000)


@pytest.mark.parametrize(
    ("result", "blamed"),
    [
        (refused(FailureClass.TIMEOUT), True),
        (refused(FailureClass.PROTOCOL), True),
        (refused(FailureClass.CLOSED), True),
        *((failed(status), True) for status in (500, 502, 503, 504)),
        *((refused(FailureClass.CLIENT_ERROR, status), True) for status in (400, 403, 408, 409, 413, 415, 422)),
        *((refused(FailureClass.CLIENT_ERROR, status), False) for status in (401, 404, 407, 410, 429)),
        (refused(FailureClass.DNS), False),
        (refused(FailureClass.CONNECT), False),
        (refused(FailureClass.TLS), False),
        (refused(FailureClass.REDIRECT, 302), False),
        (refused(FailureClass.BLOCKED_TARGET), False),
        (AttemptResult(NOW, 20, 202), False),
    ],
    ids=lambda value: (
        value if isinstance(value, bool) else f"{value.failure and value.failure.failure_class}{value.status_code}"
    ),
)
def test_size_and_content_are_to_blame_only_where_the_receiver_has_read_them(
    result: AttemptResult, blamed: bool
) -> None:
    """Nobody reached, let in or found: there a smaller POST fails as well."""
    assert may_be_to_blame(result, 1) is blamed


@pytest.mark.parametrize(("in_a_row", "blamed"), [(1, False), (2, False), (3, True), (9, True)])
def test_a_receiver_that_says_when_to_come_back_is_believed_twice(in_a_row: int, blamed: bool) -> None:
    """From the third failure of the same head on it is cut all the same."""
    assert may_be_to_blame(failed(503, retry_after=10), in_a_row) is blamed


@pytest.mark.parametrize(
    ("result", "at_once"),
    [
        (refused(FailureClass.CLIENT_ERROR, 400), True),
        (refused(FailureClass.CLIENT_ERROR, 413), True),
        (refused(FailureClass.CLIENT_ERROR, 408), False),
        (failed(500), False),
        (refused(FailureClass.TIMEOUT), False),
        (AttemptResult(NOW, 20, 202), False),
    ],
    ids=["400", "413", "408", "500", "timeout", "delivered"],
)
def test_a_receiver_that_is_well_is_not_waited_for(result: AttemptResult, at_once: bool) -> None:
    """A 4xx other than 408 says that it has looked at what it refuses."""
    assert answers_at_once(result) is at_once


steps = st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(0, 99)), max_size=40)


@given(st.integers(1, 100), steps)
def test_a_size_is_never_below_one_nor_above_the_setting(setting: int, answers: list[tuple[bool, bool, int]]) -> None:
    """Whatever the receiver answers; and what has failed only shrinks until it is forgotten."""
    settings = replace(USUAL, max_events=setting)
    cut = UNCUT
    for takes, is_too_large, key in answers:
        events = cut.limits(settings).max_events
        least = cut.events.failed
        if takes:
            cut = cut.after_success(f"k{key:02}", settings, by_events=True, by_bytes=True)
            assert cut.events.failed == least
        else:
            cut = cut_at(events, 1_000 * events, TOO_LARGE if is_too_large else None, f"k{key:02}", at=cut)
            assert cut.events.failed is None or least is None or cut.events.failed <= least
        limits = cut.limits(settings)
        assert 1 <= limits.max_events <= setting
        assert 1 <= limits.max_bytes <= settings.max_bytes


@given(st.integers(1, 100))
def test_a_receiver_that_takes_nothing_is_sent_one_event_after_two_cuts(events: int) -> None:
    """A hundred, ten, one."""
    cut, steps_taken = UNCUT, 0
    size = events
    while size > 1:
        cut, steps_taken = cut_at(size, at=cut), steps_taken + 1
        size = cut.limits(USUAL).max_events

    assert steps_taken <= 2


@given(st.integers(1, 100), st.integers(2, 200))
def test_what_is_found_is_within_a_tenth_of_what_the_receiver_takes(takes: int, backlog: int) -> None:
    """However few it takes, few POSTs fail until that is known."""
    cut, sent, failures = UNCUT, 0, 0
    while sent < 20 * backlog:
        events = cut.limits(USUAL).max_events
        if events <= takes:
            sent += events
            cut = grown(cut, f"{sent:06}")
        else:
            failures += 1
            cut = cut_at(events, last=f"{sent + events:06}", at=cut)

    assert failures <= 8
