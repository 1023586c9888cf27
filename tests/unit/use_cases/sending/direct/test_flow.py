"""The accounts of a drain on their way: nobody waits for another, and memory is bounded."""

import pytest

from recado.ports.sending import QueueMessage
from recado.rules.event.event import Event
from recado.use_cases.sending.direct import flow as module
from recado.use_cases.sending.direct.dispatch import Dispatched
from recado.use_cases.sending.direct.flow import Answer, Flow, Pairs
from tests.unit.builders import event
from tests.unit.use_cases.fakes.journal import Held


@pytest.fixture(autouse=True)
def _small_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WINDOW_MESSAGES", 3)


class Watched:
    """A flow, what it has sent, and what it has concluded."""

    def __init__(self) -> None:
        self.held = Held()
        self.sent: list[list[str]] = []
        self.concluded: list[list[str]] = []
        self.flow = Flow(self._dispatch, self._conclude, self.held)

    def add(self, **accounts: str) -> list[str]:
        """Add a window: a letter a message, by account; answers what there is no room for."""
        pairs = {account: [_pair(name) for name in names] for account, names in accounts.items()}
        return [message.message_id for message in self.flow.add(pairs)]

    def _dispatch(self, pairs: Pairs) -> Answer:
        self.sent.append(_names(pairs))
        return Dispatched()

    def _conclude(self, pairs: Pairs, answer: Answer) -> None:
        assert answer == Dispatched()
        self.concluded.append(_names(pairs))


def _pair(name: str) -> tuple[QueueMessage, Event]:
    return QueueMessage(name, name, "x"), event(name)


def _names(pairs: Pairs) -> list[str]:
    return [message.message_id for message, _ in pairs]


def test_an_account_that_is_sent_to_for_long_holds_nobody() -> None:
    """The next windows of the others are sent meanwhile, and concluded."""
    watched = Watched()
    watched.add(slow="a", quick="b")
    watched.held.do(1)
    watched.add(slow="c", quick="d")
    watched.held.do(1)

    watched.add(quick="e")

    assert watched.sent == [["b"], ["d"]]
    assert watched.concluded == [["b"], ["d"]]


def test_an_account_is_sent_to_by_one_at_a_time() -> None:
    """What comes meanwhile follows in one piece, when what is under way has ended."""
    watched = Watched()
    watched.add(one="a")
    watched.add(one="b")
    watched.add(one="c")
    watched.held.do()
    assert watched.sent == [["a"]]

    watched.add()
    watched.held.do()
    watched.flow.finish()

    assert watched.sent == watched.concluded == [["a"], ["b", "c"]]


def test_what_has_no_room_behind_others_of_its_account_is_given_back() -> None:
    """A window each; another account has room all the same."""
    watched = Watched()
    watched.add(slow="abc")
    assert watched.add(slow="de") == []

    assert watched.add(slow="fgh", quick="i") == ["g", "h"]

    watched.held.do(1)
    assert watched.sent == [["i"]]


def test_an_account_alone_has_room_for_all_that_comes() -> None:
    """It keeps nobody waiting but itself: to give it back would only count as having been received."""
    watched = Watched()
    watched.add(slow="abc")

    assert watched.add(slow="defgh") == []

    assert watched.add(slow="ij", other="k") == ["i", "j"]


def test_large_messages_take_room_by_their_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not by their number alone."""
    monkeypatch.setattr(module, "WINDOW_BYTES", 2)
    watched = Watched()
    watched.add(slow="a", other="x")

    assert watched.add(slow="bcd") == ["d"]


def test_no_window_is_received_while_four_are_on_their_way() -> None:
    """Whoever takes how long: the next one waits until somebody has been sent to."""
    watched = Watched()
    for number, names in enumerate(("abc", "def", "ghi", "jkl")):
        watched.flow.make_room()
        watched.add(**{f"account{number}": names})
    watched.held.do(2)

    watched.flow.make_room()

    assert watched.concluded == [["g", "h", "i"]]


def test_nothing_is_left_when_a_drain_ends() -> None:
    """Also what was behind others."""
    watched = Watched()
    watched.add(one="a", other="b")
    watched.add(one="c")
    watched.held.do()
    watched.held.do()
    watched.add()
    watched.held.do()

    watched.flow.finish()

    assert sorted(watched.concluded) == [["a"], ["b"], ["c"]]
