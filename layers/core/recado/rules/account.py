"""Account ids: the tenant's name, a number or a text, compared as text and delivered as it came."""

import re

# `.` and `..` are steps within a path, and would lead out of the account's own.
ACCOUNT_ID = r"(?!\.{1,2}$)[A-Za-z0-9._:@+~-]{1,120}"
_ACCOUNT_ID = re.compile(ACCOUNT_ID)
_INT64_MAX = 2**63 - 1
ACCEPTED = "a whole number, or 1 to 120 of the characters A-Z a-z 0-9 . _ : @ + ~ - (not . or .. alone)"


def account_key(value: object) -> str | None:
    """The text under which an account is kept (`1010` and `"1010"` are one account); None if it cannot be an id."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    try:
        text = str(value)
    except ValueError:  # an integer of more than 4,300 digits
        return None
    return text if _ACCOUNT_ID.fullmatch(text) else None


def published_account(account_id: str) -> int | str:
    """The account id as receivers get it where a publisher does not spell it: a number where the text is one."""
    is_number = account_id.isdecimal() and str(int(account_id)) == account_id and int(account_id) <= _INT64_MAX
    return int(account_id) if is_number else account_id
