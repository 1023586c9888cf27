"""Webhooks in JSON."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, WithJsonSchema, field_validator

from recado.http_api.shared.schemas import Entered, ErrorView, Shown, Time, error_view, iso_or_none, lengths
from recado.http_api.shared.secrets import not_null
from recado.http_api.webhooks.authentication import (
    AuthenticationEntered,
    AuthenticationView,
    NoAuthentication,
    authentication_draft,
    authentication_view,
)
from recado.http_api.webhooks.delivery_settings import (
    DeliverySettingsEntered,
    DeliverySettingsView,
    settings_entered,
    settings_view,
)
from recado.http_api.webhooks.shaping import (
    TAKEN_AWAY_BY_NULL,
    Filter,
    FilterChanged,
    FormatEntered,
    Transform,
    TransformChanged,
    expressions_entered,
    format_entered,
)
from recado.http_api.webhooks.waiting import SkippedView, WaitingView, skipped_view, waiting_view
from recado.ports.managing import WaitingSummary
from recado.rules.delivery.counts import Counts
from recado.rules.event.catalogue import NAME
from recado.rules.event.timestamps import to_iso
from recado.rules.portal.session import Capability
from recado.rules.shaping.formats import Format
from recado.rules.target.target_policy import MAX_URL_LENGTH
from recado.rules.webhook.registration import (
    MAX_DESCRIPTION_LENGTH,
    MAX_NAME_LENGTH,
    Changes,
)
from recado.rules.webhook.waiting import LaneMode, LaneReason, mode_of, next_attempt_at, reasons_of
from recado.rules.webhook.webhook import Status, Webhook
from recado.use_cases.managing.administration import Changed

EventName = Annotated[str, WithJsonSchema({"type": "string", "pattern": f"^{NAME}$"})]
"""A name of the catalogue; the rules check that it is one."""

_SUBSCRIBED = {"type": "string", "pattern": f"^({NAME}|[A-Za-z0-9._:-]{{1,127}}\\.\\*|\\*)$"}

Name = Annotated[str, Field(description="1 to 100 characters.", json_schema_extra=lengths(1, MAX_NAME_LENGTH))]
Description = Annotated[
    str, Field(description="At most 1,000 characters.", json_schema_extra=lengths(0, MAX_DESCRIPTION_LENGTH))
]
TargetUrl = Annotated[
    str, Field(description="The HTTPS address that gets the POSTs.", json_schema_extra=lengths(1, MAX_URL_LENGTH))
]
EventNames = Annotated[
    list[Annotated[str, WithJsonSchema(_SUBSCRIBED)]],
    Field(
        min_length=1,
        description="Which events are sent: names of the catalogue, `order.*` for all that begin with `order.`, or `*` "
        "alone for every one; also those that are added later.",
    ),
]
Headers = Annotated[
    dict[str, str],
    Field(
        description="At most 10 headers that are sent too. Whoever may read the webhook sees them: for a secret there "
        "is the authentication HEADER."
    ),
]

Ordered = Annotated[
    bool,
    Field(description="Whether all events come in order, one POST at a time, at the price of some latency."),
]

Active = Annotated[
    bool,
    Field(description="Whether events are sent. What comes while it is off is kept as SKIPPED, and can be sent later."),
]


CatchUp = Annotated[
    bool,
    Field(
        description="Beside `active: true`, which switches the webhook on: what was skipped while it was off is sent, "
        "before what comes from now on. It is no field of the webhook."
    ),
]


class WebhookEntered(Entered):
    """A webhook to be registered."""

    name: Name
    target_url: TargetUrl
    event_names: EventNames
    description: Description = ""
    authentication: AuthenticationEntered = Field(default_factory=lambda: NoAuthentication(type="NONE"))
    headers: Headers = Field(default_factory=dict)
    active: Active = True
    ordered: Ordered = False
    filter: Filter | None = None
    transform: Transform | None = None
    format: FormatEntered = "ENVELOPE"
    delivery: DeliverySettingsEntered = Field(default_factory=DeliverySettingsEntered)


class PartEntered(Entered):
    """A part of a webhook: what is left out stays as it is."""

    @field_validator("*", mode="before")
    @classmethod
    def _no_null(cls, value: object, info: ValidationInfo) -> object:
        return value if info.field_name in TAKEN_AWAY_BY_NULL else not_null(value)


class WebhookChanged(PartEntered):
    """Changes to a webhook; what is left out stays as it is, what is given replaces the whole of it.

    Of `delivery` each setting counts by itself.
    """

    name: Name | None = None
    target_url: TargetUrl | None = None
    event_names: EventNames | None = None
    description: Description | None = None
    authentication: AuthenticationEntered | None = None
    headers: Headers | None = None
    active: Active | None = None
    catch_up: CatchUp = False
    ordered: Ordered | None = None
    filter: FilterChanged = None
    transform: TransformChanged = None
    format: FormatEntered | None = None
    delivery: DeliverySettingsEntered | None = None


def changes_of(entered: WebhookEntered | WebhookChanged) -> Changes:
    """What was entered, as the rules take it."""
    return Changes(
        name=entered.name,
        description=entered.description,
        target_url=entered.target_url,
        event_names=entered.event_names,
        headers=entered.headers,
        active=entered.active,
        catch_up=isinstance(entered, WebhookChanged) and entered.catch_up,
        ordered=entered.ordered,
        expressions=expressions_entered(entered),
        format=format_entered(entered.format),
        delivery=settings_entered(entered.delivery),
        authentication=authentication_draft(entered.authentication),
    )


def needed_besides(entered: WebhookChanged) -> tuple[Capability, ...]:
    """What a portal session needs to make this change, besides that it may write.

    By another type of authentication in between, whoever may not replace a signing secret could do so all the same.
    """
    draft = authentication_draft(entered.authentication)
    replaces_secret = draft is not None and draft.secret is not None
    needed = ((Capability.RESEND, entered.catch_up), (Capability.SECRETS, replaces_secret))
    return tuple(capability for capability, is_needed in needed if is_needed)


class HealthView(Shown):
    """How the receiver is doing."""

    state: Literal["HEALTHY", "FAILING"]
    failing_since: Time | None = None
    attempts: int | None = None
    next_attempt_at: Time | None = None
    last_error: ErrorView | None = None


class LaneView(Shown):
    """How the webhook's events leave: at once, or through its backlog, sent by one sender at a time, and why."""

    mode: LaneMode
    reasons: list[LaneReason]


