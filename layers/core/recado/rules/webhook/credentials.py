"""What proves to a receiver that a POST is ours, and how a signing secret is replaced without cutting anybody off."""

from dataclasses import dataclass, field

ROTATION_OVERLAP_MS = 24 * 60 * 60 * 1000
MAX_EARLIER_SECRETS = 5


class TooManySecretsError(Exception):
    """As many earlier secrets as there may be still sign along; `next_ends_at` is when the first of them ends."""

    def __init__(self, next_ends_at: int) -> None:
        super().__init__("too many earlier secrets sign along")
        self.next_ends_at = next_ends_at


@dataclass(frozen=True, slots=True)
class EarlierSecret:
    """A signing secret that was replaced: until `valid_until` (milliseconds since 1970) it signs along."""

    secret: str = field(repr=False)
    valid_until: int


@dataclass(frozen=True, slots=True)
class Credentials:
    """What only senders and the signature download may see; kept encrypted, never logged.

    `previous` are the secrets before `secret`, the one that was replaced last first.
    """

    password: str | None = field(default=None, repr=False)
    secret: str | None = field(default=None, repr=False)
    previous: tuple[EarlierSecret, ...] = field(default=(), repr=False)
    client_secret: str | None = field(default=None, repr=False)

    def valid_secrets(self, now_ms: int) -> list[str]:
        """The secrets that sign now, newest first."""
        current = [self.secret] if self.secret else []
        return current + [earlier.secret for earlier in self.previous if now_ms < earlier.valid_until]

    def rotated(self, secret: str, now_ms: int) -> "Credentials":
        """With another secret, while the one until now signs along for 24 hours; raises `TooManySecretsError`.

        Nothing changes where it is the secret already, so that a repetition does no harm. An earlier one that comes
        back is the current one again. Each earlier one keeps its own time; those whose time is over are dropped.
        """
        if secret == self.secret:
            return self
        kept = [each for each in self.previous if now_ms < each.valid_until and each.secret != secret]
        if len(kept) >= MAX_EARLIER_SECRETS:
            raise TooManySecretsError(min(each.valid_until for each in kept))
        replaced = [EarlierSecret(self.secret, now_ms + ROTATION_OVERLAP_MS)] if self.secret else []
        return Credentials(secret=secret, previous=(*replaced, *kept))
