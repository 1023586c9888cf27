"""Administration: a change of where or how a webhook is sent to lets what waits leave at once."""

from dataclasses import replace

import pytest

from recado.ports.sending import OurFaultError
from recado.rules.sending.cutting import Cut, Size
from recado.rules.webhook.authentication.authentication import AuthenticationType
from recado.rules.webhook.authentication.authentication_draft import AuthenticationDraft
from recado.rules.webhook.lane import Lane
from recado.rules.webhook.registration import Changes
from recado.rules.webhook.webhook import Status
from tests.support.acts import ADMIN
from tests.unit.builders import NOW, OTHER_NAME, failing, owned, webhook
from tests.unit.use_cases.fakes.admin_fakes import Office

WAITING = owned(NOW + 300_000, jobs=frozenset({"job_1"}), rest_until=NOW + 300_000)
BASIC = AuthenticationDraft(AuthenticationType.BASIC, "user", "hunter2")
SENT_OTHERWISE = {
    "target": Changes(target_url="https://receiver.example/new"),
    "headers": Changes(headers={"X-A": "b"}),
    "type of authentication": Changes(authentication=AuthenticationDraft(AuthenticationType.SIGNATURE)),
    "password": Changes(authentication=BASIC),
    "user name": Changes(authentication=AuthenticationDraft(AuthenticationType.BASIC, "other")),
    "delivery": Changes(delivery={"timeout_seconds": 7}),
}
SENT_ALIKE = {
    "name": Changes(name="New"),
    "description": Changes(description="d"),
    "event names": Changes(event_names=[OTHER_NAME]),
    "order": Changes(ordered=True),
    "same target": Changes(target_url=webhook().target_url),
    "same user": Changes(authentication=AuthenticationDraft(AuthenticationType.BASIC, "user")),
    "on already": Changes(active=True),
}


def office_of(lane: Lane, status: Status = Status.ACTIVE) -> Office:
    """Build an administration with a webhook that fails, and has a password."""
    office = Office()
    sealed = office.vault.seal("1010", "wh_1", office.vault.open(webhook()).credentials)  # type: ignore[union-attr]
    kept = webhook(
        authentication=AuthenticationType.BASIC,
        username="user",
        secret_version=sealed.version,
        health=failing(),
        lane=lane,
        status=status,
    )
    office.registry.put(kept)
    return office


def change(office: Office, changes: Changes) -> Lane:
    """Change the webhook, and return how its lane is kept."""
    office.administration.change("1010", "wh_1", changes, None, ADMIN)
    return office.registry.kept["1010", "wh_1"].lane


@pytest.mark.parametrize("name", SENT_OTHERWISE)
def test_what_waits_is_sent_at_once_where_it_is_sent_otherwise(name: str) -> None:
    """A new wake-up owns the webhook, due now, and is sent after that is stored; the health stays until it is tried."""
    office = office_of(WAITING)

    lane = change(office, SENT_OTHERWISE[name])

    assert lane == Lane("t1", NOW, asked_at=NOW, jobs=WAITING.jobs)
    assert office.wake_ups.sent == [("wh_1", "t1", 0)]
    assert office.registry.kept["1010", "wh_1"].health == failing()


@pytest.mark.parametrize("name", SENT_ALIKE)
def test_what_waits_goes_on_waiting_where_it_is_sent_alike(name: str) -> None:
    """The receiver is tried again when it would have been."""
    office = office_of(WAITING)

    assert change(office, SENT_ALIKE[name]) == WAITING
    assert office.wake_ups.sent == []


@pytest.mark.parametrize("name", SENT_OTHERWISE)
@pytest.mark.parametrize("lane", [Lane(), Lane(next_at=NOW + 9)], ids=["quiet", "given up lately"])
def test_where_nothing_waits_nobody_is_woken(lane: Lane, name: str) -> None:
    """What comes is sent as it comes."""
    office = office_of(lane)

    assert change(office, SENT_OTHERWISE[name]) == lane
    assert office.wake_ups.sent == []


def test_what_is_set_aside_is_tried_again_at_once() -> None:
    """Nobody owned the webhook, as nothing else waits."""
    office = office_of(Lane(next_at=NOW + 9, has_aside=True))

    assert change(office, SENT_OTHERWISE["target"]) == Lane("t1", NOW, asked_at=NOW, has_aside=True)
    assert office.wake_ups.sent == [("wh_1", "t1", 0)]


@pytest.mark.parametrize("status", [Status.RETIRED, Status.DISABLED])
def test_a_webhook_that_is_off_stays_off(status: Status) -> None:
    """What waits is sent when it is switched on."""
    lane = Lane(has_aside=True)
    office = office_of(lane, status)

    assert change(office, SENT_OTHERWISE["target"]) == lane
    assert office.wake_ups.sent == []


def test_switching_on_with_a_new_target_wakes_once() -> None:
    """One owner."""
    office = office_of(Lane(), Status.DISABLED)

    change(office, replace(SENT_OTHERWISE["target"], active=True))

    assert office.wake_ups.sent == [("wh_1", "t1", 0)]


def test_a_run_that_sends_goes_on_with_its_post() -> None:
    """Its lease stays, with all that it has found out meanwhile; the new owner comes after it."""
    office = office_of(owned(NOW + 9, lease_holder="run", lease_until=NOW + 9))
    before = office.registry.kept["1010", "wh_1"]
    slow = replace(before.lane, slow_at=NOW, turn_at=NOW + 3)
    office.registry.meanwhile = [lambda: office.registry.put(replace(before, lane=slow))]

    assert change(office, SENT_OTHERWISE["target"]) == replace(slow, owner="t1", next_at=NOW, asked_at=NOW)


def test_a_change_of_the_name_leaves_an_owner_that_comes_meanwhile() -> None:
    """It is no conflict."""
    office = office_of(Lane())
    before = office.registry.kept["1010", "wh_1"]
    office.registry.meanwhile = [lambda: office.registry.put(replace(before, lane=WAITING))]

    assert change(office, SENT_ALIKE["name"]) == WAITING


def test_a_new_owner_whose_wake_up_is_refused_is_due() -> None:
    """The sweep finds it."""
    office = office_of(WAITING)
    office.wake_ups.refuses = True

    with pytest.raises(OurFaultError):
        change(office, SENT_OTHERWISE["target"])

    assert office.registry.kept["1010", "wh_1"].lane.next_at == NOW


def test_what_was_learned_about_a_receiver_is_forgotten_with_it() -> None:
    """How large its POSTs may be: another address may take more."""
    office = office_of(replace(WAITING, cut=Cut(events=Size(10), at=NOW)))

    assert change(office, SENT_OTHERWISE["target"]).cut == Lane().cut
