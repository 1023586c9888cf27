"""Administration: create, change, retire, switch on again, remove."""

from dataclasses import replace
from typing import Any

import pytest

from recado.ports.managing import LimitReachedError, VersionConflictError
from recado.ports.sending import OurFaultError
from recado.rules.webhook.authentication.authentication import AuthenticationType
from recado.rules.webhook.authentication.authentication_draft import AuthenticationDraft
from recado.rules.webhook.lane import Lane
from recado.rules.webhook.refusals import InvalidRegistrationError
from recado.rules.webhook.registration import Changes
from recado.rules.webhook.webhook import Health, Status, Webhook
from recado.use_cases.managing.rewriting import NoSuchWebhookError, StaleVersionError
from tests.support.acts import ADMIN
from tests.unit.builders import NOW, failing, owned, webhook
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


def test_a_webhook_is_registered(office: Office) -> None:
    """As entered, with an id of its own, at version 1, and nothing is woken."""
    created = office.administration.create("1010", ENTERED, ADMIN)

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
    assert office.administration.create("1010", ENTERED, ADMIN).webhook_id != created.webhook_id
    assert office.wake_ups.sent == []


def test_a_webhook_may_be_registered_switched_off(office: Office) -> None:
    """It is retired from the start."""
    assert office.administration.create("1010", replace(ENTERED, active=False), ADMIN).status is Status.RETIRED


def test_what_is_invalid_is_not_registered(office: Office) -> None:
    """Nor is its secret made first."""
    for wrong in (
        replace(ENTERED, name=""),
        replace(ENTERED, authentication=AuthenticationDraft(AuthenticationType.BASIC, "user")),
    ):
        with pytest.raises(InvalidRegistrationError):
            office.administration.create("1010", wrong, ADMIN)
    assert office.registry.kept == {}


def test_the_limit_is_passed_on() -> None:
    """It is the registry's to hold."""
    office = Office(limit=1)
    office.administration.create("1010", ENTERED, ADMIN)

    with pytest.raises(LimitReachedError):
        office.administration.create("1010", ENTERED, ADMIN)
    office.administration.create("2020", ENTERED, ADMIN)


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
        lambda: administration.change("2020", "wh_1", Changes(name="x"), None, ADMIN),
        lambda: office.signatures.rotate("2020", "wh_1", None, ADMIN),
        lambda: office.signatures.download("2020", "wh_1", ADMIN),
        lambda: administration.remove("2020", "wh_1", None, ADMIN),
    ):
        with pytest.raises(NoSuchWebhookError):
            attempt()


def test_a_change_is_a_new_version(office: Office) -> None:
    """Of the time when it was made; what it does not name stays."""
    before = kept(office, version=7, description="d", secret_version="x", health=failing())
    office.now += 1000

    changed = office.administration.change("1010", "wh_1", Changes(name="New"), None, ADMIN).webhook

    assert changed == replace(before, name="New", version=8, updated_at=NOW + 1000)
    assert office.registry.kept["1010", "wh_1"] == changed
    assert office.wake_ups.sent == []


def test_a_change_on_condition_needs_the_version(office: Office) -> None:
    """Older and newer ones are stale alike."""
    kept(office, version=7)
    for version in (6, 8):
        with pytest.raises(StaleVersionError):
            office.administration.change("1010", "wh_1", Changes(name="New"), version, ADMIN)
        with pytest.raises(StaleVersionError):
            office.signatures.rotate("1010", "wh_1", version, ADMIN)
        with pytest.raises(StaleVersionError):
            office.administration.remove("1010", "wh_1", version, ADMIN)

    assert office.administration.change("1010", "wh_1", Changes(name="New"), 7, ADMIN).webhook.version == 8


def test_an_invalid_change_changes_nothing(office: Office) -> None:
    """And wakes nobody."""
    before = kept(office, status=Status.RETIRED)

    with pytest.raises(InvalidRegistrationError):
        office.administration.change("1010", "wh_1", Changes(active=True, target_url="http://localhost/"), None, ADMIN)

    assert office.registry.kept["1010", "wh_1"] == before
    assert office.wake_ups.sent == []


@pytest.mark.parametrize("status", [Status.RETIRED, Status.DISABLED])
def test_switching_on_wakes_the_backlog(office: Office, status: Status) -> None:
    """A new wake-up owns the webhook, due at once, and is sent after that is stored; the health is clean."""
    kept(office, status=status, health=failing(), lane=Lane(faults=1))

    changed = office.administration.change("1010", "wh_1", Changes(active=True), None, ADMIN).webhook

    assert (changed.status, changed.health, changed.lane) == (
        Status.ACTIVE,
        Health(),
        Lane("t1", NOW, faults=1, asked_at=NOW),
    )
    assert office.registry.kept["1010", "wh_1"] == changed
    assert office.wake_ups.sent == [("wh_1", "t1", 0)]


def test_a_switch_whose_wake_up_is_refused_leaves_a_webhook_that_is_due(office: Office) -> None:
    """The sweep finds it."""
    kept(office, status=Status.RETIRED)
    office.wake_ups.refuses = True

    with pytest.raises(OurFaultError):
        office.administration.change("1010", "wh_1", Changes(active=True), None, ADMIN)

    assert office.registry.kept["1010", "wh_1"].lane == Lane("t1", NOW, asked_at=NOW)


