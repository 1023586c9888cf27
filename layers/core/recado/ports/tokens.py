"""Where tokens of token servers are kept, for all environments at once."""

from dataclasses import dataclass, field
from typing import Protocol

from recado.rules.webhook.webhook import Webhook


class NoTokenYetError(Exception):
    """Nothing was POSTed: another fetches the token that is needed, or was refused one just now. Try a little later."""


@dataclass(frozen=True, slots=True)
class KeptToken:
    """A token that may be used until then, in milliseconds since 1970; `version` names it."""

    text: str = field(repr=False)
    version: str
    until: int


@dataclass(frozen=True, slots=True)
class Found:
    """What is kept for a webhook: a token, or that somebody fetches one, or that the server has just refused one."""

    token: KeptToken | None = None
    is_fetched: bool = False
    is_refused: bool = False


class TokenStore(Protocol):
    """Keeps one token a webhook, sealed; it counts for the credentials and settings that it was fetched with alone."""

    def remembered(self, webhook: Webhook) -> KeptToken | None:
        """The token that this environment has in memory."""
        ...

    def read(self, webhook: Webhook) -> Found:
        """What is kept now, read consistently."""
        ...

    def take_lease(self, webhook: Webhook, holder: str, instead_of: str | None) -> bool:
        """Become the one who fetches, for ten seconds.

        That is where nobody fetches, nothing was refused just now, and there is no token, or the one of the version
        `instead_of`, which is forgotten.
        """
        ...

    def keep(self, webhook: Webhook, holder: str, text: str, until: int) -> str | None:
        """Keep a fetched token and end the lease, if it still is this holder's; answers the token's version."""
        ...

    def end_lease(self, webhook: Webhook, holder: str, *, refused: bool) -> None:
        """End the lease without a token, if it still is this holder's.

        Where it was `refused`, nobody asks again for a few seconds.
        """
        ...

    def refuse(self, webhook: Webhook, version: str) -> None:
        """Forget the token of this version, and let nobody ask for another for a few seconds."""
        ...
