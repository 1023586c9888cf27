"""The HTTP API as a whole: its routes, its problems, its OpenAPI document, and the check of every account's path."""

import json
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from pydantic import Field

from recado import __version__
from recado.http_api.activity.routes import activity_routes
from recado.http_api.alert_addresses.one_click import with_token_of_form
from recado.http_api.alert_addresses.routes import alert_address_routes
from recado.http_api.attempts.routes import attempt_routes
from recado.http_api.body_examples import with_body_examples
from recado.http_api.counts.routes import count_routes
from recado.http_api.deliveries.routes import delivery_routes
from recado.http_api.document import tidy
from recado.http_api.events.routes import event_routes
from recado.http_api.events.webhooks_document import with_webhooks
from recado.http_api.jobs.routes import job_routes
from recado.http_api.portal.routes import portal_routes
from recado.http_api.previews.routes import preview_routes
from recado.http_api.receiving.admission import admitted as admitted_receiver
from recado.http_api.receiving.routes import receiver_routes
from recado.http_api.redeliveries.routes import redelivery_routes
from recado.http_api.shared import access, admission, bodies, limits
from recado.http_api.shared.problems import InvalidRequestError, Problems, not_found
from recado.http_api.shared.repeating import Repeating
from recado.http_api.shared.schemas import FOR_AN_HOUR, JSON, OPEN, Shown, responses, shown
from recado.http_api.signatures.routes import signature_routes
from recado.http_api.test_sends.routes import sample_routes
from recado.http_api.tracing.routes import tracing_routes
from recado.http_api.webhooks.routes import webhook_routes
from recado.ports.activity import ActivityStore, KeyReusedError
from recado.ports.counting import CountsReader
from recado.ports.managing import VersionConflictError
from recado.ports.repeating import Answer, KeptAnswers, StillUnderWayError, TimeLeft
from recado.ports.sending import Clock, OurFaultError
from recado.rules.event.catalogue_schemas import CatalogueSchemas
from recado.rules.limit import LimitKind
from recado.use_cases.managing.administration import Administration
from recado.use_cases.managing.alert_addresses import AlertAddresses
from recado.use_cases.managing.delivery_log import DeliveryLog
from recado.use_cases.managing.limiting import Limiting, ReadBudget, TooManyRequestsError
from recado.use_cases.managing.portal import LacksCapabilityError, NoPortalSessionError, Portal
from recado.use_cases.managing.previewing import Previewing
from recado.use_cases.managing.publishing import Publishing
from recado.use_cases.managing.receiving import NotProvenError, Receiving
from recado.use_cases.managing.sample_sends import SampleSends
from recado.use_cases.managing.signatures import Signatures
from recado.use_cases.managing.tracing import EventTracing
from recado.use_cases.sending.jobs import Jobs
from recado.use_cases.sending.requests import Requests

_DESCRIPTION = """Webhooks of an account: register, change, retire and remove them, read what became of each event.

A token stands in `Authorization: Bearer …`. A person gets one by the command `recado sign-in`, a machine by its client
credentials (OAuth 2.0) at the `tokenUrl` that `/console/config.json` tells to everybody. What a receiver asks for
itself needs none: it is signed by its webhook's secret. How to receive is at `/console/receiving`.

A token reaches an account if its groups hold exactly `account:<accountId>`, or if it has the scope `recado/admin`;
every other account's path answers 404, and one that no account can have 400. The scope `recado/admin` serves for every
route. The token of a portal session reaches its account under `/portal`: `/portal/accounts/{accountId}/…` is
`/accounts/{accountId}/…` for it, with what its capabilities allow, and 403 otherwise. Errors are problem details (RFC
9457).

An account may make so many requests a minute that change something, test sends, and requests that publish, and read so
much; what is more answers 429 and says in `Retry-After` after how many seconds to go on. A page of a list may be short,
even empty, where much had to be read for it: there is more as long as there is a `nextCursor`. Every answer but
those of `/egress.json` and `…/webhook-keys.json` has `Cache-Control: no-store`.

A POST that changes something takes an `Idempotency-Key`, which counts for 24 hours for its account and path: the same
request again changes nothing more and gets the same answer, with `Idempotent-Replayed: true`. A refusal frees the key;
with another body it is refused (422), while the first request is under way with 409, and on test sends always (400).
"""


_RAISED_BEFORE_A_ROUTE = (
    TooManyRequestsError,
    OurFaultError,
    InvalidRequestError,
    NoPortalSessionError,
    LacksCapabilityError,
    NotProvenError,
    VersionConflictError,
    NotFoundError,
    KeyReusedError,
    StillUnderWayError,
)

HEADERS_OF_EVERY_ANSWER = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
"""Answers hold what only a token's bearer may see, unless they say otherwise, and are what their content type says."""


@dataclass(frozen=True, slots=True)
class Services:
    """The use cases behind the API, and what it needs to know of the deployment."""

    administration: Administration
    signatures: Signatures
    delivery_log: DeliveryLog
    requests: Requests
    jobs: Jobs
    publishing: Publishing
    tracing: EventTracing
    schemas: CatalogueSchemas
    sample_sends: SampleSends
    previewing: Previewing
    counts: CountsReader
    activities: ActivityStore
    portal: Portal
    receiving: Receiving
    alert_addresses: AlertAddresses
    limiting: Limiting
    read_budget: ReadBudget
    answers: KeptAnswers
    clock: Clock
    webhook_limit: int
    groups_claim: str
    console_url: str
    egress_addresses: tuple[str, ...]


