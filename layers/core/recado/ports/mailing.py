"""What mailing needs: the mail service, and the memory of what was mailed."""

from dataclasses import dataclass
from typing import Protocol

from recado.ports.sending import OurFaultError
from recado.rules.alerting.flooding import MailPlace
from recado.rules.alerting.letters import Letter


@dataclass(frozen=True, slots=True)
class Mail:
    """A letter to an address, and where a mail program unsubscribes it."""

    address: str
    letter: Letter
    one_click_url: str


class MailRefusedError(Exception):
    """The mail service refuses to mail this address, and will; `code` says why, without the address."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class MailUncertainError(OurFaultError):
    """Nobody knows whether the mail left."""


class MailFaultyError(OurFaultError):
    """The mail service takes no such request, nor would it the next time; the address is not to blame."""


class Mails(Protocol):
    """Sends mails."""

    def send(self, mail: Mail) -> None:
        """Send one.

        Raises `MailRefusedError`, `MailFaultyError` or `MailUncertainError`; or `OurFaultError` where it did not leave,
        and may the next time.
        """
        ...


class Mailed(Protocol):
    """Remembers whom an event of the bus has let be mailed, for longer than any event is repeated."""

    def claim(self, account_id: str, event_id: str, address_id: str) -> bool:
        """Remember that this address is mailed; False where that is remembered already."""
        ...

    def release(self, account_id: str, event_id: str, address_id: str) -> None:
        """Forget it: no mail left."""
        ...


class MailCounts(Protocol):
    """Counts the mails of the last 24 hours."""

    def take(self, place: MailPlace, mail_id: str, now_ms: int) -> int | None:
        """Count one mail of this place, the same once; how many more there may be, None where it is one too many."""
        ...
