"""What a TLS connection to one receiver needs of its own: a client certificate, authorities beside the public ones."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TlsIdentity:
    """A client certificate (key, then chain, leaf first) and authorities, as PEM; None where there is none.

    `version` is that of the webhook's credentials, which no other webhook has: two of one version are equal.
    """

    version: str
    certificate: str | None = field(default=None, repr=False, compare=False)
    authorities: str | None = field(default=None, repr=False, compare=False)
