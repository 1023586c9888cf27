"""Portal sessions in JSON."""

from typing import Annotated, Literal
from urllib.parse import urlencode

from pydantic import Field

from recado.http_api.shared.schemas import Entered, Shown, Time, nullable
from recado.rules.event.timestamps import to_iso
from recado.rules.portal.session import LONGEST_MINUTES, Capability, PortalSession
from recado.use_cases.managing.portal import OpenedSession

_LOCALE = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
_USER = r"^[^\x00-\x1f\x7f]{1,120}$"

CapabilityName = Literal["read", "write", "secrets", "resend"]
User = Annotated[str, Field(description="Whom the platform says it is, for the activity log.")]


class PortalSessionEntered(Entered):
    """A customer to be let in."""

    capabilities: Annotated[
        list[CapabilityName],
        Field(
            min_length=1,
            max_length=len(Capability),
            description="`read`: everything but secrets. `write`: create, change, test and remove webhooks. `secrets`: "
            "show and replace signing secrets. `resend`: deliver again, withdraw, send now, catch up.",
        ),
    ]
    minutes: Annotated[int, Field(ge=1, le=LONGEST_MINUTES)] = LONGEST_MINUTES
    locale: Annotated[
        str | None,
        Field(pattern=_LOCALE, description="The page's language, such as `pt-BR`.", json_schema_extra=nullable),
    ] = None
    theme: Annotated[Literal["light", "dark"] | None, Field(json_schema_extra=nullable)] = None
    user: Annotated[User | None, Field(pattern=_USER, json_schema_extra=nullable)] = None


class PortalSessionView(Shown):
    """A session."""

    session_id: str
    account_id: str
    capabilities: list[CapabilityName]
    ends_at: Time
    user: User | None = None


class RenewedSessionView(PortalSessionView):
    """A session with its token, which is shown this once."""

    token: Annotated[str, Field(repr=False)]


class OpenedSessionView(RenewedSessionView):
    """A session with its token, and the link that lets its bearer in."""

    url: Annotated[str, Field(repr=False, description="The portal, with the token in the fragment.")]


def session_view(session: PortalSession) -> PortalSessionView:
    """A session as it is shown to itself."""
    return PortalSessionView(**_fields(session))


def renewed_view(opened: OpenedSession) -> RenewedSessionView:
    """A session that has another token."""
    return RenewedSessionView(**_fields(opened.session), token=opened.token)


def opened_view(opened: OpenedSession, entered: PortalSessionEntered, console_url: str) -> OpenedSessionView:
    """A session that was opened."""
    told = {"token": opened.token, "locale": entered.locale, "theme": entered.theme}
    fragment = urlencode({name: value for name, value in told.items() if value is not None})
    return OpenedSessionView(**_fields(opened.session), token=opened.token, url=f"{console_url}/portal#{fragment}")


def _fields(session: PortalSession) -> dict[str, object]:
    return {
        "session_id": session.session_id,
        "account_id": session.account_id,
        "capabilities": session.sorted_capabilities,
        "ends_at": to_iso(session.ends_at),
        "user": session.user,
    }
