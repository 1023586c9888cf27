"""Strategies of JSON: what every reader accepts, and what Python lets through besides."""

from datetime import datetime
from typing import Any

from hypothesis import strategies as st

from tests.support.catalogue import SHIPPED

SOUND_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SOUND_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(10**400), 10**400)
    | st.floats(allow_nan=False, allow_infinity=False)
    | SOUND_TEXT
)
# Whatever json.loads of Python returns: also NaN, endless integers and lone surrogates.
TEXT = st.text(st.characters(), max_size=20)
SCALARS = SOUND_SCALARS | st.integers() | st.floats() | TEXT


def nested(scalars: st.SearchStrategy[Any], names: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """JSON of these scalars, in lists and objects within each other."""
    return st.recursive(
        scalars,
        lambda children: st.lists(children, max_size=4) | st.dictionaries(names, children, max_size=4),
        max_leaves=12,
    )


SOUND_VALUES = nested(SOUND_SCALARS, SOUND_TEXT)
VALUES = nested(SCALARS, TEXT)
NAMES = st.sampled_from(sorted(SHIPPED.names))
SPELT_TIMES = (
    st.integers(0, 253_402_300_799_999)
    | st.floats(0, 253_402_300_799_999)
    | st.datetimes(datetime(1970, 1, 1)).map(datetime.isoformat)
)
DETAILS = st.fixed_dictionaries(
    {
        "accountId": st.integers(0, 2**63 - 1)
        | st.from_regex(r"[A-Za-z0-9:@+~-][A-Za-z0-9._:@+~-]{0,119}", fullmatch=True),
        "eventId": st.from_regex(r"[A-Za-z0-9_:-]{1,128}", fullmatch=True),
        "timestamp": SPELT_TIMES,
        "data": st.dictionaries(SOUND_TEXT, SOUND_VALUES, max_size=5),
    },
    optional={"eventInfo": st.none() | SOUND_TEXT, "further": SOUND_VALUES},
)
"""The `Detail` of events that must be accepted."""
