"""Administration: create, change, retire, switch on again, remove."""

from dataclasses import replace
from typing import Any

import pytest

from recado.ports import LimitReachedError, VersionConflictError
from recado.rules.delivery.delivery import Delivery, DeliveryStatus
from recado.rules.webhook.registration import AuthenticationDraft, Changes, InvalidRegistrationError
from recado.rules.webhook.webhook import AuthenticationType, Health, HealthState, Status, Webhook
from recado.use_cases.managing.administration import NoSuchWebhookError, StaleVersionError
from tests.unit.builders import NOW, event, failing, webhook
from tests.unit.use_cases.fakes.admin_fakes import Office

ENTERED = Changes(name="Orders", target_url="https://receiver.example/", event_names=["CI_STATS"])


@pytest.fixture
def office() -> Office:
    """Give an administration without webhooks."""
    return Office()


def kept(office: Office, **changes: Any) -> Webhook:
    """Keep a webhook, and return it."""
    built = webhook(**changes)
    office.registry.put(built)
    return built


def clean(health: Health) -> Health:
    """Return the health of a healthy webhook without the time when the sweep is to look after it."""
    return health if health.state is HealthState.FAILING else replace(health, next_attempt_at=None)


def test_a_webhook_is_registered(office: Office) -> None:
    """As entered, with an id of its own, at version 1, and nothing is woken."""
    created = office.administration.create("1010", ENTERED)

    assert created == Webhook(
        account_id="1010",
        webhook_id=created.webhook_id,
        name="Orders",
        target_url="https://receiver.example/",
        event_names=("CI_STATS",),
        created_at=NOW,
        updated_at=NOW,
    )
    assert office.registry.kept == {("1010", created.webhook_id): created}
    assert office.administration.create("1010", ENTERED).webhook_id != created.webhook_id
    assert office.wake_ups.sent == []


def test_a_webhook_may_be_registered_switched_off(office: Office) -> None:
    """It is retired from the start."""
    assert office.administration.create("1010", replace(ENTERED, active=False)).status is Status.RETIRED


def test_what_is_invalid_is_not_registered(office: Office) -> None:
    """Nor is its secret made first."""
    for wrong in (
        replace(ENTERED, name=""),
        replace(ENTERED, authentication=AuthenticationDraft(AuthenticationType.BASIC, "user")),
    ):
        with pytest.raises(InvalidRegistrationError):
            office.administration.create("1010", wrong)
    assert office.registry.kept == {}


def test_the_limit_is_passed_on() -> None:
    """It is the registry's to hold."""
    office = Office(limit=1)
    office.administration.create("1010", ENTERED)

    with pytest.raises(LimitReachedError):
        office.administration.create("1010", ENTERED)
    office.administration.create("2020", ENTERED)


def test_webhooks_are_listed_oldest_first(office: Office) -> None:
    """Those of the account only."""
    for name, created_at in (("b", 1), ("a", 3), ("c", 2)):
        kept(office, webhook_id=f"wh_{name}", name=name, created_at=created_at)
    kept(office, webhook_id="wh_d", account_id="2020")

    assert [each.name for each in office.administration.all_of("1010")] == ["b", "c", "a"]


@pytest.mark.parametrize("webhook_id", ["", "wh_", "#count", "wh_1\n", "wh_" + "a" * 65, "wh_é", "wh_a b", "WH_1"])
def test_what_cannot_be_an_id_is_not_looked_up(office: Office, webhook_id: str) -> None:
    """The table would answer some of it with an error."""
    with pytest.raises(NoSuchWebhookError):
        office.administration.read("1010", webhook_id)
    assert office.registry.reads == 0


def test_another_accounts_webhook_is_not_there(office: Office) -> None:
    """Neither to read nor to change, rotate, download or remove."""
    kept(office)
    administration = office.administration
    for attempt in (
        lambda: administration.read("2020", "wh_1"),
        lambda: administration.change("2020", "wh_1", Changes(name="x"), None),
        lambda: administration.rotate_signature("2020", "wh_1", None),
        lambda: administration.signature("2020", "wh_1"),
        lambda: administration.remove("2020", "wh_1", None),
    ):
        with pytest.raises(NoSuchWebhookError):
            attempt()


def test_a_change_is_a_new_version(office: Office) -> None:
    """Of the time when it was made; what it does not name stays."""
    before = kept(office, version=7, description="d", secret_version="x", health=failing())
    office.now += 1000

    changed = office.administration.change("1010", "wh_1", Changes(name="New"), None)

    assert changed == replace(before, name="New", version=8, updated_at=NOW + 1000)
    assert office.registry.kept["1010", "wh_1"] == changed
    assert office.wake_ups.sent == []


def test_a_change_on_condition_needs_the_version(office: Office) -> None:
    """Older and newer ones are stale alike."""
    kept(office, version=7)
    for version in (6, 8):
        with pytest.raises(StaleVersionError):
            office.administration.change("1010", "wh_1", Changes(name="New"), version)
        with pytest.raises(StaleVersionError):
            office.administration.rotate_signature("1010", "wh_1", version)
        with pytest.raises(StaleVersionError):
            office.administration.remove("1010", "wh_1", version)

    assert office.administration.change("1010", "wh_1", Changes(name="New"), 7).version == 8


