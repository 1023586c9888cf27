"""The tokens of a mail's links: each of one address and one purpose, known to who has the mail alone."""

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from recado.rules.account import account_key

_DAY_MS = 24 * 60 * 60 * 1000
_RANDOM_BYTES = 32
TOKEN_PATTERN = r"^[A-Za-z0-9_-]{2,160}\.addr_[0-9a-f]{32}\.[A-Za-z0-9_-]{43}$"  # noqa: S105  # nosec B105 - its form
_TOKEN = re.compile(r"([A-Za-z0-9_-]{2,160})\.(addr_[0-9a-f]{32})\.([A-Za-z0-9_-]{43})", re.ASCII)
ADDRESS_ID_PREFIX = "addr_"


class Purpose(StrEnum):
    """What a link is for."""

    CONFIRM = "CONFIRM"
    UNSUBSCRIBE = "UNSUBSCRIBE"

    @property
    def good_for_ms(self) -> int:
        """How long a link works. Whoever finds an old alert in their mails can still end them."""
        return 7 * _DAY_MS if self is Purpose.CONFIRM else 366 * _DAY_MS


@dataclass(frozen=True, slots=True)
class LinkToken:
    """A link's token: account, address, and 256 random bits that nobody else knows."""

    account_id: str
    address_id: str
    random: str

    @classmethod
    def new(cls, account_id: str, address_id: str) -> Self:
        """A token that there was never before."""
        return cls(account_id, address_id, secrets.token_urlsafe(_RANDOM_BYTES))

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The token of a text; None where it is none."""
        match = _TOKEN.fullmatch(text)
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
        """As it stands in a link: `<account in base64url>.<address id>.<random>`."""
        account = base64.urlsafe_b64encode(self.account_id.encode()).rstrip(b"=").decode()
        return f"{account}.{self.address_id}.{self.random}"

    @property
    def digest(self) -> str:
        """What is kept of it: SHA-256, in hexadecimal digits. Of 256 random bits nobody finds them by it."""
        return hashlib.sha256(self.text.encode()).hexdigest()
