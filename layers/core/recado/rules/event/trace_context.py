"""W3C Trace Context: the `traceparent` with which a publisher says to which trace an event belongs.

https://www.w3.org/TR/trace-context/#traceparent-header, the Recommendation of 23 November 2021.
"""

import re
from collections.abc import Iterable

# Version, trace id, parent id and flags; later versions may have more behind them, and none is called ff.
_TRACEPARENT = re.compile(
    r"(?!ff)(?P<version>[0-9a-f]{2})"
    r"-(?P<known>(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2})"
    r"(?P<more>-[!-~]*)?"
)
_VERSION = "00"
_MAX_LENGTH = 512


def traceparent_of(value: object) -> str | None:
    """The `traceparent` that receivers get; None where this is none.

    What cannot be read is left out, as the Recommendation asks of whoever hands one on (section 4.3): an event is worth
    more than its trace. One of a later version is handed on as what version 00 knows of it (section 3.2.4).
    """
    if not isinstance(value, str) or len(value) > _MAX_LENGTH:
        return None
    found = _TRACEPARENT.fullmatch(value.strip(" \t"))
    if found is None or (found["version"] == _VERSION and found["more"] is not None):
        return None
    return f"{_VERSION}-{found['known']}"


def shared_traceparent(values: Iterable[str | None]) -> str | None:
    """The one `traceparent` of what travels together: a header names one, so that several mean none."""
    of_all = set(values)
    return of_all.pop() if len(of_all) == 1 else None
