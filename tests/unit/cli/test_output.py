"""What the command prints."""

import json
from io import StringIO

import pytest
from rich.console import Console
from rich.text import Text

from recado_cli.output import Output, local_time, to_json, visible

EVIL = "a\x1b[2J\x1b]0;title\x07\r\u202eb\x9bc\x7f\u2066"


def printed(*, as_json: bool = False) -> tuple[Output, StringIO]:
    """An output into a pipe."""
    pipe = StringIO()
    return Output(as_json=as_json, stdout=pipe, stderr=StringIO()), pipe


def test_no_character_of_a_text_from_outside_acts_in_the_terminal() -> None:
    """Escapes, the bell, carriage returns and changes of direction are shown."""
    assert visible(EVIL) == "a\\x1b[2J\\x1b]0;title\\x07\\r\\u202eb\\x9bc\\x7f\\u2066"
    assert visible("Ação 日本 🙂") == "Ação 日本 🙂"
    assert visible("a\nb\tc") == "a\\nb\\tc"
    assert visible("a\nb\tc\x1b", lines=True) == "a\nb\tc\\x1b"


def test_json_of_such_a_text_means_the_same_and_acts_no_more() -> None:
    """What JSON lets stand within a text is escaped too."""
    written = to_json({"name": EVIL})
    assert json.loads(written) == {"name": EVIL}
    assert written.isprintable()


def test_a_table_in_a_pipe_is_whole_and_without_colours() -> None:
    """Separated by tabs, however long, so that `cut` and `awk` read it."""
    output, pipe = printed()
    output.table(("ID", "NAME", "ON"), [("x" * 300, Text("a\tb\x1b[1m", style="red"), True), ("2", None, False)])
    assert pipe.getvalue().splitlines() == ["ID\tNAME\tON", "x" * 300 + "\ta\\tb\\x1b[1m\tyes", "2\t\tno"]


def test_a_table_at_a_narrow_terminal_loses_no_character_of_an_id(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is folded, never cut."""
    output, pipe = printed()
    monkeypatch.setattr(output, "_console", Console(file=pipe, force_terminal=True, width=40, highlight=False))
    output.table(("ID", "NAME"), [("0123456789" * 5, "[red]x[/red]")])
    assert "…" not in pipe.getvalue()
    assert sum(map(pipe.getvalue().count, "0123456789")) >= 50


@pytest.mark.parametrize(
    ("iso", "shown"),
    [("2026-01-31T12:00:00.123Z", "2026-01-31 12:00:00 UTC"), (None, ""), ("soon\x1b", "soon\\x1b")],
)
def test_times_are_those_of_this_machine_with_the_zone(iso: str | None, shown: str) -> None:
    """What is no time is shown as it is."""
    assert local_time(iso) == shown
