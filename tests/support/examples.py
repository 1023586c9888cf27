"""The examples, as modules."""

import importlib.util
from types import ModuleType

from local.settings import PROJECT_DIR

OUTBOX = PROJECT_DIR / "examples" / "outbox"


def outbox_module(name: str) -> ModuleType:
    """Load a module of the outbox recipes, such as `dynamodb/app`."""
    spec = importlib.util.spec_from_file_location(name.replace("/", "_"), OUTBOX / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
