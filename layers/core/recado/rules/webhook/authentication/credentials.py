"""What proves to a receiver that a POST is ours, and how a signing secret is replaced without cutting anybody off."""

from dataclasses import dataclass, field, replace

ROTATION_OVERLAP_MS = 24 * 60 * 60 * 1000
MAX_EARLIER_SECRETS = 5


class TooManySecretsError(Exception):
    """As many earlier secrets as there may be still sign along; `next_ends_at` is when the first of them ends."""

    def __init__(self, next_ends_at: int) -> None:
        super().__init__("too many earlier secrets sign along")
        self.next_ends_at = next_ends_at


@dataclass(frozen=True, slots=True)
class EarlierSecret:
    """A signing secret or key that was replaced: until `valid_until` (milliseconds since 1970) it signs along."""

    secret: str = field(repr=False)
    valid_until: int


@dataclass(frozen=True, slots=True)
class Credentials:
    """What only senders and the signature download may see; kept encrypted, never logged.

    `previous` are the secrets before `secret`, the one that was replaced last first; `previous_keys` likewise those
    before `signing_key`, an Ed25519 private key, 32 bytes as base64. `token` is that of type `BEARER`, `header_value`
    that of `HEADER`, `client_secret` that of `OAUTH2`. `client_certificate` is PEM, the key and then the chain, leaf
    first; `trusted_certificates` is PEM.
    """

    password: str | None = field(default=None, repr=False)
    secret: str | None = field(default=None, repr=False)
    previous: tuple[EarlierSecret, ...] = field(default=(), repr=False)
    token: str | None = field(default=None, repr=False)
    header_value: str | None = field(default=None, repr=False)
    client_secret: str | None = field(default=None, repr=False)
    signing_key: str | None = field(default=None, repr=False)
    previous_keys: tuple[EarlierSecret, ...] = field(default=(), repr=False)
    client_certificate: str | None = field(default=None, repr=False)
    trusted_certificates: str | None = field(default=None, repr=False)

    def valid_secrets(self, now_ms: int) -> list[str]:
        """The secrets that sign now, newest first."""
        return _valid(self.secret, self.previous, now_ms)

    def valid_keys(self, now_ms: int) -> list[str]:
        """The private keys that sign now, newest first."""
        return _valid(self.signing_key, self.previous_keys, now_ms)

    def rotated(self, secret: str, now_ms: int, signing_key: str | None = None) -> "Credentials":
        """With another secret, and another key where there is one, while those until now sign along for 24 hours.

        Nothing changes where it is the secret already, so that a repetition does no harm. An earlier one that comes
        back is the current one again. Each earlier one keeps its own time; those whose time is over are dropped.
        Raises `TooManySecretsError`.
        """
        if secret == self.secret:
            return self
        secrets = [each for each in self.previous if now_ms < each.valid_until and each.secret != secret]
        keys = [each for each in self.previous_keys if now_ms < each.valid_until]
        for kept in (secrets, keys):
            if len(kept) >= MAX_EARLIER_SECRETS:
                raise TooManySecretsError(min(each.valid_until for each in kept))
        return replace(
            self,
            secret=secret,
            previous=(*_replaced(self.secret, now_ms), *secrets),
            signing_key=signing_key,
            previous_keys=(*_replaced(self.signing_key, now_ms), *keys),
        )


def _valid(current: str | None, earlier: tuple[EarlierSecret, ...], now_ms: int) -> list[str]:
    return [*([current] if current else []), *(each.secret for each in earlier if now_ms < each.valid_until)]


def _replaced(current: str | None, now_ms: int) -> list[EarlierSecret]:
    return [EarlierSecret(current, now_ms + ROTATION_OVERLAP_MS)] if current else []
