"""Routes of alert addresses: an account's list, and what the links of mails lead to."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from recado.http_api.alert_addresses.one_click import UNSUBSCRIBE
from recado.http_api.alert_addresses.schemas import (
    AlertAddressesEntered,
    AlertAddressList,
    LinkAnswer,
    LinkEntered,
    link_answer,
    list_view,
)
from recado.http_api.shared.access import requester_of
from recado.http_api.shared.parameters import AccountId
from recado.http_api.shared.problems import InvalidRequestError, not_found
from recado.http_api.shared.schemas import OPEN, READ, WRITE, new_router, responses, shown
from recado.rules.alerting.addresses import InvalidAddressError
from recado.rules.alerting.links import LinkToken
from recado.use_cases.managing.alert_addresses import AlertAddresses

_ADDRESSES = "/accounts/<accountId>/alert-addresses"
_TAGS = ["Alerts"]


def alert_address_routes(addresses: AlertAddresses, console_url: str) -> APIGatewayHttpRouter:
    """The routes that read and replace an account's addresses, and those that the links of mails lead to."""
    router = new_router()
    _list_routes(router, addresses)
    _removal_route(router, addresses)
    _link_routes(router, addresses)
    _page_route(router, console_url)
    return router


def _list_routes(router: APIGatewayHttpRouter, addresses: AlertAddresses) -> None:
    @router.get(
        _ADDRESSES,
        operation_id="listAlertAddresses",
        summary="Whom the account's alerts are mailed to",
        tags=_TAGS,
        responses=responses(200, AlertAddressList),
        security=READ,
    )
    def list_alert_addresses(account_id: AccountId) -> Response[str]:
        return shown(list_view(addresses.read(account_id), mails=addresses.mails))

    @router.put(
        _ADDRESSES,
        operation_id="replaceAlertAddresses",
        summary="Say whom the account's alerts are mailed to",
        description="The whole list. Who is new is asked by mail, and gets nothing else until they confirm; the same "
        "list again asks those again who have not answered, 10 minutes after the last mail. There are at most 3 such "
        "mails to an address in 24 hours, 20 for an account, and 30 alerts to each address.",
        tags=_TAGS,
        responses=responses(200, AlertAddressList, 400, 409, 415, 422),
        security=WRITE,
    )
    def replace_alert_addresses(account_id: AccountId, entered: AlertAddressesEntered) -> Response[str]:
        requester = requester_of(router.current_event.raw_event)
        try:
            book = addresses.replace(account_id, entered.wanted(), requester)
        except InvalidAddressError as error:
            raise InvalidRequestError(f"addresses[{error.position}].address", error.reason) from None
        return shown(list_view(book, mails=addresses.mails))


def _removal_route(router: APIGatewayHttpRouter, addresses: AlertAddresses) -> None:
    @router.delete(
        _ADDRESSES,
        operation_id="removeAlertAddresses",
        summary="Mail the account's alerts to nobody",
        tags=_TAGS,
        responses=responses(204, None),
        security=WRITE,
    )
    def remove_alert_addresses(account_id: AccountId) -> Response[str]:
        addresses.remove(account_id, requester_of(router.current_event.raw_event))
        return Response(status_code=HTTPStatus.NO_CONTENT, body="")


def _link_routes(router: APIGatewayHttpRouter, addresses: AlertAddresses) -> None:
    @router.post(
        "/alert-addresses/confirm",
        operation_id="confirmAlertAddress",
        summary="Confirm an address, by the link of its mail",
        description="Open to who has the mail. Twice is once; the link is good for 7 days.",
        tags=_TAGS,
        responses=responses(200, LinkAnswer, 400, 404, 410, 415, 422, 503, secured=False),
        security=OPEN,
    )
    def confirm_alert_address(entered: LinkEntered) -> Response[str]:
        return shown(link_answer(addresses.confirm(entered.token)))

    @router.post(
        UNSUBSCRIBE,
        operation_id="unsubscribeAlertAddress",
        summary="Unsubscribe an address, by the link of its mail",
        description="Open to who has the mail. Mail programs send the form `List-Unsubscribe=One-Click` instead "
        "(RFC 8058), with the token in the query.",
        tags=_TAGS,
        responses=responses(200, LinkAnswer, 400, 404, 410, 415, 422, 503, secured=False),
        security=OPEN,
    )
    def unsubscribe_alert_address(entered: LinkEntered) -> Response[str]:
        return shown(link_answer(addresses.unsubscribe(entered.token)))


def _page_route(router: APIGatewayHttpRouter, console_url: str) -> None:
    @router.get(UNSUBSCRIBE, include_in_schema=False)
    def open_unsubscribe_page() -> Response[str]:
        """Lead whoever opens the address of `List-Unsubscribe` to the page with the button; this changes nothing."""
        token = LinkToken.read((router.current_event.query_string_parameters or {}).get("token", ""))
        if token is None:
            return not_found()
        headers = {"Location": f"{console_url}/alerts#unsubscribe={token.text}", "Referrer-Policy": "no-referrer"}
        return Response(status_code=HTTPStatus.FOUND, headers=headers, body="")
