"""Signing secrets in JSON: one that is entered, and what is shown of the earlier ones."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import BeforeValidator, Field

from recado.http_api.shared.schemas import Shown, Time, lengths
from recado.rules.event.timestamps import to_iso


def not_null(value: object) -> object:
    """Null would be taken for "leave it as it is", while JSON merge patch (RFC 7396) means "remove"."""
    if value is None:
        raise ValueError("must not be null: leave the field out to keep it")
    return value


OwnSecret = Annotated[
    str | None,
    BeforeValidator(not_null),
    Field(
        repr=False,
        description="A secret of one's own, so that a receiver needs no change: 24 to 64 bytes in base64, after "
        "`whsec_` or alone, with or without padding. It is the key that Standard Webhooks' libraries read from it, or "
        "it is refused: URL-safe base64, and hexadecimal digits without `whsec_`.",
        json_schema_extra=lengths(32, 97),
    ),
]
"""A signing secret that is entered; the rules check it."""


class EarlierSecretView(Shown):
    """A secret that was replaced, and signs along for 24 hours from then on."""

    valid_until: Time


def earlier_views(until: Sequence[int]) -> list[EarlierSecretView]:
    """Those that sign until then."""
    return [EarlierSecretView(valid_until=to_iso(each)) for each in until]
