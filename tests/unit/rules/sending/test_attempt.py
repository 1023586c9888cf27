"""What a status line decides."""

import pytest

from recado.rules.sending.attempt import (
    HINTS,
    HINTS_BY_STATUS,
    AttemptResult,
    Failure,
    FailureClass,
    failure_of_status,
    honours_retry_after,
)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 226, 299])
def test_any_2xx_is_a_success(status: int) -> None:
    """Nothing failed."""
    assert failure_of_status(status) is None


@pytest.mark.parametrize(
    ("status", "failure_class"),
    [
        (101, FailureClass.PROTOCOL),
        (103, FailureClass.PROTOCOL),
        (199, FailureClass.PROTOCOL),
        (300, FailureClass.REDIRECT),
        (301, FailureClass.REDIRECT),
        (304, FailureClass.REDIRECT),
        (307, FailureClass.REDIRECT),
        (308, FailureClass.REDIRECT),
        (399, FailureClass.REDIRECT),
        (400, FailureClass.CLIENT_ERROR),
        (404, FailureClass.CLIENT_ERROR),
        (410, FailureClass.CLIENT_ERROR),
        (429, FailureClass.CLIENT_ERROR),
        (499, FailureClass.CLIENT_ERROR),
        (500, FailureClass.SERVER_ERROR),
        (503, FailureClass.SERVER_ERROR),
        (599, FailureClass.SERVER_ERROR),
        (600, FailureClass.PROTOCOL),
        (999, FailureClass.PROTOCOL),
    ],
)
def test_every_other_status_is_a_failure_with_a_class(status: int, failure_class: FailureClass) -> None:
    """The class follows the hundred; what HTTP does not know is a protocol failure."""
    failure = failure_of_status(status)

    assert failure == Failure(failure_class, f"The receiver answered with status {status}.", status)


@pytest.mark.parametrize("failure_class", list(FailureClass))
def test_every_class_has_a_hint(failure_class: FailureClass) -> None:
    """Each failure says in one sentence what to do about it."""
    hint = Failure(failure_class, "").hint

    assert hint == HINTS[failure_class].format(time="the webhook's timeout")
    assert hint.endswith(".")


@pytest.mark.parametrize(
    ("statuses", "says"),
    [
        ((400, 415, 422), "could not use the body"),
        ((401, 403, 407), "Check the authentication, the signing secret, and any firewall"),
        ((404, 405), "Check the path of the target URL"),
        ((408, 429), "`maxPostsPerMinute`"),
        ((410,), "wants no more"),
        ((413,), "the webhook's `maxBytes`"),
        ((402, 406, 418, 451), HINTS[FailureClass.CLIENT_ERROR]),
        ((500, 503), HINTS[FailureClass.SERVER_ERROR]),
    ],
)
def test_a_hint_goes_by_the_status(statuses: tuple[int, ...], says: str) -> None:
    """What is to be done about a body that is too large is not what is to be done about a wrong password."""
    failures = [failure_of_status(status) for status in statuses]

    assert [failure is not None and says in failure.hint for failure in failures] == [True] * len(statuses)
    assert all(hint.endswith(".") for hint in HINTS_BY_STATUS.values())


def test_an_event_that_was_named_is_asked_about() -> None:
    """The POST was taken, so neither path nor authentication is to blame."""
    hints = {Failure(FailureClass.CLIENT_ERROR, "", status).hint for status in (200, 202, 204)}

    assert hints == {"Ask the receiver why, or look into its log; it is tried again alone."}


def test_a_status_matters_to_the_hint_only_where_it_is_why_it_failed() -> None:
    """An answer that is broken is no refusal."""
    assert Failure(FailureClass.PROTOCOL, "", 413).hint == HINTS[FailureClass.PROTOCOL]


@pytest.mark.parametrize(("seconds", "time"), [(1, "1 second"), (8, "8 seconds")])
def test_the_hint_of_a_timeout_tells_the_time_that_there_was(seconds: int, time: str) -> None:
    """That of the webhook, as it was at this attempt."""
    failure = Failure(FailureClass.TIMEOUT, "", timeout_seconds=seconds)

    assert failure.hint == f"Answer 202 within {time} and do the work afterwards."


def test_the_classes_are_the_documented_ones() -> None:
    """No failure has a class that nobody has explained."""
    assert [member.value for member in FailureClass] == [
        "BLOCKED_TARGET",
        "DNS",
        "CONNECT",
        "TLS",
        "TIMEOUT",
        "CLOSED",
        "REDIRECT",
        "CLIENT_ERROR",
        "SERVER_ERROR",
        "PROTOCOL",
        "OAUTH2",
    ]


@pytest.mark.parametrize(
    ("status", "honoured"),
    [(429, True), (500, True), (503, True), (599, True), (200, False), (413, False), (600, False)],
)
def test_retry_after_counts_with_429_and_any_5xx(status: int, honoured: bool) -> None:
    """With any other status it is ignored."""
    assert honours_retry_after(status) is honoured


def test_an_attempt_without_failure_is_delivered() -> None:
    """The absence of a failure is the acknowledgement."""
    assert AttemptResult(0, 1, 202).delivered
    assert not AttemptResult(0, 1, failure=Failure(FailureClass.DNS, "")).delivered


@pytest.mark.parametrize(("status", "gone"), [(410, True), (404, False), (None, False)])
def test_only_410_means_gone(status: int | None, gone: bool) -> None:
    """The receiver wants no more only where it says so."""
    assert AttemptResult(0, 1, status).gone is gone