class HttpApi:
    """Answers API Gateway's HTTP API events (payload format 2.0)."""

    def __init__(self, services: Services, logger: Logger) -> None:
        self._catalogue = services.publishing.catalogue
        self._schemas = services.schemas
        self._groups_claim = services.groups_claim
        self._portal = services.portal
        self._receiving = services.receiving
        self._limiting = services.limiting
        self._read_budget = services.read_budget
        self._repeating = Repeating(services.answers, logger)
        self._logger = logger
        self._problems = Problems(logger, services.webhook_limit)
        self._app = APIGatewayHttpResolver(enable_validation=True, json_body_deserializer=bodies.load_json)
        self._problems.register(self._app)
        for router in (
            webhook_routes(services.administration, services.delivery_log, services.counts, services.webhook_limit),
            signature_routes(services.signatures),
            count_routes(services.administration, services.counts, services.clock),
            sample_routes(services.sample_sends, logger),
            preview_routes(services.previewing),
            delivery_routes(services.administration, services.delivery_log, services.clock),
            attempt_routes(services.administration, services.delivery_log),
            redelivery_routes(services.administration, services.delivery_log, services.requests, services.clock),
            job_routes(services.administration, services.jobs),
            event_routes(services.publishing, services.schemas),
            tracing_routes(services.tracing),
            activity_routes(services.activities, services.clock),
            portal_routes(services.portal, services.console_url),
            receiver_routes(services.receiving, services.clock),
            alert_address_routes(services.alert_addresses, services.console_url),
        ):
            self._app.include_router(router)
        self._open_routes(EgressAnswer(addresses=list(services.egress_addresses)))

    def __call__(self, event: dict[str, Any], context: TimeLeft) -> dict[str, Any]:
        """The answer to a request."""
        answer = self._answered(event, context)
        answer["headers"] = {**HEADERS_OF_EVERY_ANSWER, **answer["headers"]}
        return answer

    def _answered(self, event: dict[str, Any], context: TimeLeft) -> Answer:
        # Whether the token reaches the account is asked before anything is parsed, so that a foreign account's path
        # looks the same whatever is sent to it; and before anything is counted, so that nobody uses up what another
        # account may do.
        try:
            if admission.is_portal(event):
                event = admission.admitted(event, self._portal)
            access.check_account(event)
            if not access.admits(event, self._groups_claim):
                self._logger.warning("path not reached", extra=access.attempt(event))
                return _as_routed(not_found())
            admission.check_capability(event)
            event = admitted_receiver(event, self._receiving)
            with self._counted(event):
                request = bodies.with_json_body(with_token_of_form(event))
                return self._repeating(request, context, lambda repeatable: self._routed(repeatable, context))
        except _RAISED_BEFORE_A_ROUTE as error:
            return _as_routed(self._problems.of(error))

    def _routed(self, event: dict[str, Any], context: TimeLeft) -> Answer:
        return self._app.resolve(event, context)  # type: ignore[arg-type]  # any context serves

    def _counted(self, event: dict[str, Any]) -> AbstractContextManager[None]:
        method, template = access.route_of(event)
        account_id, kind = access.account_of(event), limits.kind_of(method, template)
        if account_id is None or kind is None:
            return nullcontext()
        if kind is LimitKind.READ:
            return self._read_budget.reading(account_id)
        self._limiting(account_id, kind)
        return nullcontext()

    @cached_property
    def openapi(self) -> dict[str, Any]:
        """The OpenAPI 3.1 document of the routes, and of what receivers get."""
        # Imported here, because its models of OpenAPI take as long as a seventh of all other imports.
        from aws_lambda_powertools.event_handler.openapi.models import APIKey, APIKeyIn, HTTPBearer  # noqa: PLC0415

        signature = APIKey(name="webhook-signature", **{"in": APIKeyIn.header})
        text = self._app.get_openapi_json_schema(
            title="Recado",
            version=__version__,
            description=_DESCRIPTION,
            security_schemes={"jwt": HTTPBearer(bearerFormat="JWT"), "portal": HTTPBearer(), "receiver": signature},
        )
        document = with_body_examples(tidy(json.loads(text)), self._catalogue)
        return with_webhooks(document, self._catalogue, self._schemas)

    def _open_routes(self, egress: "EgressAnswer") -> None:
        @self._app.get(
            "/health",
            operation_id="health",
            summary="Whether the API answers",
            tags=["System"],
            responses=responses(200, HealthAnswer, secured=False),
            security=OPEN,
        )
        def health() -> Response[str]:
            return shown(HealthAnswer(status="ok", version=__version__))

        @self._app.get(
            "/egress.json",
            operation_id="egress",
            summary="Where POSTs to webhooks come from",
            description="For firewalls, to be read by machines: ask again once an hour at most.",
            tags=["System"],
            responses=responses(200, EgressAnswer, secured=False),
            security=OPEN,
        )
        def egress_addresses() -> Response[str]:
            return shown(egress, headers=FOR_AN_HOUR)

        @self._app.get("/openapi.json", include_in_schema=False, compress=True)
        def openapi_document() -> Response[str]:
            return Response(status_code=200, content_type=JSON, body=json.dumps(self.openapi))


class HealthAnswer(Shown):
    """The API answers."""

    status: str
    version: str


class EgressAnswer(Shown):
    """The networks that POSTs come from; without any, they are not known, and may come from everywhere."""

    addresses: Annotated[list[str], Field(description="Networks of IPv4 and IPv6, such as `198.51.100.7/32`.")]


def _as_routed(response: Response[str]) -> dict[str, Any]:
    """A response that is given without the router, as the router would give it."""
    return {
        "statusCode": response.status_code,
        "body": response.body,
        "isBase64Encoded": False,
        "headers": response.headers,
        "cookies": [],
    }
