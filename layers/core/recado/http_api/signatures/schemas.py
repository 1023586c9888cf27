"""A webhook's signature in JSON."""

from pydantic import Field

from recado.http_api.shared.schemas import Shown, Time


class SignatureView(Shown):
    """A signature without its secret."""

    webhook_id: str
    scheme: str
    algorithm: str
    created_at: Time
    previous_valid_until: Time | None = None


class SignatureDownload(SignatureView):
    """What a receiver needs to verify signatures."""

    secret: str = Field(repr=False)
    previous_secret: str | None = Field(default=None, repr=False)
