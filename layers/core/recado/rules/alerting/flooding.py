"""So that nobody is flooded: how many mails there may be in 24 hours, each kind at its place."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from recado.rules.alerting.addresses import address_digest, same_address

_ONE_MAIL_SERVICE = {"gmail.com", "googlemail.com"}  # which leaves out dots, too

DAY_MS = 24 * 60 * 60 * 1000
ASKED_OF_ADDRESS, ASKED_OF_ACCOUNT, ALERTS = 3, 20, 30

CountedMail = tuple[int, str]
"""A mail that was counted: when, and its id."""


@dataclass(frozen=True, slots=True)
class MailPlace:
    """What mails are counted by: two parts of a key, and how many there may be."""

    of: str
    key: str
    limit: int

    @classmethod
    def asked_of_account(cls, account_id: str) -> Self:
        """The mails that ask, of an account."""
        return cls(account_id, "mails#asked", ASKED_OF_ACCOUNT)

    @classmethod
    def asked_of_address(cls, address: str) -> Self:
        """The mails that ask a person, of whatever accounts. No account's id has a `#`."""
        return cls(f"#address#{address_digest(_mailbox(address))}", "mails#asked", ASKED_OF_ADDRESS)

    @classmethod
    def alerts(cls, account_id: str, address: str) -> Self:
        """The alerts of an account to an address, which may have been removed and entered again."""
        return cls(account_id, f"mails#{address_digest(address)}", ALERTS)


def counted(mails: Sequence[CountedMail], mail: CountedMail, limit: int) -> tuple[CountedMail, ...] | None:
    """The mails of the 24 hours until this one, and it, once; None where it is one too many."""
    now, mail_id = mail
    lately = tuple(one for one in mails if now - one[0] < DAY_MS)
    if any(one[1] == mail_id for one in lately):
        return lately
    return None if len(lately) >= limit else (*lately, mail)


def _mailbox(address: str) -> str:
    """The address that mails most likely end up at: what follows a `+` only sorts them there."""
    local, _, domain = same_address(address).rpartition("@")
    local = local.partition("+")[0] or local
    if domain in _ONE_MAIL_SERVICE:
        return f"{local.replace('.', '')}@gmail.com"
    return f"{local}@{domain}"
