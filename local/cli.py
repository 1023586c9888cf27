"""The commands that `make` calls."""

from __future__ import annotations

import sys

import click
import httpx
from botocore.exceptions import BotoCoreError, ClientError

from local import emulator, lifecycle, output, stack_file, tokens
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
@click.option("--errors", is_flag=True, help="Only what handlers report as errors, from now on.")
@click.pass_obj
def logs(settings: Settings, errors: bool) -> None:
    """Follow what the functions print, each line under its function's name."""
    if not settings.directory.exists():
        raise LocalStackError("no stack has run yet")
    path = settings.error_log if errors else settings.function_log
    for text in output.follow(path, emulator.process(settings).is_running, from_start=not errors):
        click.echo(text, nl=False)


@main.command()
@click.option("--account", default="1010", show_default=True, help="The account to act for.")
@click.option("--scope", default=tokens.DEFAULT_SCOPE, show_default=True, help="What the token allows.")
@click.pass_obj
def token(settings: Settings, account: str, scope: str) -> None:
    """Print a bearer token for the running stack, and nothing else."""
    if not lifecycle.is_running(settings):
        raise LocalStackError("no stack is running; start it with `make start`")
    click.echo(tokens.token(stack_file.read(settings), settings, account, scope or tokens.DEFAULT_SCOPE))


def _summary(stack: Stack) -> str:
    return "\n".join(
        (
            "Recado runs:",
            f"  API      {stack.api_url}",
            f"  console  {stack.console_url}",
            f"  AWS      {stack.aws_endpoint_url}",
        )
    )
