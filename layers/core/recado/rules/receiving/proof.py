"""What proves that a request comes from a webhook's receiver: a signature by a secret of that webhook.

It is made as Recado's own are, by Standard Webhooks 1.0.0 (https://www.standardwebhooks.com), so that the libraries
which verify POSTs sign requests. What is signed begins with the request's method, which no body of a POST does, as that
is JSON: neither can be sent in the place of the other.
"""

import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

from recado.rules.sending.signing import signing

TOLERANCE_SECONDS = 300
"""How far the clocks of a receiver and of Recado may be apart, as the standard's libraries have it."""

MOST_SIGNATURES = 10
_MESSAGE_ID = re.compile("[A-Za-z0-9_.:-]{1,128}")
_ANY = "surrogatepass"  # nobody signs a lone surrogate: it is a signature that does not fit, and no error of ours
_TIMESTAMP = re.compile("[0-9]{1,12}")


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request with its signatures; `payloads` are the spellings of it that a receiver may have signed."""

    message_id: str
    timestamp: int
    signatures: tuple[str, ...] = field(repr=False)
    payloads: tuple[bytes, ...] = field(repr=False)

    @classmethod
    def of(cls, headers: Mapping[str, str], payloads: Sequence[bytes]) -> "SignedRequest | None":
        """The request of these headers, their names in lower case; None where they cannot be those of one."""
        message_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        signatures = headers.get("webhook-signature", "").split()
        if not _MESSAGE_ID.fullmatch(message_id) or not _TIMESTAMP.fullmatch(timestamp):
            return None
        if not 0 < len(signatures) <= MOST_SIGNATURES:
            return None
        return cls(message_id, int(timestamp), tuple(signatures), tuple(payloads))

    def is_fresh(self, now_ms: int) -> bool:
        """Whether it was signed within the tolerance."""
        return abs(now_ms // 1000 - self.timestamp) <= TOLERANCE_SECONDS

    def is_signed_by(self, secrets: Sequence[str]) -> bool:
        """Whether one of the signatures is by one of these secrets."""
        expected = [
            signing.signature([secret], self.message_id, self.timestamp, payload).encode()
            for secret in secrets
            for payload in self.payloads
        ]
        given = [signature.encode(errors=_ANY) for signature in self.signatures]
        return any(hmac.compare_digest(ours, theirs) for ours in expected for theirs in given)


def payloads_of(method: str, path: str, query: str, body: bytes | None) -> tuple[bytes, ...]:
    """What is signed of a request: its first line without the version, and behind a line feed the body of a POST.

    `path` begins with `/receive/`, its ids are plain text. A gateway may write the `query` in another way than it was
    sent: as it came and with nothing escaped are both taken.
    """
    queries = dict.fromkeys([query, unquote(query)])
    ending = b"" if body is None else b"\n" + body
    return tuple(f"{method} {path}{'?' if each else ''}{each}".encode(errors=_ANY) + ending for each in queries)