def test_switching_on_what_is_on_leaves_its_owner_alone(office: Office) -> None:
    """It is sent to already, or waits for its next attempt; nobody is woken."""
    before = kept(office, health=failing(), lane=owned(NOW + 5_000))

    changed = office.administration.change("1010", "wh_1", Changes(active=True), None, ADMIN).webhook

    assert (changed.health, changed.lane, office.wake_ups.sent) == (before.health, before.lane, [])


@pytest.mark.parametrize("status", [Status.ACTIVE, Status.DISABLED])
def test_switching_off_leaves_no_owner(office: Office, status: Status) -> None:
    """The backlog waits, the health stays what it was, and no sweep has to look."""
    kept(office, status=status, health=failing(), lane=owned())

    changed = office.administration.change("1010", "wh_1", Changes(active=False), None, ADMIN).webhook

    assert (changed.status, changed.health, changed.lane) == (Status.RETIRED, failing(), Lane())
    assert office.wake_ups.sent == []


def test_switching_off_leaves_no_owner_that_came_meanwhile(office: Office) -> None:
    """No sweep would ever take it out of its index."""
    before = kept(office)
    office.registry.meanwhile = [lambda: office.registry.put(replace(before, lane=owned()))]

    office.administration.change("1010", "wh_1", Changes(active=False), None, ADMIN)

    assert office.registry.kept["1010", "wh_1"].lane == Lane()


def test_an_unconditional_change_is_made_to_what_others_left(office: Office) -> None:
    """Another admin may come between reading and writing."""
    before = kept(office, version=7)
    office.registry.meanwhile = [lambda: office.registry.put(replace(before, version=8, description="by another"))]

    changed = office.administration.change("1010", "wh_1", Changes(name="New"), None, ADMIN).webhook

    assert (changed.name, changed.description, changed.version) == ("New", "by another", 9)
    assert office.registry.writes == 2


def test_a_change_leaves_alone_what_senders_write(office: Office) -> None:
    """A webhook that gets an owner, or fails, while an admin changes it keeps both, and it is no conflict."""
    before = kept(office, version=7)
    office.registry.meanwhile = [lambda: office.registry.put(replace(before, health=failing(), lane=owned()))]

    office.administration.change("1010", "wh_1", Changes(name="New"), 7, ADMIN)

    assert office.registry.kept["1010", "wh_1"] == replace(
        before, name="New", version=8, health=failing(), lane=owned()
    )


def test_a_change_on_condition_is_not_made_to_what_others_left(office: Office) -> None:
    """The version that was seen is gone."""
    before = kept(office, version=7)
    office.registry.meanwhile = [lambda: office.registry.put(replace(before, version=8))]

    with pytest.raises(StaleVersionError):
        office.administration.change("1010", "wh_1", Changes(name="New"), 7, ADMIN)
    assert office.registry.writes == 1


def test_a_switch_is_repeated_when_the_webhook_was_disabled_meanwhile(office: Office) -> None:
    """Also on condition: that is no admin's change, and what the admin has seen of the webhook is still true."""
    before = kept(office, version=7)
    office.registry.meanwhile = [lambda: office.registry.put(replace(before, status=Status.DISABLED))]

    changed = office.administration.change("1010", "wh_1", Changes(active=True, name="New"), 7, ADMIN).webhook

    assert (changed.version, changed.status, changed.lane.owner) == (8, Status.ACTIVE, "t1")
    assert office.registry.writes == 2


def test_a_change_of_what_is_removed_meanwhile_finds_nothing(office: Office) -> None:
    """With a condition or without."""
    for version in (None, 1):
        kept(office)
        office.registry.meanwhile = [office.registry.kept.clear]
        with pytest.raises(NoSuchWebhookError):
            office.administration.change("1010", "wh_1", Changes(name="New"), version, ADMIN)


def test_a_change_gives_up_after_five_conflicts(office: Office) -> None:
    """Others cannot hold a request up for ever."""
    before = kept(office)
    for version in range(2, 20):
        later = replace(before, version=version)
        office.registry.meanwhile.append(lambda later=later: office.registry.put(later))  # type: ignore[misc]  # bound

    with pytest.raises(VersionConflictError):
        office.administration.change("1010", "wh_1", Changes(name="New"), None, ADMIN)
    assert office.registry.writes == 5


def test_a_webhook_is_removed(office: Office) -> None:
    """Once; the second time there is none."""
    kept(office)
    office.administration.remove("1010", "wh_1", 1, ADMIN)

    assert office.registry.kept == {}
    with pytest.raises(NoSuchWebhookError):
        office.administration.remove("1010", "wh_1", None, ADMIN)


def test_a_removal_is_repeated_when_unconditional(office: Office) -> None:
    """A change that comes between does not save the webhook, unless a version was named."""
    before = kept(office)
    office.registry.meanwhile = [lambda: office.registry.put(replace(before, version=2))]
    with pytest.raises(StaleVersionError):
        office.administration.remove("1010", "wh_1", 1, ADMIN)

    office.registry.meanwhile = [lambda: office.registry.put(replace(before, version=3))]
    office.administration.remove("1010", "wh_1", None, ADMIN)
    assert office.registry.kept == {}
