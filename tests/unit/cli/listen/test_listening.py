"""The loop of `listen`, turn by turn: what it says, when it goes on, and when it ends."""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from recado_cli import signing
from recado_cli.exits import Exit, Stop
from recado_cli.listen.following import Arrival, Follower, Page
from recado_cli.listen.listening import Clock, Listening
from recado_cli.listen.log import StrangeAnswerError
from recado_cli.listen.receiver import Answer
from recado_cli.listen.requests import LocalRequest
from recado_cli.listen.telling import Telling
from recado_cli.output import Output
from recado_client import Problem

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@dataclass
class _World:
    """A server and a clock; `fails` is raised by whatever is asked next."""

    seconds: float = 0.0
    written: list[Arrival] = field(default_factory=list)
    fails: list[Exception] = field(default_factory=list)
    details_fail: list[Exception] = field(default_factory=list)
    posted: list[str] = field(default_factory=list)
    answer: Answer = field(default_factory=lambda: Answer(status=200, latency_ms=3))

    def page(self, *, arrived_from: datetime, events_from: datetime | None, cursor: str | None) -> Page:
        del events_from, cursor
        if self.fails:
            raise self.fails.pop(0)
        return Page([one for one in self.written if one.arrived_at >= arrived_from], None, self.now())

    def detail(self, arrival: Arrival) -> Mapping[str, Any]:
        if self.details_fail:
            raise self.details_fail.pop(0)
        return {"eventId": arrival.event_id, "request": {"headers": {"webhook-id": arrival.event_id}, "body": "{}"}}

    def post(self, request: LocalRequest) -> Answer:
        self.posted.append(request.headers["webhook-id"])
        return self.answer

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.seconds)

    def arrives(self, *names: str) -> None:
        self.written += [Arrival("wh_1", one, one, "a.b", self.now(), self.now()) for one in names]


@dataclass
class _Run:
    """A listening and all it has said, as its JSON lines."""

    world: _World
    listening: Listening
    said: io.StringIO

    def turn(self, after: float = 2.0) -> float:
        self.world.seconds += after
        return self.listening.turn()

    def lines(self, kind: str = "") -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in self.said.getvalue().splitlines()]
        return [line for line in lines if not kind or line["type"] == kind]


@pytest.fixture
def run() -> _Run:
    """A listener that has begun at noon."""
    world, said = _World(), io.StringIO()
    listening = Listening(
        Follower(world, NOON),
        world,
        world.post,
        signing.key_of(signing.new_secret()),
        Telling(Output(as_json=True, stdout=said)),
        every_seconds=2.0,
        clock=Clock(lambda: NOON.timestamp() + world.seconds, lambda _seconds: None),
    )
    return _Run(world, listening, said)


def test_what_arrives_is_sent_and_its_answer_told(run: _Run) -> None:
    """One line for each, in order."""
    run.world.arrives("a", "b")
    assert run.turn() == 2.0
    assert run.world.posted == ["a", "b"]
    assert [(line["eventId"], line["statusCode"]) for line in run.lines("delivery")] == [("a", 200), ("b", 200)]


def test_where_nothing_listens_it_goes_on(run: _Run) -> None:
    """The refusal is told, and the next is tried."""
    run.world.answer = Answer(failure="nothing listens on localhost:3000 (::1 and 127.0.0.1)")
    run.world.arrives("a", "b")
    run.turn()
    assert [line["failure"] for line in run.lines("delivery")] == [run.world.answer.failure] * 2


def test_a_heartbeat_tells_the_cursors_age_when_nothing_comes(run: _Run) -> None:
    """Every half minute, and not where something has come meanwhile."""
    for _ in range(31):
        run.turn()
    beats = run.lines("heartbeat")
    assert [(beat["readUpTo"], beat["ageSeconds"]) for beat in beats] == [
        ("2026-11-24T12:00:30Z", 0),
        ("2026-11-24T12:01:00Z", 0),
    ]


@pytest.mark.parametrize(
    "error",
    [
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("slow"),
        StrangeAnswerError("status 302"),
        Problem(429, "Too Many Requests"),
        Problem(503, "Service Unavailable"),
        Stop("no token: the provider does not answer", Exit.UNREACHABLE),
    ],
)
def test_trouble_that_passes_is_said_once_and_then_that_it_has_passed(run: _Run, error: Exception) -> None:
    """What came meanwhile is sent, once, when the API answers again."""
    run.turn()
    run.world.fails = [error] * 3
    run.world.arrives("a")
    assert [run.turn() for _ in range(4)] == [1.0, 2.0, 4.0, 2.0]
    assert (len(run.lines("unreachable")), len(run.lines("reachable"))) == (1, 1)
    assert run.world.posted == ["a"]


def test_waits_between_tries_are_bounded_and_follow_retry_after(run: _Run) -> None:
    """Half a minute at most by itself, a minute where the server asks for more."""
    run.world.fails = [httpx.ConnectError("refused")] * 9
    assert [run.turn() for _ in range(9)][-3:] == [30.0, 30.0, 30.0]
    run.turn()
    run.world.fails = [Problem(429, "Too Many Requests", retry_after=7.0), Problem(429, "", retry_after=3600.0)]
    assert [run.turn(), run.turn()] == [7.0, 60.0]


