"""The use cases of the HTTP API."""

from aws_lambda_powertools import Logger

from recado.adapters.dynamodb.accounts.alert_addresses import DynamoAddressRegistry, DynamoLinks
from recado.adapters.dynamodb.accounts.counts_store import DynamoCounts
from recado.adapters.dynamodb.accounts.opt_out_store import DynamoOptOuts
from recado.adapters.dynamodb.accounts.portal_store import DynamoPortalSessions
from recado.adapters.dynamodb.accounts.request_counts import DynamoRequestCounts
from recado.adapters.dynamodb.deliveries.attempt_reader import DynamoAttemptReader
from recado.adapters.dynamodb.deliveries.withdrawals import DynamoWithdrawals
from recado.adapters.dynamodb.lanes.job_store import DynamoJobs
from recado.adapters.dynamodb.lanes.request_store import DynamoRequests
from recado.adapters.dynamodb.tables import SharedConnection
from recado.adapters.messaging.address_news import AddressNews
from recado.adapters.messaging.event_bus import EventBridgeBus
from recado.composition.catalogue import event_reader, shared_schemas
from recado.composition.clients import client, new_key, new_token, now_ms
from recado.composition.lazy_answers import LazyAnswers
from recado.composition.lazy_sender import LazySender
from recado.composition.managing import Managing
from recado.http_api.application import HttpApi, Services
from recado.reporting import log_faults
from recado.rules.delivery.tracing import MS_A_DAY, Deployment
from recado.rules.event.catalogue_schemas import CatalogueSchemas
from recado.rules.event.judging import Validation
from recado.rules.event.reading import EventReader
from recado.rules.limit import Limits
from recado.rules.sending.schedule import period_ms
from recado.rules.webhook.registration import Accepted
from recado.settings import ApiSettings
from recado.use_cases.managing.alert_addresses import AlertAddresses
from recado.use_cases.managing.delivery_log import DeliveryLog
from recado.use_cases.managing.limiting import Limiting, ReadBudget
from recado.use_cases.managing.noting import Noting
from recado.use_cases.managing.portal import Portal
from recado.use_cases.managing.previewing import Previewing
from recado.use_cases.managing.publishing import Publishing
from recado.use_cases.managing.receiving import Receiving
from recado.use_cases.managing.sample_sends import SampleSends
from recado.use_cases.managing.signatures import Signatures
from recado.use_cases.managing.tracing import EventTracing
from recado.use_cases.sending.asking import Asking
from recado.use_cases.sending.jobs import Jobs
from recado.use_cases.sending.requests import Requests


def http_api(settings: ApiSettings, logger: Logger) -> HttpApi:
    """The HTTP API."""
    connection = SharedConnection()
    parts = Managing.of(settings, connection, logger)
    administration, accepted = parts.administration, parts.accepted
    asking = _asking(parts)
    limits, request_counts = _limits(settings), DynamoRequestCounts(parts.webhooks)
    limiting, requests = Limiting(request_counts, limits, now_ms), _requests(parts, asking)
    read_budget = _read_budget(request_counts, limits, connection, logger)
    services = Services(
        administration=administration,
        signatures=Signatures(parts.rewriting),
        delivery_log=DeliveryLog(parts.reader, DynamoAttemptReader(parts.deliveries), now_ms),
        requests=requests,
        jobs=Jobs(asking, DynamoJobs(parts.webhooks, parts.activities)),
        previewing=Previewing(administration=administration, recent=parts.reader, accepted=accepted, clock=now_ms),
        sample_sends=_sample_sends(parts, reader=_as_published(settings), logger=logger),
        counts=DynamoCounts(parts.webhooks),
        activities=parts.activities,
        portal=Portal(DynamoPortalSessions(parts.webhooks), now_ms, new_token, new_key),
        receiving=_receiving(settings, parts, requests, limits=(limiting, read_budget)),
        alert_addresses=_alert_addresses(settings, parts),
        publishing=_publishing(settings),
        tracing=EventTracing(parts.registry, parts.reader, _deployment(settings, accepted), now_ms),
        schemas=CatalogueSchemas(accepted.catalogue, lambda: shared_schemas(settings.catalogue)),
        limiting=limiting,
        read_budget=read_budget,
        answers=LazyAnswers(settings.idempotency_table, connection),
        clock=now_ms,
        webhook_limit=settings.webhook_limit,
        groups_claim=settings.groups_claim,
        egress_addresses=settings.egress_addresses,
        console_url=settings.console_url,
    )
    return HttpApi(services, logger)


