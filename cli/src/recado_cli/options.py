"""The options that every command takes, before or after its own: `--profile`, `--account`, `--json`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

from recado_cli.completion import profile_names
from recado_cli.exits import Exit
from recado_cli.session import Invocation

_PANEL = "Every command"


class Command(TyperCommand):
    """A command that takes the options of all."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:  # noqa: ANN401 - what Typer hands on
        super().__init__(*arguments, **settings)
        self.params.extend(_shared_options())

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - as above
        """Run it; whoever interrupts it, or has read enough of what it prints, is told nothing more."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise typer.Exit(Exit.INTERRUPTED) from None
        except BrokenPipeError:
            # Python would complain once more when it flushes at the end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(Exit.DONE) from None


class Group(TyperGroup):
    """The command itself, and each of its groups; they take the options of all too."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:  # noqa: ANN401 - what Typer hands on
        super().__init__(*arguments, **settings)
        self.params.extend(_shared_options())


class Commands(typer.Typer):
    """A Typer app whose commands take the options of all: `Commands(help="…")`."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - what Typer takes
        super().__init__(
            **{
                "cls": Group,
                "no_args_is_help": True,
                "pretty_exceptions_enable": False,
                "rich_markup_mode": None,
                **settings,
            }
        )

    def command(self, name: str | None = None, **settings: Any) -> Callable[[Any], Any]:  # noqa: ANN401 - as above
        """Register a command, as `typer.Typer.command` does."""
        return super().command(name, **{"cls": Command, **settings})


def _shared_options() -> list[TyperOption]:
    def option(names: list[str], help_text: str, field: str, **settings: Any) -> TyperOption:  # noqa: ANN401 - as above
        def take(context: typer.Context, _parameter: object, value: object) -> None:
            if value:
                setattr(context.ensure_object(Invocation), field, value)

        return TyperOption(
            param_decls=names, help=help_text, expose_value=False, callback=take, rich_help_panel=_PANEL, **settings
        )

    return [
        option(
            ["--profile"],
            "The stack, and as whom; else RECADO_PROFILE, else the last sign-in's.",
            "profile_name",
            autocompletion=lambda _context, _arguments, incomplete: profile_names(incomplete),
        ),
        option(["--account"], "The account to act for; else RECADO_ACCOUNT, else the profile's.", "account"),
        option(["--json"], "Print the API's own JSON.", "as_json", is_flag=True, default=False),
    ]
