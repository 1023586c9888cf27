"""Routes of portal sessions: what the platform opens and ends, and what a session may do to itself."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from recado.http_api.portal.schemas import (
    OpenedSessionView,
    PortalSessionEntered,
    PortalSessionView,
    RenewedSessionView,
    opened_view,
    renewed_view,
    session_view,
)
from recado.http_api.shared.admission import PREFIX, bearer_token, session_of
from recado.http_api.shared.capabilities import SESSION
from recado.http_api.shared.parameters import AccountId
from recado.http_api.shared.schemas import ADMIN, OF_PORTAL, new_router, responses, shown
from recado.rules.portal.session import Capability
from recado.use_cases.managing.portal import Portal

_SESSIONS = "/accounts/<accountId>/portal-sessions"
_OWN = f"{PREFIX}{SESSION}"
_TAGS = ["Portal"]


def portal_routes(portal: Portal, console_url: str) -> APIGatewayHttpRouter:
    """The routes of portal sessions; `console_url` is where the console is, without a slash at its end."""
    router = new_router()
    _platform_routes(router, portal, console_url)
    _own_routes(router, portal)
    return router


def _platform_routes(router: APIGatewayHttpRouter, portal: Portal, console_url: str) -> None:
    @router.post(
        _SESSIONS,
        operation_id="openPortalSession",
        summary="Let a customer in",
        description="For at most an hour, with a link for a page or a frame of yours. The token reaches this account "
        "alone, with these capabilities, under `/portal/accounts/{accountId}/…`, and opens no session.",
        tags=_TAGS,
        responses=responses(201, OpenedSessionView, 400, 415, 422),
        security=ADMIN,
    )
    def open_portal_session(account_id: AccountId, session: PortalSessionEntered) -> Response[str]:
        capabilities = frozenset(map(Capability, session.capabilities))
        opened = portal.open(account_id, capabilities, session.minutes, session.user)
        return shown(opened_view(opened, session, console_url), HTTPStatus.CREATED)

    @router.delete(
        _SESSIONS,
        operation_id="endPortalSessions",
        summary="End all portal sessions of the account",
        description="Whoever has one is let in no more, from the next request on.",
        tags=_TAGS,
        responses=responses(204, None, 400),
        security=ADMIN,
    )
    def end_portal_sessions(account_id: AccountId) -> Response[str]:
        portal.end_all(account_id)
        return Response(status_code=HTTPStatus.NO_CONTENT, body="")


def _own_routes(router: APIGatewayHttpRouter, portal: Portal) -> None:
    @router.get(
        _OWN,
        operation_id="readPortalSession",
        summary="What this portal session may do",
        tags=_TAGS,
        responses=responses(200, PortalSessionView),
        security=OF_PORTAL,
    )
    def read_portal_session() -> Response[str]:
        return shown(session_view(session_of(router.current_event.raw_event)))

    @router.post(
        _OWN,
        operation_id="renewPortalSession",
        summary="Take another token for this portal session",
        description="The one that asks is worth nothing any more; the session ends when it would have ended.",
        tags=_TAGS,
        responses=responses(201, RenewedSessionView, 415),
        security=OF_PORTAL,
    )
    def renew_portal_session() -> Response[str]:
        event = router.current_event.raw_event
        return shown(renewed_view(portal.renew(session_of(event), bearer_token(event))), HTTPStatus.CREATED)

    @router.delete(
        _OWN,
        operation_id="endPortalSession",
        summary="End this portal session",
        tags=_TAGS,
        responses=responses(204, None),
        security=OF_PORTAL,
    )
    def end_portal_session() -> Response[str]:
        portal.end(session_of(router.current_event.raw_event))
        return Response(status_code=HTTPStatus.NO_CONTENT, body="")
