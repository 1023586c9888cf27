"""What is to be registered of a webhook that was found, and why it cannot be where it cannot."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from recado_cli.importing.found import Found
from recado_cli.importing.secrets import as_text, refusal_of
from recado_cli.output import Document

_MAX_DESCRIPTION_LENGTH = 1000
_VALUES = {"BASIC": "password", "BEARER": "token", "HEADER": "value", "OAUTH2": "clientSecret"}
_KEYS_ARE_TEXTS = frozenset({"convoy", "hook0", "outpost"})


@dataclass(frozen=True)
class Wishes:
    """What was asked for on the command line; `shape` is the format that the sender's receivers know."""

    sender: str
    shape: Document
    mapping: Mapping[str, str] = field(default_factory=dict)
    event_names: tuple[str, ...] = ()
    without: Collection[str] = ()
    secrets_as_text: bool = False
    active: bool = False
    http: bool = False


@dataclass(frozen=True)
class Wanted:
    """One webhook to be registered for an account: `body` is the request; nothing is where there are `refusals`."""

    account: str
    found: Found
    body: Document = field(repr=False)
    marker: str
    refusals: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def key(self) -> str:
        """An `Idempotency-Key` that the same import has again, of this webhook for this account.

        The body is in it, and with it the secret, so that nobody else can make it up.
        """
        written = json.dumps([self.account, self.marker, self.body], sort_keys=True)
        return f"import-{hashlib.sha256(written.encode()).hexdigest()}"

    def is_in(self, webhook: Document) -> bool:
        """Whether a registered webhook's description says that it is this one."""
        return bool(self.marker) and self.marker in str(webhook.get("description", "")).splitlines()


def wanted(found: Found, account: str, wishes: Wishes, catalogue: Collection[str]) -> Wanted:
    """What is to be registered; `catalogue` holds the names of the stack's event types."""
    authentication, refused = _authentication(found, wishes)
    names, unknown = _names(found, wishes, catalogue)
    refusals = [*found.refusals, *refused, *unknown, *_target(found, wishes)]
    notes = list(found.notes)
    for loss in found.losses:
        if loss.part in wishes.without:
            notes.append(f"{loss.part} is left out: {loss.text}")
        else:
            refusals.append(f"{loss.text} (--without {loss.part} takes the rest)")
    if wishes.active and not found.enabled:
        notes.append("it was off, and stays off")
    marker = f"imported from {wishes.sender}: {found.source_id}" if found.source_id else ""
    description, is_whole = _description(found, marker)
    if not is_whole:
        notes.append(f"its description is cut to {_MAX_DESCRIPTION_LENGTH} characters")
    body = {
        **wishes.shape,
        **found.fields,
        "eventNames": names,
        "authentication": authentication,
        **({"description": description} if description else {}),
        "active": wishes.active and found.enabled,
    }
    return Wanted(account, found, body, marker, tuple(refusals), tuple(notes))


def _description(found: Found, marker: str) -> tuple[str, bool]:
    """What was there, whole or not, and where the webhook is from: by that the next import knows it again."""
    there = [line for line in str(found.fields.get("description", "")).splitlines() if line != marker]
    text = "\n".join(there)
    kept = text[: _MAX_DESCRIPTION_LENGTH - len(marker) - 1]
    return "\n".join(filter(None, (kept, marker))), kept == text


def _target(found: Found, wishes: Wishes) -> list[str]:
    url = str(found.fields.get("targetUrl", "https://"))
    if url.startswith("https://") or (wishes.http and url.startswith("http://")):
        return []
    return ["its URL does not begin with https://"]


def _names(found: Found, wishes: Wishes, catalogue: Collection[str]) -> tuple[list[str], list[str]]:
    """The event names in the catalogue's words, and which of them it does not know."""
    mapped = (wishes.mapping.get(name, name) for name in found.event_names or wishes.event_names)
    names = list(dict.fromkeys(filter(None, mapped)))
    if "*" in names:
        names = ["*"]
    if not names:
        return [], ["it wants no events; --event names some"] if not found.refusals else []
    unknown = [name for name in names if not _is_known(name, catalogue)]
    return names, [f"there is no event type {name!r} here (--map {name}=…)" for name in unknown]


def _is_known(name: str, catalogue: Collection[str]) -> bool:
    """Whether it is a name, or a wildcard that there is here: `*`, and `order.*` for all that begin so."""
    if name == "*" or name in catalogue:
        return True
    return name.endswith(".*") and len(name) > len(".*") and "*" not in name[:-1]


def _authentication(found: Found, wishes: Wishes) -> tuple[Document, list[str]]:
    """What the API takes as `authentication`, and why there is none."""
    given: Document = found.fields.get("authentication", {})
    other = given if given.get("type") not in (None, "SIGNATURE") else {}
    if found.signs and other and not {"secret", "authentication"} & set(wishes.without):
        both = f"it signs and sends {other['type']}, of which it is one here"
        return {}, [f"{both}: --without secret, or --without authentication"]
    if other and not (found.signs and "authentication" in wishes.without):
        return _with_its_value(other, wishes)
    if found.signs:
        return _signature(found, {} if other else given, wishes)
    return {"type": "NONE"}, []


def _with_its_value(other: Document, wishes: Wishes) -> tuple[Document, list[str]]:
    value = _VALUES.get(str(other["type"]), "")
    if not value or other.get(value):
        return other, []
    if "authentication" in wishes.without:
        return {"type": "NONE"}, []
    return {}, [f"its {value} ({other['type']}) is not in the file: add it, or --without authentication"]


def _signature(found: Found, given: Document, wishes: Wishes) -> tuple[Document, list[str]]:
    signature = {"type": "SIGNATURE", **given}
    if found.secret is None:
        if "secret" in wishes.without or any(loss.part == "secret" for loss in found.losses):
            return signature, []
        return {}, ["its signing secret is not in the file: add it, or --without secret makes a new one"]
    refusal = refusal_of(found.secret)
    if refusal is None:
        return {**signature, "secret": found.secret}, []
    spelled, unfit = as_text(found.secret)
    if spelled and wishes.secrets_as_text:
        return {**signature, "secret": spelled}, []
    if "secret" in wishes.without:
        return signature, []
    if wishes.secrets_as_text:
        refusal = unfit
    elif spelled and wishes.sender in _KEYS_ARE_TEXTS:
        refusal = f"{refusal} (--secrets-as-text takes its text as the key, which is how its sender signs)"
    return {}, [f"its signing secret is refused: {refusal}"]
