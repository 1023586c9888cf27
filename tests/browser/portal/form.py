"""A form of the portal that somebody is filling in."""

from typing import Any

NOWHERE = "http://127.0.0.1:9/hooks"


def fill(page: Any) -> None:
    """Fill in a form for a new webhook, but do not save it."""
    page.get_by_label("Name", exact=True).fill("Typed by hand")
    page.get_by_label("Target URL").fill(NOWHERE)
    page.get_by_role("checkbox", name="COURSE_ENROLLMENT").first.check()
