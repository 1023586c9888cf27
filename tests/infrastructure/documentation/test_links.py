"""Links of the documentation."""

import re

import pytest

from local.settings import PROJECT_DIR
from tests.support.documentation.pages import PAGES, anchors, links


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    """One without a host names a file that is there, and in a page a heading that it has."""
    assert [address for _, address in links(page) if "://" not in address and not leads(page, address)] == []


def leads(page: str, address: str) -> bool:
    """Tell whether a link of a page leads to a file, and to a heading where it names one."""
    path, _, anchor = address.partition("#")
    file = (PROJECT_DIR / page).parent / path if path else PROJECT_DIR / page
    if not file.exists() or not anchor:
        return file.exists()
    return anchor in anchors(str(file.resolve().relative_to(PROJECT_DIR)))


@pytest.mark.parametrize("address", ["none.md", "operating.md#what-to-watchh", "#nowhere"])
def test_what_leads_nowhere_is_found(address: str) -> None:
    """A file that is not there, and a heading that is not in a file that is."""
    assert not leads("docs/receiving.md", address)
    assert leads("docs/receiving.md", "operating.md#what-to-watch")


@pytest.mark.parametrize("page", PAGES)
def test_a_decision_has_the_number_that_is_named(page: str) -> None:
    """`ADR 7` leads to the file that begins with 0007."""
    named = [(int(found[1]), address) for text, address in links(page) if (found := re.fullmatch(r"ADR (\d+)", text))]
    assert [each for each in named if f"adr/{each[0]:04d}-" not in each[1]] == []
