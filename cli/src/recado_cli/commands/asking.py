"""Questions before what cannot be taken back."""

from __future__ import annotations

import sys

import typer

from recado_cli.exits import Exit, Stop
from recado_cli.output import visible


def confirmed(question: str, *, yes: bool) -> bool:
    """Whether a person agrees; raises `Stop` where nobody can be asked and `--yes` was not given."""
    if yes:
        return True
    if not sys.stdin.isatty():
        raise Stop(question, Exit.USAGE, "--yes says so where nobody can be asked")
    return typer.confirm(visible(question), err=True)