def _asking(parts: Managing) -> Asking:
    return Asking(
        webhooks=parts.registry,
        wake_ups=parts.wake_ups,
        activities=parts.activities,
        acts=parts.acts,
        clock=now_ms,
        token=new_token,
    )


def _receiving(
    settings: ApiSettings, parts: Managing, requests: Requests, *, limits: tuple[Limiting, ReadBudget]
) -> Receiving:
    return Receiving(
        parts.rewriting,
        *limits,
        reader=parts.reader,
        requests=requests,
        clock=now_ms,
        drains_every_ms=period_ms(settings.batch_schedule),
    )


def _alert_addresses(settings: ApiSettings, parts: Managing) -> AlertAddresses:
    return AlertAddresses(
        DynamoAddressRegistry(parts.webhooks, parts.activities),
        DynamoLinks(parts.webhooks),
        opt_outs=DynamoOptOuts(parts.webhooks),
        acts=parts.acts,
        ask=AddressNews(client("events"), settings.event_bus_name),
        clock=now_ms,
        token=new_token,
        mails=bool(settings.mail_from),
    )


def _sample_sends(
    parts: Managing,
    *,
    reader: EventReader,
    logger: Logger,
) -> SampleSends:
    return SampleSends(
        reader=reader,
        administration=parts.administration,
        vault=parts.vault,
        sender=LazySender(parts.accepted.policy),
        accepted=parts.accepted,
        clock=now_ms,
        noting=Noting(
            parts.activities,
            parts.acts,
            now_ms,
            survived=lambda fault: log_faults(logger, "activity not kept", [fault]),
        ),
    )


def _publishing(settings: ApiSettings) -> Publishing:
    bus = EventBridgeBus(client("events"), settings.event_bus_name, settings.event_source)
    return Publishing(bus, _as_published(settings))


def _as_published(settings: ApiSettings) -> EventReader:
    """Who reads what comes over HTTP. What is only told of is told of once, by who delivers it."""
    enforced = settings.validation is Validation.ENFORCE
    return event_reader(settings.catalogue, settings.validation if enforced else Validation.OFF)


def _deployment(settings: ApiSettings, accepted: Accepted) -> Deployment:
    kept_ms = settings.delivery_retention_days * MS_A_DAY
    return Deployment(accepted.catalogue, period_ms(settings.batch_schedule), kept_ms)


def _read_budget(
    request_counts: DynamoRequestCounts, limits: Limits, connection: SharedConnection, logger: Logger
) -> ReadBudget:
    return ReadBudget(
        request_counts,
        limits,
        now_ms,
        meter=lambda: connection.read_units,
        survived=lambda fault: logger.error("what was read is not counted", exc_info=fault),
    )


def _requests(parts: Managing, asking: Asking) -> Requests:
    return Requests(
        asking,
        reader=parts.reader,
        store=DynamoRequests(parts.webhooks, parts.deliveries, parts.activities),
        withdrawals=DynamoWithdrawals(parts.deliveries, parts.activities),
    )


def _limits(settings: ApiSettings) -> Limits:
    return Limits(
        mutations=settings.mutations_per_minute,
        test_sends=settings.test_sends_per_minute,
        publishes=settings.publishes_per_minute,
        read_units=settings.read_units_per_minute,
    )
