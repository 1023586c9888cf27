"""Answers to CloudFormation on their way: sent again where they did not arrive."""

from types import SimpleNamespace

import pytest

from recado.adapters.messaging import cloudformation_answers
from recado.adapters.messaging.cloudformation_answers import send_answer
from recado.ports.sending import OurFaultError
from tests.support.aws.cloudformation import AnswerPlace


def test_an_answer_is_put_as_the_address_is_signed() -> None:
    """Address and query byte for byte, and no type of content, which the signature holds."""
    with AnswerPlace() as place:
        send_answer(place.url, b"{}")

    assert (place.bodies, place.headers[0]["Content-Type"]) == ([b"{}"], "")
    assert place.paths == ["/answers?X-Amz-Signature=s1gn%2Fed"]


@pytest.fixture
def paused(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Give the pauses, which take no time."""
    pauses: list[float] = []
    monkeypatch.setattr(cloudformation_answers, "time", SimpleNamespace(sleep=pauses.append))
    return pauses


@pytest.mark.parametrize("statuses", [[500], [403, 503, 500]])
def test_an_answer_that_was_not_taken_is_sent_again(statuses: list[int], paused: list[float]) -> None:
    """A few times, after pauses in which a short trouble passes."""
    with AnswerPlace() as place:
        place.statuses += statuses
        send_answer(place.url, b"{}")

    assert len(place.bodies) == len(statuses) + 1
    assert paused == [1, 2, 4][: len(statuses)]


@pytest.mark.usefixtures("paused")
def test_one_that_never_arrives_is_a_fault_that_tells_no_address() -> None:
    """The address is signed: whoever has it can answer."""
    with AnswerPlace() as place:
        place.statuses += [500, 500, 500, 302]
        with pytest.raises(OurFaultError, match=r"^answering CloudFormation: status 302$"):
            send_answer(place.url, b"{}")
    with pytest.raises(OurFaultError, match=r"^answering CloudFormation: NewConnectionError$"):
        send_answer(place.url, b"{}")


@pytest.mark.parametrize(
    "url", ["http://answers.example/", "ftp://127.0.0.1/", "https://", "text", "http://[::1", "http://localhost.evil/"]
)
def test_an_address_that_is_not_https_is_refused(url: str) -> None:
    """Only on this machine nobody can read along."""
    with pytest.raises(OurFaultError, match="must be https"):
        send_answer(url, b"{}")
