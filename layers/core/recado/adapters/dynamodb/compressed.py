"""Texts as they are stored: compressed where that makes them shorter, since every kilobyte is a write unit."""

import zlib

_PLAIN = b"="  # what a plain text begins with: zlib's streams begin with another byte


def compressed(text: str) -> bytes:
    """The text as bytes, compressed if that is shorter; `decompressed` gives it back."""
    plain = text.encode()
    shorter = zlib.compress(plain)
    return shorter if len(shorter) <= len(plain) else _PLAIN + plain


def decompressed(stored: bytes) -> str:
    """The text that was stored."""
    return (stored[1:] if stored.startswith(_PLAIN) else zlib.decompress(stored)).decode()
