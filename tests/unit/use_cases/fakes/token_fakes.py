"""The store of tokens, in memory."""

from dataclasses import dataclass
from itertools import count
from typing import NoReturn

from recado.ports.sending import Clock
from recado.ports.tokens import Found, KeptToken
from recado.rules.webhook.webhook import Webhook
from tests.unit.use_cases.fakes.journal import Journal

LEASE_MS = 10_000
REFUSED_MS = 4_000


def no_tokens() -> NoReturn:
    """Stand for a store where no webhook needs one."""
    raise AssertionError("a token for a webhook that needs none")


@dataclass
class _Kept:
    token: KeptToken | None = None
    holder: str | None = None
    lease_until: int = 0
    refused_until: int = 0


class FakeTokens:
    """One store for all environments; what one remembers is in `memory`, which a test may empty."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock
        self._versions = count(1)
        self.kept = _Kept()
        self.memory: KeptToken | None = None

    def remembered(self, webhook: Webhook) -> KeptToken | None:
        """Answer from memory."""
        del webhook
        return self.memory if self.memory is not None and self.memory.until > self._clock() else None

    def read(self, webhook: Webhook) -> Found:
        """Answer what is kept."""
        del webhook
        self._journal.note("read token")
        now, kept = self._clock(), self.kept
        if kept.token is not None and kept.token.until > now:
            self.memory = kept.token
            return Found(token=kept.token)
        return Found(is_fetched=kept.lease_until > now, is_refused=kept.refused_until > now)

    def take_lease(self, webhook: Webhook, holder: str, instead_of: str | None) -> bool:
        """Take the lease where it is free."""
        found = self.read(webhook)
        self._journal.note("take token lease")
        is_usable = found.token is not None and found.token.version != instead_of
        if is_usable or found.is_fetched or found.is_refused:
            return False
        self.kept = _Kept(holder=holder, lease_until=self._clock() + LEASE_MS)
        return True

    def keep(self, webhook: Webhook, holder: str, text: str, until: int) -> str | None:
        """Keep a token."""
        del webhook
        self._journal.note("keep token")
        if self.kept.holder != holder:
            return None
        self.memory = KeptToken(text, f"v{next(self._versions)}", until)
        self.kept = _Kept(token=self.memory)
        return self.memory.version

    def end_lease(self, webhook: Webhook, holder: str, *, refused: bool) -> None:
        """End the lease."""
        del webhook
        self._journal.note("end token lease")
        if self.kept.holder == holder:
            self.kept = _Kept(refused_until=self._clock() + REFUSED_MS if refused else 0)

    def refuse(self, webhook: Webhook, version: str) -> None:
        """Forget a token."""
        del webhook
        self._journal.note("refuse token")
        self.memory = None
        if self.kept.token is not None and self.kept.token.version == version:
            self.kept = _Kept(refused_until=self._clock() + REFUSED_MS)
