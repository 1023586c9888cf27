"""Loads a function in an interpreter of its own, as a cold start does, where only the layer's packages exist.

Run as `python -m tests.support.fresh_import <function> [invocation.json …]`; prints the modules that were imported and
the functions' answers as JSON.
"""

import json
import os
import re
import sys
from collections.abc import Iterable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.metadata import packages_distributions
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.support.functions import ROOT, LambdaContext, load_function

REQUIREMENTS = ROOT / "layers" / "dependencies" / "requirements.txt"


class OnlyTheLayer(MetaPathFinder):
    """Hides every installed package that the dependencies layer does not hold."""

    def __init__(self) -> None:
        allowed = set(layer_packages())
        self._hidden = {
            module
            for module, distributions in packages_distributions().items()
            if not allowed & {_normalised(name) for name in distributions}
        }

    def find_spec(
        self, name: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Refuse a hidden package as if it were not installed."""
        if name.partition(".")[0] in self._hidden:
            raise ModuleNotFoundError(f"{name} is not in the dependencies layer", name=name)
        return None


def layer_packages() -> Iterable[str]:
    """Return the names of the packages in the dependencies layer."""
    for line in REQUIREMENTS.read_text(encoding="utf-8").splitlines():
        if match := re.match(r"([A-Za-z0-9._-]+)(?:\[.*\])?==", line):
            yield _normalised(match[1])


def _normalised(name: str) -> str:
    # https://packaging.python.org/en/latest/specifications/name-normalization/
    return re.sub(r"[-_.]+", "-", name).lower()


def main(function: str, *invocations: str) -> None:
    """Load the function, run the invocations, print what came of it."""
    sys.meta_path.insert(0, OnlyTheLayer())
    handler = load_function(function, os.environ).lambda_handler
    answers: list[Any] = [handler(json.loads(Path(file).read_text("utf-8")), LambdaContext()) for file in invocations]
    sys.stdout.write("\n" + json.dumps({"modules": sorted(sys.modules), "answers": answers}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
