"""The command `recado verify`."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from recado_cli import signing
from recado_cli.exits import Exit, Stop
from recado_cli.output import Output
from recado_cli.session import output_of
from recado_cli.times import instant
from recado_cli.verify.headers import HeadersError, read_headers
from recado_cli.verify.judging import TOLERANCE_SECONDS, Finding, Trial, judged
from recado_cli.verify.public_keys import KeysError, PublicKeys, read_keys

VARIABLE = "RECADO_WEBHOOK_SECRET"

_BODY = Annotated[Path, typer.Option("--body", help="The file with the body, byte for byte; - for stdin.")]
_HEADERS = Annotated[Path, typer.Option("--headers", help="The file with the headers, in any usual form; - for stdin.")]
_SECRET = Annotated[
    Path | None, typer.Option("--secret-file", help=f"A file with the secret, or several, one a line; else {VARIABLE}.")
]
_KEYS = Annotated[Path | None, typer.Option("--keys", help="A file with the JWK set that verifies v1a signatures.")]
_AT = Annotated[
    str | None,
    typer.Option("--at", help="Judge the age as of this time, such as 2026-11-24T08:00:00Z.", show_default="now"),
]
_TOLERANCE = Annotated[int, typer.Option("--tolerance", min=0, help="How many seconds the time may be off.")]


def verify(
    context: typer.Context,
    *,
    body: _BODY,
    headers: _HEADERS,
    secret_file: _SECRET = None,
    keys: _KEYS = None,
    at: _AT = None,
    tolerance: _TOLERANCE = TOLERANCE_SECONDS,
) -> None:
    """Say whether a POST that was kept is genuine, and if not, why. Asks nobody: it works offline."""
    if str(body) == str(headers) == "-":
        raise Stop("body and headers cannot both come from stdin", Exit.USAGE)
    try:
        read = read_headers(_content(headers, "headers").decode("utf-8", "replace"))
        public = PublicKeys() if keys is None else read_keys(_content(keys, "keys").decode("utf-8", "replace"))
    except HeadersError as error:
        raise Stop(f"--headers: {error}", Exit.USAGE) from None
    except KeysError as error:
        raise Stop(f"--keys: {error}", Exit.USAGE) from None
    trial = Trial(_content(body, "body"), read, _secret_keys(secret_file, public), public, _now(at), tolerance)
    findings = judged(trial)
    _show(findings, output_of(context))
    if not all(finding.right for finding in findings):
        raise typer.Exit(Exit.FAILED)


def _show(findings: list[Finding], output: Output) -> None:
    genuine = all(finding.right for finding in findings)
    if output.as_json:
        told = [{"name": each.name, "right": each.right, "detail": each.detail} for each in findings]
        output.document({"genuine": genuine, "findings": told})
        return
    output.fields((each.name, f"{'right' if each.right else 'WRONG'}: {each.detail}") for each in findings)
    output.text("genuine" if genuine else "not genuine", style="green" if genuine else "red")


def _secret_keys(path: Path | None, public: PublicKeys) -> list[bytes]:
    """The keys of the secrets that are given; none where public keys are."""
    text = os.environ.get(VARIABLE, "") if path is None else _content(path, "secret-file").decode("utf-8", "replace")
    source = VARIABLE if path is None else "--secret-file"
    lines = [line for line in text.removeprefix("\ufeff").splitlines() if line.strip()]
    if not lines and not public:
        raise Stop(f"no secret is given: {source} is empty", Exit.USAGE, f"--secret-file, or {VARIABLE}, or --keys")
    try:
        return [signing.key_of(line.strip()) for line in lines]
    except signing.SecretError as error:
        raise Stop(f"{source} holds no signing secret: {error}", Exit.USAGE) from None


def _content(path: Path, option: str) -> bytes:
    if str(path) == "-":
        return sys.stdin.buffer.read()
    try:
        return path.read_bytes()
    except OSError as error:
        raise Stop(f"--{option}: {path} cannot be read: {error.strerror}", Exit.USAGE) from None


def _now(at: str | None) -> float:
    moment = instant("--at", at)
    return time.time() if moment is None else moment.timestamp()
