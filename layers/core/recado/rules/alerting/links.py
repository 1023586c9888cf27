"""The tokens of a mail's links: each of one address and one purpose, known to who has the mail alone."""

import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from recado.rules.account_token import AccountToken

_DAY_MS = 24 * 60 * 60 * 1000
_RANDOM_BYTES = 32
TOKEN_PATTERN = r"^[A-Za-z0-9_-]{2,160}\.addr_[0-9a-f]{32}\.[A-Za-z0-9_-]{43}$"  # noqa: S105  # nosec B105 - its form
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
class LinkToken(AccountToken):
    """A link's token, named by the id of its address."""

    @classmethod
    def new(cls, account_id: str, address_id: str) -> Self:
        """A token that there was never before."""
        return cls(account_id, address_id, secrets.token_urlsafe(_RANDOM_BYTES))

    @property
    def address_id(self) -> str:
        """The address that it is of."""
        return self.name
