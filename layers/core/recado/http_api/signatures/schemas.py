"""A webhook's signature in JSON."""

from typing import Annotated

from pydantic import Field

from recado.http_api.shared.schemas import Entered, Shown, Time
from recado.http_api.shared.secrets import EarlierSecretView, OwnSecret


class RotationEntered(Entered):
    """How the secret is replaced: without a secret of one's own, one is made."""

    secret: OwnSecret = None


class SignatureView(Shown):
    """A signature without its secret."""

    webhook_id: str
    scheme: str
    algorithm: str
    created_at: Time
    previous: Annotated[
        list[EarlierSecretView], Field(description="The earlier secrets that sign along, newest first.")
    ]


class SignatureDownload(SignatureView):
    """What a receiver needs to verify signatures."""

    secret: str = Field(repr=False)
