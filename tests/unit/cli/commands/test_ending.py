"""How the command ends, whatever goes wrong: one code for each kind of end, and a message without a secret."""

import os
import signal
import subprocess  # a pipe that breaks, and an interruption, need a process of their own
import sys

import pytest

from local.listener import Answer, Listener
from recado_cli.exits import Exit
from recado_cli.profiles import files
from recado_cli.profiles.profile import Profile
from tests.unit.cli.conftest import Run, answered, webhook

PROBLEM = {
    "type": "about:blank",
    "title": "Unprocessable Content",
    "status": 422,
    "detail": "name is required",
    "errors": [{"field": "name", "message": "is\x1b[2J required"}],
}


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (answered(PROBLEM, 422), Exit.FAILED, "recado: 422 Unprocessable Content. name: is\\x1b[2J required\n"),
        (answered({"message": "Unauthorized"}, 401), Exit.NOT_SIGNED_IN, "recado: 401 Unauthorized. Unauthorized"),
        (answered({"title": "Not Found", "status": 404}, 404), Exit.NOT_FOUND, "recado: 404 Not Found."),
        (answered({"title": "Conflict"}, 409), Exit.FAILED, "recado: 409 Conflict."),
        (answered({"title": "Conflict"}, 409, Retry_After="30"), Exit.LATER, "again in 30 s"),
        (answered({"title": "Too Many Requests"}, 429, Retry_After="60"), Exit.LATER, "again in 60 s"),
        (
            Answer(201, body=b"<html>"),
            Exit.FAILED,
            "what answers is not Recado's; is the address right?",
        ),
        (Answer(302, headers={"Location": "/"}), Exit.FAILED, "is not Recado's; is the address right?"),
    ],
)
def test_each_refusal_has_its_code(run: Run, api: Listener, answer: Answer, code: Exit, words: str) -> None:
    """And says what is wrong, on stderr alone."""
    api.usual_answer = answer
    ran = run("webhooks", "create", "--name", "x")
    assert (ran.code, ran.out) == (code, "")
    assert words in ran.err
    assert "token-of-the-environment" not in ran.err


def test_where_nothing_answers_the_address_is_named(run: Run, api: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a few tries."""
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _: None)
    monkeypatch.setenv("RECADO_API_URL", "http://127.0.0.1:9")
    ran = run("webhooks", "list")
    assert ran.code == Exit.UNREACHABLE
    assert ran.err.startswith("recado: no answer from http://127.0.0.1:9: ")
    assert api.received == []


def test_wrong_usage_asks_nobody(run: Run, api: Listener) -> None:
    """An unknown command, an option that does not fit, no account."""
    assert run("webhooks", "frobnicate").code == Exit.USAGE
    assert run("deliveries", "list", "--from", "yesterday").code == Exit.USAGE
    assert run("deliveries", "redeliver", "wh_1").code == Exit.USAGE
    assert run("deliveries", "cancel", "wh_1").code == Exit.USAGE
    assert run("webhooks", "rotate", "wh_1").code == Exit.USAGE
    assert api.received == []


def test_an_account_must_be_named(run: Run, api: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the option, the environment or the profile."""
    monkeypatch.delenv("RECADO_ACCOUNT")
    assert (run("webhooks", "list").code, api.received) == (Exit.USAGE, [])


def test_the_options_of_all_stand_before_or_after_the_command(run: Run, api: Listener) -> None:
    """An account's id is percent-encoded in the path."""
    api.usual_answer = answered({"webhooks": [], "limit": 5})
    for arguments in (
        ("--json", "--account", "a:b@c+d~", "webhooks", "list"),
        ("webhooks", "list", "--account=a:b@c+d~", "--json"),
    ):
        assert run(*arguments).lines == [{"webhooks": [], "limit": 5}]
    assert {request.path for request in api.received} == {"/accounts/a%3Ab%40c%2Bd~/webhooks"}
    assert {request.headers["authorization"] for request in api.received} == {"Bearer token-of-the-environment"}


def test_whoever_has_read_enough_hears_no_complaint(api: Listener) -> None:
    """As with `recado … | head -1`."""
    api.usual_answer = answered({"webhooks": [webhook(name=f"n{number}") for number in range(3000)], "limit": 5})
    command = [sys.executable, "-m", "recado_cli", "webhooks", "list"]
    with subprocess.Popen(  # noqa: S603 - this Python, and nothing from outside
        command,
        env=dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith(b"WEBHOOK")
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == 0


def test_an_interruption_is_quiet_and_has_its_code(api: Listener) -> None:
    """Whoever presses Ctrl-C knows it."""
    api.usual_answer = answered({"tokenUrl": api.url, "authorizationUrl": api.url, "cliClientId": "c"})
    command = [sys.executable, "-m", "recado_cli", "sign-in", api.url, "--no-browser"]
    with subprocess.Popen(  # noqa: S603 - this Python, and nothing from outside
        command, env=dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path)), stderr=subprocess.PIPE
    ) as process:
        assert process.stderr is not None
        assert any(b"code_challenge" in line for line in process.stderr)
        process.send_signal(signal.SIGINT)
        assert (process.wait(30), process.stderr.read()) == (Exit.INTERRUPTED, b"")


@pytest.mark.parametrize("address", ["http://recado.example", "ftp://x", "https://"])
def test_no_token_goes_where_others_can_read_it(run: Run, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """An address of the environment, or of a profile that somebody has edited, is held to what a sign-in is."""
    monkeypatch.setenv("RECADO_TOKEN", "t")
    files.save(Profile("edited", address, account="1010"))
    assert run("webhooks", "list").code == Exit.USAGE
    monkeypatch.setenv("RECADO_API_URL", address)
    monkeypatch.setenv("RECADO_ACCOUNT", "1010")
    assert run("webhooks", "list").code == Exit.USAGE
