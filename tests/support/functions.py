"""The functions as Lambda runs them: loaded afresh under an environment, called with an event and a context."""

import importlib.util
import itertools
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

ROOT = Path(__file__).parents[2]
FUNCTIONS = ROOT / "functions"

Handler = Callable[[Any, Any], Any]

_loaded = itertools.count()


@dataclass(frozen=True)
class LambdaContext:
    """The part of Lambda's context that the functions and their logger read."""

    function_name: str = "recado"
    memory_limit_in_mb: int = 1024
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:recado"
    aws_request_id: str = "6bc2ef5e-6a7c-4b0f-9f6e-2d1b1c1f0a55"
    seconds_left: float = 30.0
    since: Callable[[], float] = lambda: 0.0

    def get_remaining_time_in_millis(self) -> int:
        """Tell the time left, which stands still unless it is said how many seconds have passed."""
        return round((self.seconds_left - self.since()) * 1000)


def load_function(folder: str, environment: Mapping[str, str]) -> ModuleType:
    """Return `functions/<folder>/app.py`, loaded anew as a cold start does, with these variables set meanwhile."""
    name = f"functions_{folder}_{next(_loaded)}"
    spec = importlib.util.spec_from_file_location(name, FUNCTIONS / folder / "app.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(folder)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    with patch.dict(os.environ, environment):
        spec.loader.exec_module(module)
    return module


def logical_id(folder: str) -> str:
    """Return the function's name in the template."""
    return "".join(word.capitalize() for word in folder.split("_")) + "Function"
