"""Texts as they are stored: compressed where that makes them shorter, since every kilobyte is a write unit."""

import zlib

_PLAIN = b"="  # what a plain text begins with: zlib's streams begin with another byte

# What nearly every attempt and event holds, so that it takes no room (RFC 1950, "preset dictionary"), the most frequent
# last. A part of the stored form: what was compressed with it cannot be read with another.
_DICTIONARY = (
    b'"failure":{"class":"SERVER_ERROR","detail":"The receiver answered with status 500.","status":500},'
    b'"truncated":false},"webhook-signature":"[hidden]","Authorization":"[hidden]","requestedBy":"'
    b'{"eventId":"","eventName":"","timestamp":17,"eventInfo":"","data":{"'
    b'{"token":"","startedAt":17,"latencyMs":1,"url":"https://","requestHeaders":{"Content-Type":"application/json",'
    b'"User-Agent":"Recado/1.0.0","recado-attempt":"1","webhook-id":"","webhook-timestamp":"17"},"requestBytes":1,'
    b'"address":"","statusCode":200,"answer":{"headers":{"content-type":"application/json; charset=utf-8"},"body":"",'
    b'"truncated":false}}'
)


def compressed(text: str) -> bytes:
    """The text as bytes, compressed if that is shorter; `decompressed` gives it back."""
    plain = text.encode()
    compressor = zlib.compressobj(wbits=12, memLevel=4, zdict=_DICTIONARY)  # half the time: little has to be set up
    shorter = compressor.compress(plain) + compressor.flush()
    return shorter if len(shorter) <= len(plain) else _PLAIN + plain


def decompressed(stored: bytes) -> str:
    """The text that was stored."""
    if stored.startswith(_PLAIN):
        return stored[1:].decode()
    return zlib.decompressobj(zdict=_DICTIONARY).decompress(stored).decode()