def test_while_nothing_answers_the_heartbeat_says_how_old_the_cursor_is(run: _Run) -> None:
    """It never looks alive when it is not."""
    run.turn()
    run.world.fails = [httpx.ConnectError("refused")] * 9
    for _ in range(9):
        run.turn(after=20)
    last = run.lines("heartbeat")[-1]
    assert "refused" in last["trouble"]
    assert last["ageSeconds"] == 180
    assert last["readUpTo"] == "2026-11-24T12:00:02Z"


def test_after_a_sleep_it_says_so_and_sends_what_has_come(run: _Run) -> None:
    """Hours later, everything, once."""
    run.turn()
    run.world.seconds += 3600
    run.world.arrives("a")
    run.turn(after=3600)
    assert len(run.lines("slept")) == 1
    assert "7198 s" in run.lines("slept")[0]["message"]
    assert run.world.posted == ["a"]


@pytest.mark.parametrize("error", [Problem(401, "Unauthorized"), Stop("the session has expired", Exit.NOT_SIGNED_IN)])
def test_an_ended_session_ends_it_at_once_with_the_time_to_go_on_from(run: _Run, error: Exception) -> None:
    """With the exit code for that, and nothing is lost: what may come late is asked for again."""
    run.turn(after=300)
    run.world.fails = [error]
    with pytest.raises(Stop, match="session has ended") as stop:
        run.turn()
    assert stop.value.code == Exit.NOT_SIGNED_IN
    assert "--since 2026-11-24T12:04:00Z" in stop.value.hint


def test_it_never_goes_on_from_before_its_beginning(run: _Run) -> None:
    """What was not asked for does not come by going on."""
    run.world.fails = [Problem(401, "Unauthorized")]
    with pytest.raises(Stop) as stop:
        run.turn()
    assert "--since 2026-11-24T12:00:00Z" in stop.value.hint


def test_where_it_ends_before_all_is_sent_it_goes_on_with_the_oldest(run: _Run) -> None:
    """What was found and not sent is named by the time to go on from."""
    run.world.arrives("a")
    run.turn(after=300)
    run.world.written, run.world.posted = [], []
    run.world.arrives("b")
    run.world.details_fail = [httpx.ConnectError("refused"), Problem(401, "Unauthorized")]
    run.turn(after=600)
    with pytest.raises(Stop) as stop:
        run.turn()
    assert run.world.posted == []
    assert "--since 2026-11-24T12:05:00Z" in stop.value.hint


def test_what_fails_in_between_is_sent_when_it_can_be(run: _Run) -> None:
    """A delivery that could not be read keeps its place, and those behind it theirs."""
    run.world.arrives("a", "b")
    run.world.details_fail = [httpx.ConnectError("refused")]
    run.turn()
    assert run.world.posted == []
    run.turn()
    assert run.world.posted == ["a", "b"]


def test_a_delivery_that_was_removed_is_passed_over(run: _Run) -> None:
    """Its webhook is gone; the others are sent."""
    run.world.arrives("a", "b")
    run.world.details_fail = [Problem(404, "Not Found")]
    run.turn()
    assert run.world.posted == ["b"]
    assert len(run.lines("gone")) == 1


@pytest.mark.parametrize("error", [Problem(500, "Internal Server Error"), StrangeAnswerError("no request")])
def test_a_delivery_that_cannot_be_read_holds_the_others_for_a_few_tries(run: _Run, error: Exception) -> None:
    """Then it is named and left out."""
    run.world.arrives("a", "b")
    run.world.details_fail = [error] * 5
    for _ in range(5):
        run.turn()
    assert run.world.posted == ["b"]
    assert "a: left out" in run.lines("leftOut")[0]["message"]


def test_while_the_log_cannot_be_read_either_no_delivery_is_left_out(run: _Run) -> None:
    """Then it is the API that is in trouble, not the delivery."""
    run.world.arrives("a")
    run.world.details_fail = [Problem(500, "Internal Server Error")] * 9
    run.turn()
    run.world.fails = [Problem(500, "Internal Server Error")] * 5
    for _ in range(8):
        run.turn()
    run.world.details_fail = []
    run.turn()
    assert (run.world.posted, run.lines("leftOut")) == (["a"], [])


@pytest.mark.parametrize(("status", "code"), [(404, Exit.NOT_FOUND), (403, Exit.FAILED), (422, Exit.FAILED)])
def test_what_does_not_pass_ends_it(run: _Run, status: int, code: Exit) -> None:
    """A webhook that is gone, a right that is missing, a wrong event name."""
    run.world.fails = [Problem(status, "No")]
    with pytest.raises(Stop) as stop:
        run.turn()
    assert stop.value.code == code


def test_at_a_terminal_texts_from_outside_move_nothing() -> None:
    """Names and answers are shown, not obeyed."""
    said = io.StringIO()
    arrival = Arrival("wh_1", "d", "e", "a.b", NOON, NOON, "PENDING", "\x1b[2Jshop\u202e")
    Telling(Output(stdout=said)).posted(arrival, Answer(status=500, body="\x1b]0;x\x07"), NOON)
    assert not any(sign in said.getvalue() for sign in ("\x1b", "\x07", "\u202e"))
