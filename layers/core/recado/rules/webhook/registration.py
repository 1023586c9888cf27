"""What an admin may enter: the rules for a webhook's fields, each with a message that says what is accepted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from recado.rules.event.catalogue import Catalogue
from recado.rules.sending.cutting import UNCUT
from recado.rules.shaping.evaluation import check
from recado.rules.shaping.formats import Format
from recado.rules.shaping.trouble import InvalidExpressionError
from recado.rules.target.target_policy import InvalidTargetError, TargetPolicy
from recado.rules.webhook.authentication.authentication_draft import AuthenticationDraft, check_fields, check_fit
from recado.rules.webhook.authentication.custom_headers import problems_of_headers
from recado.rules.webhook.delivery_settings import DeliverySettings, InvalidDeliveryError, name_in_api, with_settings
from recado.rules.webhook.refusals import CONTROL, CONTROL_BUT_LINES, InvalidRegistrationError, all_read, refuse
from recado.rules.webhook.subscription import event_names
from recado.rules.webhook.webhook import Status, Webhook

MAX_NAME_LENGTH = 100
MAX_DESCRIPTION_LENGTH = 1000


@dataclass(frozen=True, slots=True)
class Accepted:
    """What a deployment accepts: targets by its policy, event types of its catalogue."""

    policy: TargetPolicy
    catalogue: Catalogue


@dataclass(frozen=True, slots=True)
class Changes:
    """What an admin enters: None leaves a field as it is.

    Of `delivery` only what was entered is there, by the names of `DeliverySettings`; the rest stays as it is.
    So it is with `expressions`, by the names `filter` and `transform`; there None takes one away.
    `catch_up` asks, where `active` switches on, for what was skipped meanwhile; it is no field of the webhook.
    `own_hosts` are names of the API that was asked, which no target may have (see `TargetPolicy`).
    """

    name: str | None = None
    description: str | None = None
    target_url: str | None = None
    event_names: Sequence[str] | None = None
    headers: Mapping[str, str] | None = None
    active: bool | None = None
    catch_up: bool = False
    ordered: bool | None = None
    delivery: Mapping[str, object] = field(default_factory=dict)
    expressions: Mapping[str, str | None] = field(default_factory=dict)
    format: Format | None = None
    authentication: AuthenticationDraft | None = None
    own_hosts: tuple[str, ...] = ()


def blank(account_id: str, webhook_id: str, now_ms: int) -> Webhook:
    """A webhook in which nothing has been entered yet."""
    return Webhook(
        account_id=account_id,
        webhook_id=webhook_id,
        name="",
        target_url="",
        event_names=(),
        created_at=now_ms,
        updated_at=now_ms,
    )


def changed(webhook: Webhook, changes: Changes, accepted: Accepted, now_ms: int) -> Webhook:
    """The webhook with these changes, but for its authentication, which is checked, and when it was changed.

    Raises `InvalidRegistrationError`.

    Switching `active` on also ends `DISABLED`, and starts with a clean health: what waits is for the caller to resume.
    """
    policy = replace(accepted.policy, own_hosts=changes.own_hosts)
    result = _entered(webhook, changes, policy, accepted.catalogue)
    check_fit(webhook, result, changes.authentication)
    _check_order(result, changes)
    _check_raw(result, changes)
    _check_catch_up(webhook, changes)
    if _of_posts(result) != _of_posts(webhook):
        # What was found out about the size of a POST was found out about another receiver, or within other limits.
        result = replace(result, lane=replace(result.lane, cut=UNCUT))
    if changes.active is False:
        return result.switched_off(Status.RETIRED, now_ms)
    if changes.active and webhook.status is not Status.ACTIVE:
        return result.switched_on()
    return result


def _entered(webhook: Webhook, changes: Changes, policy: TargetPolicy, catalogue: Catalogue) -> Webhook:
    """The webhook with what was entered, each field judged alone; what is refused is refused at once."""
    entered: dict[str, Callable[[], object]] = {}
    if changes.name is not None:
        entered["name"] = partial(_name, changes.name)
    if changes.description is not None:
        entered["description"] = partial(_description, changes.description)
    if changes.target_url is not None:
        entered["target_url"] = partial(_target, changes.target_url, policy)
    if changes.event_names is not None:
        entered["event_names"] = partial(event_names, changes.event_names, webhook.event_names, catalogue)
    if changes.headers is not None:
        entered["headers"] = partial(_headers, changes.headers)
    entered["delivery"] = partial(_delivery, webhook.delivery, changes.delivery)
    for name, expression in changes.expressions.items():
        entered[name] = partial(_expression, name, expression)
    entered["authentication"] = partial(check_fields, webhook, changes.authentication, policy)
    read = all_read(entered)
    del read["authentication"]
    return replace(
        webhook,
        ordered=webhook.ordered if changes.ordered is None else changes.ordered,
        format=webhook.format if changes.format is None else changes.format,
        **read,  # type: ignore[arg-type]  # each is what its reading gives
    )


def _name(name: str) -> str:
    trimmed = name.strip()
    if not 1 <= len(trimmed) <= MAX_NAME_LENGTH or CONTROL.search(trimmed):
        raise InvalidRegistrationError(
            "name", f"must be 1 to {MAX_NAME_LENGTH} characters without line breaks or control characters"
        )
    return trimmed


def _description(entered: str) -> str:
    description = entered.replace("\r\n", "\n")
    if len(description) > MAX_DESCRIPTION_LENGTH or CONTROL_BUT_LINES.search(description):
        raise InvalidRegistrationError(
            "description", f"must be at most {MAX_DESCRIPTION_LENGTH} characters without control characters"
        )
    return description


def _target(url: str, policy: TargetPolicy) -> str:
    try:
        policy.check_url(url)
    except InvalidTargetError as error:
        raise InvalidRegistrationError("targetUrl", str(error)) from None
    return url


def _delivery(current: DeliverySettings, entered: Mapping[str, object]) -> DeliverySettings:
    try:
        return with_settings(current, entered)
    except InvalidDeliveryError as error:
        first, *further = ((f"delivery.{name_in_api(name)}", reason) for name, reason in error.problems)
        raise InvalidRegistrationError(*first, further) from None


def _of_posts(webhook: Webhook) -> tuple[object, ...]:
    """What decides how large POSTs are, and who gets them."""
    return webhook.target_url, replace(webhook.delivery, digest=False), webhook.transform, webhook.format


def _expression(name: str, entered: str | None) -> str | None:
    if entered is not None:
        try:
            check(entered)
        except InvalidExpressionError as error:
            raise InvalidRegistrationError(name, str(error)) from None
    return entered


def _check_raw(result: Webhook, changes: Changes) -> None:
    if result.format is not Format.RAW or result.transform is not None:
        return
    if changes.format is Format.RAW and "transform" not in changes.expressions:
        raise InvalidRegistrationError("format", "must have a transform beside it where it is RAW: that makes the body")
    raise InvalidRegistrationError("transform", "must be there where format is RAW: it makes the body")


def _check_order(result: Webhook, changes: Changes) -> None:
    """Refuse order together with partial responses, at the field that was entered last."""
    if not (result.ordered and result.delivery.partial_responses):
        return
    if "partial_responses" in changes.delivery:
        raise InvalidRegistrationError(
            "delivery.partialResponses", "must be off where ordered is on: an event that is set aside is out of order"
        )
    raise InvalidRegistrationError(
        "ordered", "must be off where delivery.partialResponses is on: an event that is set aside is out of order"
    )


def _check_catch_up(webhook: Webhook, changes: Changes) -> None:
    if not changes.catch_up:
        return
    if changes.active is not True:
        raise InvalidRegistrationError("catchUp", "must stand beside active: true, which switches the webhook on")
    if webhook.status is Status.ACTIVE:
        raise InvalidRegistrationError(
            "catchUp", "must be left out where the webhook is on already: POST …/redeliver sends what was skipped"
        )


def _headers(headers: Mapping[str, str]) -> Mapping[str, str]:
    refuse(problems_of_headers(headers))
    return headers