class WebhookView(Shown):
    """A webhook."""

    webhook_id: str
    account_id: str
    name: str
    description: str
    target_url: str
    authentication: AuthenticationView
    event_names: list[str]
    removed_event_names: Annotated[
        list[str] | None,
        Field(description="Those of its event names that the catalogue does not hold any more: nothing comes of them."),
    ] = None
    headers: dict[str, str]
    active: bool
    ordered: bool
    filter: str | None = None
    transform: str | None = None
    format: Format
    delivery: DeliverySettingsView
    status: Status
    off_since: Annotated[Time | None, Field(description="When a webhook that is off was last switched off.")] = None
    lane: LaneView
    health: HealthView
    waiting: Annotated[WaitingView | None, Field(description="What waits; where one webhook is read.")] = None
    backlog: Annotated[int, Field(description="Deliveries that wait; it follows them by a few seconds.")]
    last_delivered_at: Time | None = None
    created_at: Time
    updated_at: Time
    version: int


class ChangedWebhookView(WebhookView):
    """A webhook after a change."""

    skipped: Annotated[
        SkippedView | None, Field(description="What was skipped, where the change has switched the webhook on.")
    ] = None


class WebhookList(Shown):
    """An account's webhooks, oldest first, and how many it may have."""

    webhooks: list[WebhookView]
    limit: int


def webhook_view(
    webhook: Webhook, counts: Counts, removed: Sequence[str], waiting: WaitingSummary | None = None
) -> WebhookView:
    """A webhook as it is shown, with the counts of all its deliveries, and what waits where that was asked.

    Those of its event names are `removed` that have left the catalogue.
    """
    return WebhookView(
        webhook_id=webhook.webhook_id,
        account_id=webhook.account_id,
        name=webhook.name,
        description=webhook.description,
        target_url=webhook.target_url,
        authentication=authentication_view(webhook),
        event_names=list(webhook.event_names),
        removed_event_names=list(removed) or None,
        headers=dict(webhook.headers),
        active=webhook.status is Status.ACTIVE,
        ordered=webhook.ordered,
        filter=webhook.filter,
        transform=webhook.transform,
        format=webhook.format,
        delivery=settings_view(webhook.delivery),
        status=webhook.status,
        off_since=iso_or_none(webhook.off_since),
        lane=LaneView(mode=mode_of(webhook), reasons=reasons_of(webhook)),
        health=_health_view(webhook),
        waiting=None if waiting is None else waiting_view(waiting),
        backlog=max(0, counts.pending),
        last_delivered_at=iso_or_none(counts.last_delivered_at),
        created_at=to_iso(webhook.created_at),
        updated_at=to_iso(webhook.updated_at),
        version=webhook.version,
    )


def changed_webhook_view(changed: Changed, counts: Counts, removed: Sequence[str]) -> ChangedWebhookView:
    """A webhook as it is shown after a change."""
    skipped = None if changed.skipped is None else skipped_view(changed.skipped)
    view = webhook_view(changed.webhook, counts, removed)
    return ChangedWebhookView(**dict(view), skipped=skipped)


def _health_view(webhook: Webhook) -> HealthView:
    health = webhook.health
    return HealthView(
        state=health.state.value,
        failing_since=iso_or_none(health.failing_since),
        attempts=health.attempts or None,
        next_attempt_at=iso_or_none(next_attempt_at(webhook)),
        last_error=error_view(health.last_error),
    )
