"""What a webhook has of its own for TLS: who we are to its receiver, and whom we trust there."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TlsIdentity:
    """A client certificate, authorities of the receiver's own, or both, as PEM.

    `version` is a token of one webhook's credentials, which no other webhook and no other version has; of a draft, one
    of that send alone. `certificate` is the private key, then the chain, leaf first. Whatever is made of an identity
    is used for an equal one alone.
    """

    version: str
    certificate: str | None = field(default=None, repr=False)
    authorities: str | None = field(default=None, repr=False)
