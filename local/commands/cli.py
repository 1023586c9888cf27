"""The commands that `make` calls."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import click
import httpx
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from local import lifecycle, tokens
from local.catalogue import building, importing
from local.commands import listen as receiving
from local.commands import logs as log_lines
from local.commands import mails as sent_mails
from local.commands import status as state
from local.commands import summary
from local.demo import play as demonstration
from local.deploying import gradual as steps
from local.deploying import sam as deploying
from local.deploying import translation
from local.emulator import output
from local.emulator import server as emulator
from local.errors import LocalStackError
from local.releasing import release as releasing
from local.settings import PROJECT_DIR, Settings

BUILT = PROJECT_DIR / ".aws-sam" / "build"
"""Where `sam build` leaves what `sam deploy` takes."""


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
        stack = lifecycle.start(settings, click.echo)
    except (BotoCoreError, ClientError, httpx.HTTPError, OSError) as error:
        raise LocalStackError(f"the stack did not start: {error}") from error
    if sys.stdout.isatty():
        lifecycle.show_errors_here(settings)
    click.echo(summary.started(stack, settings))


@main.command()
@click.option("--from", "source", type=click.Path(path_type=Path), help="Make it of the webhooks of this OpenAPI file.")
@click.pass_obj
def catalogue(settings: Settings, source: Path | None) -> None:
    """Check a catalogue; the rules of the shipped one are written into the template."""
    if source is not None:
        click.echo(importing.import_document(source, settings.catalogue))
    click.echo(building.prepared(settings.catalogue))


@main.command()
@click.pass_obj
def template(settings: Settings) -> None:
    """Check a catalogue, and print the path of the template that deploys it."""
    click.echo(building.template_for(settings.catalogue))


@main.command()
@click.option("--sam", "program", default="sam", show_default=True, help="The SAM CLI.")
@click.option("--environment", default="default", show_default=True, help="The environment of samconfig.toml.")
@click.option("--parameters", default="", envvar="PARAMETERS", help="Further parameters: A=b C='d e'.")
@click.option("--gradual", default="", envvar="GRADUAL", help="Go over in steps: Canary10Percent5Minutes, or another.")
@click.option("--catalogue", "named", default="", envvar="CATALOGUE", help="The folder that was built, where named.")
@click.pass_obj
def deploy(settings: Settings, program: str, environment: str, parameters: str, *, gradual: str, named: str) -> None:
    """Deploy to AWS what was built, with the environment's parameters and these."""
    template = translation.read(settings.template)
    config = PROJECT_DIR / "samconfig.toml"
    wanted = deploying.merged(environment, parameters, config, template)
    stepwise = steps.write(BUILT, gradual, wanted, translation.read(BUILT / "template.yaml")) if gradual else None
    sam = deploying.Sam(program, config, environment, stepwise)
    deploying.keep_event_types(sam, named)
    click.echo(f"{environment}: " + (" ".join(f"{key}={value!r}" for key, value in wanted.items()) or "no parameter"))
    outputs = deploying.deploy(sam, wanted, template, building.BUILD)
    if deploying.CONSOLE_URL in outputs:
        click.echo(f"console  {outputs[deploying.CONSOLE_URL]}")


@main.command()
def releasable() -> None:
    """Say which version this checkout is released as, if it can be released."""
    click.echo(f"{releasing.releasable(PROJECT_DIR)} can be released")


@main.command()
@click.option(
    "--venv", type=click.Path(path_type=Path, exists=True), required=True, help="What `make release` installs."
)
def release(venv: Path) -> None:
    """Write what is released of what was built into dist/, with checksums."""
    for file in releasing.write(PROJECT_DIR, BUILT, PROJECT_DIR / "dist", releasing.programs(venv)):
        click.echo(f"{file.stat().st_size:>10}  {file.relative_to(PROJECT_DIR)}")


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
@click.option("--errors", is_flag=True, help="Only what handlers report as errors, as it is.")
@click.option("--json", "as_json", is_flag=True, envvar="JSON", help="One JSON object a line.")
@click.option("--start-byte", default=0, help="Leave out what stands before this place in the log.")
@click.pass_obj
def logs(settings: Settings, errors: bool, as_json: bool, start_byte: int) -> None:
    """Follow what the functions print, each entry under its function's name."""
    if not settings.directory.exists():
        raise LocalStackError("no stack has run yet; start one with `make start`")
    emulator_runs = emulator.process(settings).is_running
    pieces = output.follow(settings.error_log if errors else settings.function_log, emulator_runs, start_byte)
    # The only way to end it is no failure.
    with suppress(KeyboardInterrupt):
        for line in _shown(log_lines.whole_lines(pieces), errors=errors, as_json=as_json):
            click.echo(line)
        if not emulator_runs():
            click.echo("no stack is running; start it with `make start`", err=True)


@main.command()
@click.pass_obj
def mails(settings: Settings) -> None:
    """Print what the running stack has mailed, the newest last."""
    try:
        kept = sent_mails.sent(settings)
    except httpx.HTTPError:
        raise LocalStackError("no stack is running; start it with `make start`") from None
    for text in sent_mails.readable(kept):
        click.echo(text)


@main.command()
@click.option("--secret", default="", envvar="WEBHOOK_SECRET", help="Check with this secret; no stack is needed.")
@click.pass_obj
def listen(settings: Settings, secret: str) -> None:
    """Receive webhooks, verify them, and print what comes."""
    with suppress(KeyboardInterrupt):
        receiving.listen(settings, secret, click.echo)


@main.command()
@click.pass_obj
def drain(settings: Settings) -> None:
    """Send what waits in the batch queue now, instead of on schedule."""
    click.echo(state.drain(settings))


@main.command()
@click.pass_obj
def status(settings: Settings) -> None:
    """Say what runs and what waits."""
    click.echo(state.status(settings))


@main.command()
@click.pass_obj
def env(settings: Settings) -> None:
    """Print what a shell evaluates so that AWS's own tools find the emulator."""
    click.echo(summary.exports(state.running_stack(settings)))


@main.command()
@click.option("--account", default=tokens.DEFAULT_ACCOUNT, show_default=True, help="The account to act for.")
@click.option("--scope", default=tokens.DEFAULT_SCOPE, show_default=True, help="What the token allows.")
@click.pass_obj
def token(settings: Settings, account: str, scope: str) -> None:
    """Print a bearer token for the running stack, and nothing else."""
    stack = state.running_stack(settings)
    # A makefile passes on what nobody has given as empty text.
    wanted = (account or tokens.DEFAULT_ACCOUNT, scope or tokens.DEFAULT_SCOPE)
    click.echo(tokens.token(stack, settings, *wanted))


@main.command()
@click.option("--keep", is_flag=True, envvar="KEEP", help="Leave the stack running, with the demo's webhooks.")
@click.pass_obj
def demo(settings: Settings, keep: bool) -> None:
    """Show events on their way to three receivers, through an outage; ends with 0 only if all arrived."""
    try:
        arrived = demonstration.run(settings, Console(), keep=keep)
    except TimeoutError as error:
        raise LocalStackError(str(error)) from error
    sys.exit(0 if arrived else 1)


def _shown(lines: Iterable[str], *, errors: bool, as_json: bool) -> Iterable[str]:
    if errors:
        return lines
    return log_lines.as_json(lines) if as_json else log_lines.readable(lines)
