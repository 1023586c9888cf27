"""The numbers of the README are those of the committed results."""

import json
from typing import Any

from benchmarks.outcome import LATEST
from tests.support.functions import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def results(name: str) -> Any:
    """Return what a command has written."""
    return json.loads(LATEST.with_name(name).read_text(encoding="utf-8"))


def test_the_numbers_of_the_readme_are_measured() -> None:
    """Dollars, seconds and POSTs: whoever moves a figure moves the sentence."""
    cost, simulated = results("cost.json"), results("cutting.json")
    dollars = cost["totals"]["real time, 1 webhook, sparse"]
    waited = simulated["one bad of 1,000, 500"]["waited"]
    posts = simulated["back after three hours, 10,000 waiting, 500"]["posts"]

    assert f"| ${dollars:.2f} | `make bench cost` |" in README
    assert f"| {waited:.0f} s | `make simulate` |" in README
    assert f"| {posts} | `make simulate` |" in README
