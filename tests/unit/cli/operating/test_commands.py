"""What operators read, and how their commands end; the stack is made up."""

from datetime import UTC, datetime, timedelta

import pytest

from recado_cli.operating import commands, invoking, queues, standing
from recado_cli.operating.backlog import Waiting
from recado_cli.operating.dead_letters import DeadLetter, Look
from tests.unit.cli.conftest import Run

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LETTERS = [
    DeadLetter("m-1", NOON, "eventName: is not in the catalogue", "1010", "e-1", "a.b", "1764400000"),
    DeadLetter("m-2", NOON, "", "1010", "e-\x1b[2J2", "a.b"),
]


@pytest.fixture(autouse=True)
def stack(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stack with two dead letters, one of them hidden besides, and an alarm that is raised."""
    monkeypatch.setenv("RECADO_API_URL", "http://127.0.0.1:9")
    monkeypatch.setattr(commands, "open_stack", lambda aws: aws)
    monkeypatch.setattr(commands, "dead_letters", lambda _stack: Look(LETTERS, hidden=1))
    monkeypatch.setattr(standing, "of_stack", lambda _stack: standing.Standing("recado", "UPDATE_COMPLETE", "then"))
    monkeypatch.setattr(standing, "of_functions", lambda _stack: [standing.Standing("ApiFunction", "Active", "then")])
    monkeypatch.setattr(queues, "depths", lambda _stack: [queues.Depth("BatchQueue", 3, 1, 0, 4000)])
    alarms = [
        standing.Standing("BatchQueueAgeAlarm", "ALARM", "then", "Look."),
        standing.Standing("Other", "OK", "then"),
    ]
    monkeypatch.setattr(standing, "of_alarms", lambda _stack: alarms)


def test_status_ends_with_1_where_an_alarm_is_raised(run: Run) -> None:
    """And tells everything, the age of a queue's oldest message in words."""
    ran = run("status")
    assert ran.code == 1
    for line in (
        "recado\tUPDATE_COMPLETE\tthen\t",
        "BatchQueue\t3\t1\t0\t1 h 6 min",
        "BatchQueueAgeAlarm\tALARM\tthen\tLook.",
    ):
        assert line in ran.out.splitlines()
    assert "alarms: 1 ALARM, 1 OK" in ran.err
    assert "1 dead letters are hidden just now" in ran.err
    assert "\x1b" not in ran.out


def test_a_dry_run_of_a_redrive_moves_nothing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """It counts what would go back; without it the function is called."""
    called: list[object] = []

    def redriven(stack: object) -> dict[str, int]:
        called.append(stack)
        return {"moved": 1, "unreadable": 1}

    monkeypatch.setattr(invoking, "redriven", redriven)
    ran = run("redrive", "--dry-run", "--json")
    (told,) = ran.lines
    assert (told["wouldMove"], told["withReason"], called) == (1, 1, [])
    assert [one["goesBack"] for one in told["deadLetters"]] == [False, True]
    shown = run("redrive", "--dry-run").err
    assert "would put back 1; of 1 with a reason those where it is gone" in shown
    assert "mended since). Nothing was moved." in shown
    assert run("redrive").out == "1 put back into the batch queue; 1 stay, because they cannot be read\n"
    assert len(called) == 1


def test_explain_tells_of_dead_letters_without_a_session(run: Run) -> None:
    """An operator has AWS credentials, and perhaps no session: what can be told is."""
    ran = run("explain", "1010", "e-1")
    assert ran.code == 0
    assert "eventName: is not in the catalogue" in ran.out
    assert "where it went cannot be asked of the API" in ran.err
    assert run("explain", "2020", "e-1").code == 4


def test_the_backlog_says_what_is_overdue(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """An owner that should have sent long ago is the sign of something that hangs."""
    late = datetime.now(UTC) - timedelta(minutes=10)
    waiting = Waiting(
        "1010", "wh_1", "CRM", ("FAILING", "SET_ASIDE"), late, False, NOON, "CONNECT: no", True, 1000, True, NOON
    )
    monkeypatch.setattr(commands, "waiting_of", lambda *_arguments: iter([waiting]))
    row = run("backlog").out.splitlines()[1].split("\t")
    assert row[:4] == ["1010", "wh_1", "CRM", "1000+ and some set aside"]
    assert row[5:] == ["FAILING SET_ASIDE", row[6], "CONNECT: no"]
    assert row[6].endswith("(10 min overdue)")
    (line,) = run("backlog", "--json").lines
    assert (line["count"], line["more"], line["oldestTimestamp"]) == (1000, True, "2026-11-24T12:00:00.000Z")
    monkeypatch.setattr(commands, "waiting_of", lambda *_arguments: iter([]))
    assert "nothing waits" in run("backlog").err
