"""Unit tests reach no network: rules and use cases open no socket at all, all others reach this machine alone."""

from pathlib import Path

import pytest

_HERE = Path(__file__).parent
_WITHOUT_SOCKETS = (_HERE / "rules", _HERE / "use_cases", _HERE / "test_settings.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test of this folder with what pytest-socket lets it do."""
    for item in items:
        if any(item.path.is_relative_to(place) for place in _WITHOUT_SOCKETS):
            item.add_marker(pytest.mark.disable_socket)
        elif item.path.is_relative_to(_HERE):
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1", "::1"]))
