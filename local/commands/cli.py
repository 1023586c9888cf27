"""The commands that `make` calls."""

from __future__ import annotations

import sys

import click
import httpx
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from local import lifecycle, stack_file, tokens
from local.demo import play as demonstration
from local.emulator import output
from local.emulator import server as emulator
from local.errors import LocalStackError
from local.settings import Settings
from local.stack_file import Stack


@click.group()
@click.pass_context
def main(context: click.Context) -> None:
    """The whole stack on one machine."""
    context.obj = Settings.from_env()


@main.command()
@click.pass_obj
def start(settings: Settings) -> None:
    """Start the stack, or bring a running one up to date; returns when it is ready."""
    try:
        stack = lifecycle.start(settings)
    except (BotoCoreError, ClientError, httpx.HTTPError, OSError) as error:
        raise LocalStackError(f"the stack did not start: {error}") from error
    if sys.stdout.isatty():
        lifecycle.show_errors_here(settings)
    click.echo(_summary(stack))


@main.command()
@click.pass_obj
def stop(settings: Settings) -> None:
    """Stop the stack; its state is kept."""
    click.echo("stopped" if lifecycle.stop(settings) else "no stack was running")


@main.command()
@click.pass_obj
def reset(settings: Settings) -> None:
    """Stop the stack and delete its state."""
    lifecycle.reset(settings)
    click.echo("stopped, state deleted")


@main.command()
@click.option("--errors", is_flag=True, help="Only what handlers report as errors.")
@click.option("--start-byte", default=0, help="Leave out what stands before this place in the log.")
@click.pass_obj
def logs(settings: Settings, errors: bool, start_byte: int) -> None:
    """Follow what the functions print, each line under its function's name."""
    if not settings.directory.exists():
        raise LocalStackError("no stack has run yet")
    path = settings.error_log if errors else settings.function_log
    for text in output.follow(path, emulator.process(settings).is_running, start_byte):
        click.echo(text, nl=False)


@main.command()
@click.option("--account", default=tokens.DEFAULT_ACCOUNT, show_default=True, help="The account to act for.")
@click.option("--scope", default=tokens.DEFAULT_SCOPE, show_default=True, help="What the token allows.")
@click.pass_obj
def token(settings: Settings, account: str, scope: str) -> None:
    """Print a bearer token for the running stack, and nothing else."""
    if not lifecycle.is_running(settings):
        raise LocalStackError("no stack is running; start it with `make start`")
    # A makefile passes on what nobody has given as empty text.
    wanted = (account or tokens.DEFAULT_ACCOUNT, scope or tokens.DEFAULT_SCOPE)
    click.echo(tokens.token(stack_file.read(settings), settings, *wanted))


@main.command()
@click.pass_obj
def demo(settings: Settings) -> None:
    """Show events on their way to three receivers, through an outage; ends with 0 only if all arrived."""
    try:
        arrived = demonstration.run(settings, Console())
    except TimeoutError as error:
        raise LocalStackError(str(error)) from error
    sys.exit(0 if arrived else 1)


def _summary(stack: Stack) -> str:
    return "\n".join(
        (
            "Recado runs:",
            f"  API      {stack.api_url}",
            f"  console  {stack.console_url}",
            f"  AWS      {stack.aws_endpoint_url}",
        )
    )