def test_an_invalid_change_changes_nothing(office: Office) -> None:
    """And wakes nobody."""
    before = kept(office, status=Status.RETIRED)

    with pytest.raises(InvalidRegistrationError):
        office.administration.change("1010", "wh_1", Changes(active=True, target_url="http://localhost/"), None)

    assert office.registry.kept["1010", "wh_1"] == before
    assert office.wake_ups.sent == []


@pytest.mark.parametrize("status", list(Status))
def test_switching_on_wakes_the_backlog(office: Office, status: Status) -> None:
    """From every status, also when it is repeated; only what was off gets a clean health, and is due for a look."""
    kept(office, status=status, health=failing(version=3))

    for times in (1, 2):
        changed = office.administration.change("1010", "wh_1", Changes(active=True), None)

        assert changed.status is Status.ACTIVE
        assert clean(changed.health) == (failing(version=3) if status is Status.ACTIVE else Health(version=2 + times))
        assert office.wake_ups.sent == [("1010", "wh_1", 0)] * times


@pytest.mark.parametrize("status", list(Status))
def test_what_waits_goes_first_when_a_webhook_is_switched_on(office: Office, status: Status) -> None:
    """It counts as failing, owned by nobody, until its backlog has been sent; one that was on keeps its health."""
    kept(office, status=status, health=Health(version=3))
    office.deliveries.record([Delivery("wh_1", event(), DeliveryStatus.PENDING, created_at=NOW)])

    health = office.administration.change("1010", "wh_1", Changes(active=True), None).health

    assert health.owner is None
    assert health.state is (HealthState.HEALTHY if status is Status.ACTIVE else HealthState.FAILING)


@pytest.mark.parametrize("status", list(Status))
def test_switching_off_wakes_nobody(office: Office, status: Status) -> None:
    """The backlog waits, and the health stays what it was."""
    kept(office, status=status, health=failing())

    changed = office.administration.change("1010", "wh_1", Changes(active=False), None)

    assert (changed.status, changed.health, office.wake_ups.sent) == (Status.RETIRED, failing(), [])


def test_an_unconditional_change_is_made_to_what_others_left(office: Office) -> None:
    """Another admin, or a sender that changes the health, may come between reading and writing."""
    before = kept(office, version=7)
    office.registry.meanwhile = [
        lambda: office.registry.put(replace(before, version=8, description="by another")),
        lambda: office.registry.put(replace(before, version=8, description="by another", health=failing(version=9))),
    ]

    changed = office.administration.change("1010", "wh_1", Changes(name="New"), None)

    assert (changed.name, changed.description, changed.version, changed.health.version) == ("New", "by another", 9, 9)
    assert office.registry.writes == 3


def test_a_change_on_condition_is_not_made_to_what_others_left(office: Office) -> None:
    """The version that was seen is gone."""
    before = kept(office, version=7)
    office.registry.meanwhile = [lambda: office.registry.put(replace(before, version=8))]

    with pytest.raises(StaleVersionError):
        office.administration.change("1010", "wh_1", Changes(name="New"), 7)
    assert office.registry.writes == 1


def test_a_change_on_condition_is_repeated_when_only_the_health_changed(office: Office) -> None:
    """What the admin has seen of the webhook is still true."""
    before = kept(office, version=7, status=Status.RETIRED)
    office.registry.meanwhile = [lambda: office.registry.put(replace(before, health=failing(version=9)))]

    changed = office.administration.change("1010", "wh_1", Changes(active=True), 7)

    assert (changed.version, clean(changed.health)) == (8, Health(version=9))


def test_a_change_of_what_is_removed_meanwhile_finds_nothing(office: Office) -> None:
    """With a condition or without."""
    for version in (None, 1):
        kept(office)
        office.registry.meanwhile = [office.registry.kept.clear]
        with pytest.raises(NoSuchWebhookError):
            office.administration.change("1010", "wh_1", Changes(name="New"), version)


def test_a_change_gives_up_after_five_conflicts(office: Office) -> None:
    """Others cannot hold a request up for ever."""
    before = kept(office)
    for version in range(2, 20):
        later = replace(before, version=version)
        office.registry.meanwhile.append(lambda later=later: office.registry.put(later))  # type: ignore[misc]  # bound

    with pytest.raises(VersionConflictError):
        office.administration.change("1010", "wh_1", Changes(name="New"), None)
    assert office.registry.writes == 5


def test_a_webhook_is_removed(office: Office) -> None:
    """Once; the second time there is none."""
    kept(office)
    office.administration.remove("1010", "wh_1", 1)

    assert office.registry.kept == {}
    with pytest.raises(NoSuchWebhookError):
        office.administration.remove("1010", "wh_1", None)


def test_a_removal_is_repeated_when_unconditional(office: Office) -> None:
    """A change that comes between does not save the webhook, unless a version was named."""
    before = kept(office)
    office.registry.meanwhile = [lambda: office.registry.put(replace(before, version=2))]
    with pytest.raises(StaleVersionError):
        office.administration.remove("1010", "wh_1", 1)

    office.registry.meanwhile = [lambda: office.registry.put(replace(before, version=3))]
    office.administration.remove("1010", "wh_1", None)
    assert office.registry.kept == {}
