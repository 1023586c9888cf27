"""Who did what, in JSON."""

from typing import Annotated, Any, Literal

from pydantic import Field, WithJsonSchema

from recado.http_api.shared.schemas import Shown, Time
from recado.rules.activity.activity import Activity, ActivityKind, FieldChange
from recado.rules.event.timestamps import to_iso

FieldValue = Annotated[
    Any,
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {"type": "integer"},
                {"type": "boolean"},
                {"type": "array", "items": {"type": "string"}},
            ]
        }
    ),
]


class FieldChangeView(Shown):
    """A field that was changed. Where `before` or `after` is left out, there was or is no value.

    `[hidden]` stands for a value that is told to nobody: of a custom header, a password, a signing secret; `?…` for the
    query of a URL. `hidden` is there where only such a thing was changed.
    """

    field: Annotated[str, Field(description="As in the webhook, such as `delivery.maxEvents` or `headers.X-Tenant`.")]
    before: FieldValue = None
    after: FieldValue = None
    hidden: Literal[True] | None = None


class ActivityView(Shown):
    """Something that was done.

    `by` is the token's subject, or else its client; `recado` where nobody has asked. Without `webhookId` it concerned
    none that is saved.
    """

    activity_id: str
    at: Time
    kind: ActivityKind
    webhook_id: str | None = None
    by: str
    client: Annotated[str | None, Field(description="The token's client.")] = None
    address: Annotated[str | None, Field(description="The network address that it was asked from.")] = None
    changes: list[FieldChangeView] | None = None
    delivery_id: str | None = None
    job_id: str | None = None


class ActivityList(Shown):
    """What was done, newest first, and where the next page begins."""

    activity: list[ActivityView]
    next_cursor: str | None = None


def activity_view(activity: Activity) -> ActivityView:
    """One thing that was done, as it is shown."""
    requester = activity.requester
    return ActivityView(
        activity_id=activity.activity_id,
        at=to_iso(activity.at),
        kind=activity.kind,
        webhook_id=activity.webhook_id,
        by=requester.name,
        client=requester.client,
        address=requester.address,
        changes=[_change_view(change) for change in activity.changes] or None,
        delivery_id=activity.delivery_id,
        job_id=activity.job_id,
    )


def _change_view(change: FieldChange) -> FieldChangeView:
    if change.hidden:
        return FieldChangeView(field=change.field, hidden=True)
    return FieldChangeView(field=change.field, before=change.before, after=change.after)
