"""How a command ends."""

import sys
from io import StringIO

import pytest

from local import __main__ as program
from local.commands import cli
from local.errors import LocalStackError


class Terminal(StringIO):
    """Standard input of somebody who types."""

    def isatty(self) -> bool:
        """It is a terminal."""
        return True


def _raise(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def command(**_options: object) -> None:
        raise error

    monkeypatch.setattr(cli, "main", command)


def test_an_interrupted_command_says_so_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And ends with the status that shells give."""
    monkeypatch.delenv("MAKELEVEL", raising=False)
    _raise(monkeypatch, KeyboardInterrupt())

    assert program.run() == 130
    assert capsys.readouterr().err == "interrupted\n"


def test_make_at_a_terminal_is_given_nothing_to_call_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """It was interrupted as well, and ends with that."""
    monkeypatch.setenv("MAKELEVEL", "1")
    monkeypatch.setattr(sys, "stdin", Terminal())
    _raise(monkeypatch, KeyboardInterrupt())

    assert program.run() == 0


def test_what_cannot_be_done_is_told_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line, and the status of an error."""
    _raise(monkeypatch, LocalStackError("no stack is running"))

    assert program.run() == 1
    assert capsys.readouterr().err == "Error: no stack is running\n"
