"""Is this POST genuine: its headers, its age, and its signatures, each said for itself."""

from __future__ import annotations

import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass

from recado_cli import signing
from recado_cli.verify.changes import is_as_written, undone
from recado_cli.verify.headers import Headers
from recado_cli.verify.public_keys import PublicKeys

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
TOLERANCE_SECONDS = 300
_MILLISECONDS_FROM = 100_000_000_000  # as seconds the year 5138
_SIGNATURE = re.compile(r"v\d+[a-z]?,[^\s,]+")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: whether it is right, and what is the matter, in words.

    `name` is `headers`, `secret`, `timestamp` or `signature`.
    """

    name: str
    right: bool
    detail: str


@dataclass(frozen=True)
class Trial:
    """What is judged, by which secrets (their keys), public keys and time (seconds since 1970)."""

    body: bytes
    headers: Headers
    keys: Sequence[bytes]
    public_keys: PublicKeys
    now: float
    tolerance: int = TOLERANCE_SECONDS


def judged(trial: Trial) -> list[Finding]:
    """All that was found; the POST is genuine if each is right."""
    missing = [_missing(trial.headers, name) for name in (ID, TIMESTAMP, SIGNATURE)]
    findings = [finding for finding in missing if finding is not None]
    if findings:
        return findings
    return [_timestamp(trial), _signature(trial)]


def duration(seconds: float) -> str:
    """A span of time in words, in its two largest units: `2 h 5 min`."""
    rest, parts = int(abs(seconds)), []
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")):
        amount, rest = divmod(rest, size)
        if amount:
            parts.append(f"{amount} {unit}")
    return " ".join(parts[:2]) or "0 s"


def _missing(headers: Headers, name: str) -> Finding | None:
    values = headers.get(name, [])
    if len(set(values)) > 1:
        return Finding("headers", False, f"{name} is there {len(values)} times, with different values")
    if values and "[hidden]" in values[0]:
        return Finding("headers", False, f"{name} is hidden here ([hidden]): take it from the receiver's own log")
    if values and values[0]:
        return None
    svix = name.replace("webhook-", "svix-")
    if svix in headers:
        return Finding("headers", False, f"{name} is missing; {svix} is there, which Recado does not send")
    known = ", ".join(sorted(headers)[:12])
    state = "is empty" if values else "is missing"
    return Finding(
        "headers", False, f"{name} {state}; a proxy or the framework may have dropped it. There are: {known}"
    )


def _timestamp(trial: Trial) -> Finding:
    text = trial.headers[TIMESTAMP][0]
    if not re.fullmatch(r"[0-9]{1,15}", text):
        return Finding("timestamp", False, "it is no whole number of seconds since 1970, as the standard has it")
    if int(text) >= _MILLISECONDS_FROM:
        return Finding("timestamp", False, "it is in milliseconds; the standard has seconds")
    age = trial.now - int(text)
    if age > trial.tolerance:
        return Finding("timestamp", False, f"it is {duration(age)} old, and {duration(trial.tolerance)} are allowed")
    if -age > trial.tolerance:
        ahead = f"it is {duration(age)} in the future, and {duration(trial.tolerance)} are allowed"
        return Finding("timestamp", False, f"{ahead}: is the clock of this machine right?")
    return Finding("timestamp", True, f"{duration(age)} {'old' if age >= 0 else 'ahead'}")


def _signature(trial: Trial) -> Finding:
    header = trial.headers[SIGNATURE][0]
    signatures = header.split()
    odd = next((one for one in signatures if not _SIGNATURE.fullmatch(one)), None)
    if odd is not None:
        return Finding("signature", False, f"the header is no list of `v1,…` with spaces between: {_form_of(odd)}")
    fitting = _fitting(trial, signatures, trial.body)
    if fitting:
        return Finding("signature", True, fitting)
    for what, body in undone(trial.body):
        if _fitting(trial, signatures, body):
            return Finding("signature", False, f"the secret is right, but the body {what}")
    return Finding("signature", False, _why_not(trial, signatures))


def _fitting(trial: Trial, signatures: Sequence[str], body: bytes) -> str:
    """Which signature fits, in words; nothing where none does. All are compared, in constant time."""
    message_id, timestamp = trial.headers[ID][0], trial.headers[TIMESTAMP][0]
    expected = [signing.signature(key, message_id, timestamp, body) for key in trial.keys]
    fits = [
        _place(place, signatures) + (f", by secret {number} of {len(expected)}" if len(expected) > 1 else "")
        for place, given in enumerate(signatures, 1)
        for number, one in enumerate(expected, 1)
        if hmac.compare_digest(given.encode(), one.encode())
    ]
    content = signing.content(message_id, timestamp, body)
    fits += [
        f"{_place(place, signatures)}, by public key {kid}"
        for place, given in enumerate(signatures, 1)
        if (kid := trial.public_keys.fitting(given, content))
    ]
    return "; ".join(fits)


def _place(place: int, signatures: Sequence[str]) -> str:
    version = signatures[place - 1].partition(",")[0]
    return f"{version} fits" + (f" (signature {place} of {len(signatures)})" if len(signatures) > 1 else "")


def _why_not(trial: Trial, signatures: Sequence[str]) -> str:
    versions = sorted({one.partition(",")[0] for one in signatures})
    usable = ({"v1"} if trial.keys else set()) | ({"v1a"} if trial.public_keys else set())
    if not usable & set(versions):
        wanted = {"v1": "a secret verifies v1", "v1a": "public keys (--keys) verify v1a"}
        needed = " and ".join(wanted[one] for one in versions if one in wanted) or "neither is known here"
        return f"there are only signatures {', '.join(versions)}: {needed}"
    if not trial.body:
        return "the body is empty: something has read it before"
    if is_as_written(trial.body):
        return (
            "no signature fits, and the body looks as Recado writes it: it was signed with another secret, or id, time "
            "or body were changed since. Is this that of the same webhook, and was it exchanged more than 24 hours ago?"
        )
    return (
        "no signature fits: it was signed with another secret, or the body is not what was sent; compact JSON, as "
        "Recado writes it, it is not. Keep the bytes as they came, before anything parses them"
    )


def _form_of(text: str) -> str:
    """What a piece of the header looks like, without telling it."""
    if "," not in text:
        return "one has no version before a comma"
    return "commas between signatures" if text.count(",") > 1 else "one has no known version"
