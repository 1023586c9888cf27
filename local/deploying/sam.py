"""`make deploy`: SAM, given all parameters of an environment, and what it tells of the stack.

SAM's `--parameter-overrides` takes the place of the list in `samconfig.toml`, so that naming one parameter would forget
the others: what is given here is put to that list, and SAM gets the whole.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess  # nosec B404 # SAM is a program of its own
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.errors import LocalStackError

_NAME = re.compile(r"[A-Za-z0-9]+")
CONSOLE_URL = "ConsoleUrl"
"""The parameter that the sign-in page sends users back to, and the output that says where the console is."""
RETURN_URL = "SignInReturnsTo"
"""The output that tells that parameter's value in a stack with a user pool of its own."""

EVENT_TYPES, OWN = "EventTypes", "OWN"
"""The output that says whose event types a stack has, and its value where they are not the shipped ones."""


@dataclass(frozen=True)
class Sam:
    """The SAM CLI, for one environment of a settings file."""

    program: str
    config: Path
    environment: str
    template: Path | None = None
    """Another template than the one that was built."""

    def deploy(self, parameters: Mapping[str, str], folder: Path) -> None:
        """Deploy what was built with these parameters, written into `folder`; raises `LocalStackError`."""
        folder.mkdir(parents=True, exist_ok=True)
        # A file, because there values may be empty and hold blanks and quotes: as YAML, since SAM reads no JSON.
        file = folder / f"parameters-{self.environment}.yaml"
        file.write_text(json.dumps(dict(parameters), indent=2) + "\n", encoding="utf-8")
        overrides = ["--parameter-overrides", f"file://{file.resolve()}"] if parameters else []
        template = ["--template-file", str(self.template)] if self.template else []
        command = [*self._command("deploy"), *template, *overrides]
        if subprocess.run(command, check=False).returncode:  # noqa: S603 # nosec B603 # our own words
            raise LocalStackError(f"`sam deploy` of {self.environment} failed; docs/operating.md says what then")

    def outputs(self, *, quietly: bool = False) -> dict[str, str]:
        """The stack's outputs; none where it does not exist, of which SAM says nothing `quietly`."""
        command = [*self._command("list", "stack-outputs"), "--output", "json"]
        errors = subprocess.DEVNULL if quietly else None
        answer = subprocess.run(  # noqa: S603 # nosec B603 # our own words
            command, check=False, stdout=subprocess.PIPE, stderr=errors, text=True
        )
        if answer.returncode:
            return {}
        return {output["OutputKey"]: output["OutputValue"] for output in json.loads(answer.stdout)}

    def _command(self, *words: str) -> list[str]:
        return [self.program, *words, "--config-file", str(self.config), "--config-env", self.environment]


def merged(environment: str, given: str, config: Path, template: dict[str, Any]) -> dict[str, str]:
    """The parameters of an environment in `config`, with those of the text `given` in their place or beside them.

    `given` reads like a shell's words, `A=b C='d e'`. Raises `LocalStackError` at an environment that is not there, at
    words of another form, and at names that the template does not have.
    """
    settings = tomllib.loads(config.read_text(encoding="utf-8"))
    environments = [name for name, value in settings.items() if isinstance(value, dict)]
    if environment not in environments:
        raise LocalStackError(f"{config.name} has no environment {environment}, but {', '.join(environments)}")
    configured = settings[environment].get("deploy", {}).get("parameters", {}).get("parameter_overrides", [])
    parameters = {
        **_pairs(configured if isinstance(configured, list) else _words(configured, config.name), config.name),
        **_pairs(_words(given, "PARAMETERS"), "PARAMETERS"),
    }
    unknown = sorted(parameters.keys() - template["Parameters"].keys())
    if unknown:
        known = ", ".join(sorted(template["Parameters"]))
        raise LocalStackError(f"the template has no parameter {', '.join(unknown)}; it has {known}")
    return parameters


def keep_event_types(sam: Sam, catalogue: str) -> None:
    """Raise `LocalStackError` where a stack has event types of its own, and no `catalogue` was named.

    The shipped ones would take their place, and all that is published would end in the dead-letter queue.
    """
    if not catalogue and sam.outputs(quietly=True).get(EVENT_TYPES) == OWN:
        raise LocalStackError(
            f"the stack of {sam.environment} has event types of its own: name their folder, CATALOGUE=folder; "
            "CATALOGUE=catalogue puts the shipped ones in their place"
        )


def deploy(sam: Sam, parameters: dict[str, str], template: dict[str, Any], folder: Path) -> dict[str, str]:
    """Deploy, and once more where nobody can sign in yet; returns the stack's outputs. Raises `LocalStackError`.

    The console's address is known when its API exists, which names the client that is to be told the address. So the
    first deployment of a stack tells the client of a place on this machine, and the second of the right one.
    """
    sam.deploy(parameters, folder)
    outputs = sam.outputs()
    unset = template["Parameters"][CONSOLE_URL]["Default"]
    if CONSOLE_URL in parameters or outputs.get(RETURN_URL) != unset:
        return outputs
    sam.deploy({**parameters, CONSOLE_URL: outputs[CONSOLE_URL]}, folder)
    return sam.outputs()


def _words(text: str, source: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError as error:
        raise LocalStackError(f"{source} cannot be read: {error}") from error


def _pairs(words: Iterable[str], source: str) -> dict[str, str]:
    pairs = {}
    for word in words:
        name, is_pair, value = word.partition("=")
        if not is_pair or not _NAME.fullmatch(name):
            raise LocalStackError(f"{source} names parameters as Name=value, not as {word!r}")
        pairs[name] = value
    return pairs
