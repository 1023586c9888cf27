"""Tokens that say of which account, and of what in it, they are; the rest is 256 random bits, known to the bearer.

Nothing but a token's digest is kept: whoever reads the table can use none.
"""

import base64
import hashlib
import re
from dataclasses import dataclass, field
from typing import Self

from recado.rules.account import account_key

_TEXT = re.compile(r"([A-Za-z0-9_-]{2,160})\.([a-z_]{0,8}[0-9a-f]{32})\.([A-Za-z0-9_-]{43})", re.ASCII)


@dataclass(frozen=True, slots=True)
class AccountToken:
    """A token: account, the id of what it is of, and 32 random bytes in base64url."""

    account_id: str
    name: str
    random: str = field(repr=False)

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The token of a text; None where it is none. Each has one spelling, and so one digest."""
        match = _TEXT.fullmatch(text)
        if match is None:
            return None
        encoded = match[1]
        try:
            account_id = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode("ascii")
        except ValueError:
            return None
        token = cls(account_id, match[2], match[3])
        return token if account_key(account_id) is not None and token.text == text else None

    @property
    def text(self) -> str:
        """As its bearer has it: `<account in base64url>.<id>.<random>`."""
        account = base64.urlsafe_b64encode(self.account_id.encode()).rstrip(b"=").decode()
        return f"{account}.{self.name}.{self.random}"

    @property
    def digest(self) -> str:
        """What is kept of it: SHA-256, in hexadecimal digits. Random as it is, it needs no salt."""
        return hashlib.sha256(self.text.encode()).hexdigest()
