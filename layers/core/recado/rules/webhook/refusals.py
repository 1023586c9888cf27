"""How entered fields are refused, and which signs no text of an admin's may hold."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

# Line and paragraph separators and the signs that turn the direction of writing (https://trojansource.codes) count as
# control characters too: a name must look like what it is.
_INVISIBLE = r"\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff"
CONTROL = re.compile(rf"[\x00-\x1f{_INVISIBLE}]")
CONTROL_BUT_LINES = re.compile(rf"[\x00-\x08\x0b-\x1f{_INVISIBLE}]")


# A request can hold any number of wrong names.
_MOST_PROBLEMS = 20

Refused = tuple[str, str]
"""A field that is refused, as the API names it, and what is accepted."""


class InvalidRegistrationError(ValueError):
    """Fields that are refused: `problems` has them, the first ones if there are many, `field` and `reason` one."""

    def __init__(self, field_name: str, reason: str, further: Sequence[Refused] = ()) -> None:
        self.problems: tuple[Refused, ...] = ((field_name, reason), *further[: _MOST_PROBLEMS - 1])
        super().__init__("; ".join(f"{name}: {accepted}" for name, accepted in self.problems))
        self.field = field_name
        self.reason = reason


def refuse(problems: Iterable[Refused]) -> None:
    """Raise `InvalidRegistrationError` if there are any."""
    found = list(problems)
    if found:
        raise InvalidRegistrationError(*found[0], found[1:])


def all_read(readings: Mapping[str, Callable[[], object]]) -> dict[str, object]:
    """What each reading gives; raises one `InvalidRegistrationError` with what all of them refuse.

    Whoever has several fields wrong is told of them at once, instead of one by one.
    """
    read: dict[str, object] = {}
    problems: list[Refused] = []
    for name, reading in readings.items():
        try:
            read[name] = reading()
        except InvalidRegistrationError as error:
            problems += error.problems
    refuse(problems)
    return read
