"""How an entered field is refused, and which signs no text of an admin's may hold."""

import re

# Line and paragraph separators and the signs that turn the direction of writing (https://trojansource.codes) count as
# control characters too: a name must look like what it is.
_INVISIBLE = r"\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff"
CONTROL = re.compile(rf"[\x00-\x1f{_INVISIBLE}]")
CONTROL_BUT_LINES = re.compile(rf"[\x00-\x08\x0b-\x1f{_INVISIBLE}]")


class InvalidRegistrationError(ValueError):
    """A field that is refused: `field` names it as the API does, `reason` says what is accepted."""

    def __init__(self, field_name: str, reason: str) -> None:
        super().__init__(f"{field_name}: {reason}")
        self.field = field_name
        self.reason = reason
