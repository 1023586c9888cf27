"""Parts of paths, as calls put them in."""

from urllib.parse import quote


def part(name: str, value: object) -> str:
    """The value, percent-encoded, as one part of a path.

    Raises `ValueError` for what is none: an empty text, `.` and `..` lead to another call, however they are written.
    """
    text = str(value)
    if text in {"", ".", ".."}:
        raise ValueError(f"{name} must not be empty, '.' or '..'")
    return quote(text, safe="")
