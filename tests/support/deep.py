"""What `make test` leaves to `make test-deep`: the cases of a test beyond those that show what it is about."""

from collections.abc import Collection, Iterable
from typing import Any

import pytest


def deep_unless(quick: bool) -> tuple[pytest.MarkDecorator, ...]:
    """Return the mark of what is deep, or none."""
    return () if quick else (pytest.mark.deep,)


def deep_but(quick: Collection[Any], cases: Iterable[Any]) -> list[Any]:
    """Return all cases as parameters of a test, of which these alone are in `make test`.

    Raises `ValueError` for a name among them that no case has: it would leave its case to the deep run unseen.
    """
    every = list(cases)
    if unknown := [one for one in quick if one not in every]:
        raise ValueError(f"no such case: {unknown}")
    return [pytest.param(one, marks=deep_unless(one in quick)) for one in every]
