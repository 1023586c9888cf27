"""`recado listen` as people type it: what it refuses, and the secret that it keeps."""

import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local.listener import Answer, Listener
from recado_cli import signing
from recado_cli.exits import Exit
from recado_cli.listen.listening import Listening
from recado_cli.listen.secret import listener_secret
from recado_cli.profiles.profile import Profile
from tests.unit.cli.conftest import Run, answered


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("https://93.184.216.34/hook",), "URL: 93.184.216.34 is not this machine"),
        (("ftp://localhost/",), "URL: accepted is a port, or"),
        (("3000", "--since", "yesterday"), "--since is "),
        (("3000", "--every", "0"), "--every"),
    ],
)
def test_what_cannot_be_used_is_named(run: Run, arguments: tuple[str, ...], said: str) -> None:
    """With the exit code of a wrong usage, before anything is asked."""
    ran = run("listen", *arguments)
    assert ran.code == Exit.USAGE
    assert said in ran.err


def test_where_the_api_does_not_answer_it_does_not_begin(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong address is told at once; what fails later is waited out."""
    monkeypatch.setenv("RECADO_API_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("RECADO_TOKEN", "token")
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _seconds: None)
    ran = run("listen", "3000", "--account", "1010")
    assert ran.code == Exit.UNREACHABLE
    assert "no answer from http://127.0.0.1:9" in ran.err


@pytest.mark.parametrize("keeps_in", ["file", "keyring"])
def test_the_secret_is_made_once_a_profile(keeps_in: str) -> None:
    """The same the next time, another for another profile; in a file where there is no keyring."""
    first, other = (Profile(name, "https://api.example", keeps_in=keeps_in) for name in ("prod", "test"))
    made, trouble = listener_secret(first)
    assert (len(signing.key_of(made)), trouble) == (32, "")
    assert listener_secret(first) == (made, "")
    assert listener_secret(other)[0] != made


@pytest.fixture
def listening(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[BaseException], None]]:
    """Let the loop end by what is given; what listens for signals is put back."""
    before = signal.getsignal(signal.SIGTERM)

    def ends_by(end: BaseException) -> None:
        def run(_listening: Listening) -> None:
            raise end

        monkeypatch.setattr(Listening, "run", run)

    yield ends_by
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def quiet(api: Listener) -> Listener:
    """An API whose log is empty."""
    api.usual_answer = answered({"deliveries": []})
    return api


def test_behind_a_portal_it_does_not_begin(run: Run, api: Listener) -> None:
    """What answers in the API's place is told, without a traceback."""
    api.usual_answer = Answer(200, headers={"Content-Type": "text/html"}, body=b"<html>sign in to the hotel")
    ran = run("listen", "3000")
    assert (ran.code, "what answers is not Recado's" in ran.err) == (Exit.UNREACHABLE, True)


@pytest.mark.parametrize("end", [KeyboardInterrupt(), OSError("disk full")])
def test_whatever_ends_it_says_where_to_go_on(
    run: Run, quiet: Listener, listening: Callable[[BaseException], None], end: BaseException
) -> None:
    """Not only the end of a session."""
    assert quiet
    listening(end)
    assert "go on with --since 20" in run("listen", "3000").err


def test_who_ends_the_process_is_told_too(
    run: Run, quiet: Listener, monkeypatch: pytest.MonkeyPatch, listening: Callable[[BaseException], None]
) -> None:
    """SIGTERM, as a container or a supervisor sends it."""
    assert quiet
    assert listening is not None
    monkeypatch.setattr(Listening, "run", lambda _listening: signal.raise_signal(signal.SIGTERM))
    ran = run("listen", "3000")
    assert (ran.code, "go on with --since 20" in ran.err) == (Exit.INTERRUPTED, True)


def test_where_no_secret_can_be_kept_one_is_for_this_run(
    run: Run, quiet: Listener, settings_directory: Path, listening: Callable[[BaseException], None]
) -> None:
    """In a container whose disk is read-only."""
    assert quiet
    settings_directory.write_text("no directory")
    listening(KeyboardInterrupt())
    ran = run("listen", "3000")
    assert ran.code == Exit.INTERRUPTED
    assert "it is one for this run, as none can be kept" in ran.err
    assert "the next run signs with it too" not in ran.err


def test_a_secret_that_is_kept_is_told_as_such(
    run: Run, quiet: Listener, listening: Callable[[BaseException], None]
) -> None:
    """Whoever has entered it into a receiver need not do so again."""
    assert quiet
    listening(KeyboardInterrupt())
    ran, again = run("listen", "3000"), run("listen", "3000")
    assert "the next run signs with it too" in ran.err
    secrets = [re.findall(r"whsec_\S+(?=,)", each.err) for each in (ran, again)]
    assert secrets[0] == secrets[1] != []


def test_a_start_is_shown_with_its_day_and_lies_not_ahead(
    run: Run, quiet: Listener, listening: Callable[[BaseException], None]
) -> None:
    """Where it is not today; and the log has nothing of the future, nor of before all time."""
    assert quiet
    listening(KeyboardInterrupt())
    assert "from 2026-01-31 12:00:00 " in run("listen", "3000", "--since", "2026-01-31T12:00:00").err
    assert "from 1970-01-02 " in run("listen", "3000", "--since", "0001-01-02T00:00:00Z").err
    ran = run("listen", "3000", "--since", "2999-01-01")
    assert (ran.code, "--since is in the future" in ran.err) == (Exit.USAGE, True)
