"""The route of a webhook's counts."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from recado.http_api.counts.schemas import DeliveryCounts, hour_view
from recado.http_api.shared.parameters import TIME, AccountId, WebhookId, check_names, time_of
from recado.http_api.shared.problems import InvalidRequestError
from recado.http_api.shared.schemas import READ, new_router, responses, shown
from recado.ports.counting import CountsReader
from recado.ports.sending import Clock
from recado.rules.delivery.counts import HOUR_MS, Counts, hour_of
from recado.rules.event.timestamps import LATEST_MS, to_iso
from recado.use_cases.managing.administration import Administration

_DAY_MS = 24 * HOUR_MS
_LONGEST_DAYS = 7
_PARAMETERS = ("from", "to")

From = Annotated[
    str | None,
    Query(alias="from", description=f"From the hour of this time on; 24 hours before `to`, where left out. {TIME}"),
]
To = Annotated[str | None, Query(alias="to", description=f"Before this time; now, where left out. {TIME}")]


def count_routes(administration: Administration, counts: CountsReader, clock: Clock) -> APIGatewayHttpRouter:
    """The route that tells how many deliveries of each hour stand where."""
    router = new_router()

    @router.get(
        "/accounts/<accountId>/webhooks/<webhookId>/delivery-counts",
        operation_id="countDeliveries",
        summary="Count a webhook's deliveries by hour",
        description="Hours are of UTC and of the events' timestamps. Counts follow the deliveries by a few seconds. "
        "Digests are not counted.",
        tags=["Deliveries"],
        responses=responses(200, DeliveryCounts, 422),
        security=READ,
    )
    def count_deliveries(
        account_id: AccountId, webhook_id: WebhookId, from_time: From = None, to_time: To = None
    ) -> Response[str]:
        check_names(router.current_event.query_string_parameters, _PARAMETERS)
        webhook = administration.read(account_id, webhook_id)
        first, last = _hours(time_of("from", from_time), time_of("to", to_time), clock())
        found = counts.by_hour(account_id, webhook.webhook_id, first, last)
        hours = [hour_view(hour, found.get(hour, Counts())) for hour in range(first, last + 1, HOUR_MS)]
        end = min(last + HOUR_MS, LATEST_MS)
        return shown(DeliveryCounts(from_time=to_iso(first), to_time=to_iso(end), hours=hours))

    return router


def _hours(from_ms: int | None, to_ms: int | None, now_ms: int) -> tuple[int, int]:
    """The starts of the first and the last hour of the range, which has one at least."""
    end = hour_of(now_ms) + HOUR_MS if to_ms is None else to_ms
    start = max(0, end - _DAY_MS) if from_ms is None else from_ms
    if start > end:
        raise InvalidRequestError("from", "must not be after to")
    if end - start > _LONGEST_DAYS * _DAY_MS:
        raise InvalidRequestError("from", f"must be at most {_LONGEST_DAYS} days before to")
    first = hour_of(start)
    return first, max(first, hour_of(end - 1))
