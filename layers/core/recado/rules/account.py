"""Account ids: the tenant's name, a number or a text, compared as text and delivered as it came."""

import re

_ACCOUNT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
ACCEPTED = "a whole number, or 1 to 64 letters, digits, '.', '_' or '-' that start with a letter or a digit"


def account_key(value: object) -> str | None:
    """The text under which an account is kept (`1010` and `"1010"` are one account); None if it cannot be an id."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    try:
        text = str(value)
    except ValueError:  # an integer of more than 4,300 digits
        return None
    return text if _ACCOUNT_ID.fullmatch(text) else None
