"""Folders of catalogues, as a person writes them."""

import json
from pathlib import Path
from typing import Any

MINIMAL = {"name": "order.paid", "category": "REAL_TIME", "description": {"en": "Paid."}, "sample": {"orderId": "o-1"}}


def changed(**fields: Any) -> dict[str, Any]:
    """Return the smallest event type, changed."""
    return {**MINIMAL, **fields}


def folder_of(root: Path, **files: Any) -> Path:
    """Make a folder of these files; `schemas_money` is `schemas/money.json`, a text is written as it is."""
    folder = root / "shop"
    for name, content in files.items():
        path = folder / f"{name.replace('schemas_', 'schemas/')}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content, indent=1), encoding="utf-8")
    return folder


def file_of(*entries: Any) -> dict[str, object]:
    """Return the content of a file of these event types."""
    return {"eventTypes": list(entries)}
