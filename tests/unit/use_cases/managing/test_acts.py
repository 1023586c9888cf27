"""Administration: who did what is kept with each change and told after it, and a repeated request has one effect."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from recado.ports.activity import KeyReusedError
from recado.ports.managing import LimitReachedError, VersionConflictError
from recado.ports.sending import OurFaultError
from recado.rules.activity.activity import Activity, ActivityKind, FieldChange
from recado.rules.delivery.job import job_id_of
from recado.rules.webhook.authentication.authentication import AuthenticationType
from recado.rules.webhook.authentication.authentication_draft import AuthenticationDraft
from recado.rules.webhook.registration import Changes
from recado.rules.webhook.webhook import Status
from recado.use_cases.managing.rewriting import NoSuchWebhookError, StaleVersionError
from tests.support.acts import ADMIN, once
from tests.unit.builders import NOW, webhook
from tests.unit.use_cases.fakes.admin_fakes import Office, switch

ENTERED = Changes(name="Orders", target_url="https://receiver.example/", event_names=["CI_STATS"])
SIGNATURE = AuthenticationDraft(AuthenticationType.SIGNATURE)
BASIC = AuthenticationDraft(AuthenticationType.BASIC, "user", "hunter2")


@pytest.fixture
def office() -> Office:
    """Give an administration with a webhook that signs."""
    office = Office()
    office.registry.put(webhook())
    switch(office, SIGNATURE)
    office.activities.kept.clear()
    office.told.clear()
    return office


def change(changes: Changes) -> Callable[[Office], object]:
    """Build a change of the webhook."""
    return lambda office: office.administration.change("1010", "wh_1", changes, None, ADMIN)


def only(office: Office) -> Activity:
    """Return what was done; it is kept as it is told."""
    [act] = office.activities.kept
    assert office.told == [act]
    assert (act.account_id, act.at, act.requester) == ("1010", NOW, ADMIN)
    return act


@pytest.mark.parametrize(
    ("do", "kind", "changes"),
    [
        (change(Changes(name="New")), ActivityKind.CHANGED, [FieldChange("name", "Receiver", "New")]),
        (change(Changes(active=False)), ActivityKind.RETIRED, [FieldChange("active", before=True, after=False)]),
        (
            change(Changes(headers={"X-A": "s3cret"})),
            ActivityKind.CHANGED,
            [FieldChange("headers.X-A", None, "[hidden]")],
        ),
        (
            lambda office: office.signatures.rotate("1010", "wh_1", None, ADMIN),
            ActivityKind.SECRET_ROTATED,
            [FieldChange("authentication.secret", hidden=True)],
        ),
        (lambda office: office.signatures.download("1010", "wh_1", ADMIN), ActivityKind.SECRET_DOWNLOADED, []),
        (lambda office: office.administration.remove("1010", "wh_1", None, ADMIN), ActivityKind.REMOVED, []),
    ],
    ids=["change", "retire", "headers", "rotate", "download", "remove"],
)
def test_each_act_is_kept_with_what_it_has_changed(
    office: Office, do: Callable[[Office], object], kind: ActivityKind, changes: list[FieldChange]
) -> None:
    """Of what is secret only that it was; who asked, and when."""
    do(office)

    act = only(office)
    assert (act.webhook_id, act.kind, list(act.changes), act.job_id) == ("wh_1", kind, changes, None)
    assert "s3cret" not in repr(act)


def test_a_registration_is_kept_with_all_that_was_entered(office: Office) -> None:
    """Under the id that the webhook got; its password is not in it."""
    created = office.administration.create("1010", replace(ENTERED, authentication=BASIC), ADMIN)

    act = only(office)
    assert (act.webhook_id, act.kind) == (created.webhook_id, ActivityKind.CREATED)
    told = {one.field: one.after for one in act.changes}
    assert (told["name"], told["eventNames"], told["active"]) == ("Orders", ["CI_STATS"], True)
    assert (told["authentication.username"], told["authentication.password"]) == ("user", "[hidden]")
    assert {one.before for one in act.changes} == {None}
    assert "hunter2" not in repr(act)


def test_a_change_of_the_password_is_one_of_a_hidden_field(office: Office) -> None:
    """Also where nothing else changes."""
    switch(office, BASIC)
    office.activities.kept.clear()

    switch(office, replace(BASIC, password="new"))

    assert office.activities.kept[0].changes == (FieldChange("authentication.password", hidden=True),)


@pytest.mark.parametrize("changes", [Changes(), Changes(name="Receiver", active=True)], ids=["empty", "as it was"])
def test_a_change_that_changes_nothing_is_no_act(office: Office, changes: Changes) -> None:
    """The webhook keeps its version, too, so that nobody's `If-Match` is stale for it."""
    before = office.registry.get("1010", "wh_1")
    office.now += 1

    change(changes)(office)

    assert office.registry.get("1010", "wh_1") == before
    assert office.activities.kept == office.told == []


@pytest.mark.parametrize("catches_up", [False, True])
@pytest.mark.parametrize("status", [Status.RETIRED, Status.DISABLED])
def test_switching_on_is_an_act_that_names_the_job_that_catches_up(
    office: Office, status: Status, catches_up: bool
) -> None:
    """Whoever had switched it off."""
    office.registry.put(webhook(status=status))

    change(Changes(active=True, catch_up=catches_up))(office)

    act = only(office)
    assert (act.kind, act.changes) == (ActivityKind.SWITCHED_ON, (FieldChange("active", before=False, after=True),))
    assert act.job_id == (job_id_of(NOW, "t3") if catches_up else None)


def test_retiring_what_recado_has_disabled_is_an_act(office: Office) -> None:
    """It was off already, and is so by the admin's will now."""
    office.registry.put(webhook(status=Status.DISABLED))

    change(Changes(active=False))(office)

    assert (only(office).kind, only(office).changes) == (ActivityKind.RETIRED, ())


def test_earlier_secrets_that_end_are_an_act(office: Office) -> None:
    """Where there are none, or the secret is the one that it has, nothing is done, and nothing kept."""
    office.signatures.end_previous("1010", "wh_1", None, ADMIN)
    current = office.credentials("wh_1").secret
    office.signatures.rotate("1010", "wh_1", None, ADMIN, current)
    assert office.activities.kept == office.told == []

    office.signatures.rotate("1010", "wh_1", None, ADMIN)
    office.signatures.end_previous("1010", "wh_1", None, ADMIN)

    kinds = [ActivityKind.SECRET_ROTATED, ActivityKind.EARLIER_SECRETS_ENDED]
    assert office.activities.kinds == [act.kind for act in office.told] == kinds


def test_an_act_that_is_refused_is_neither_kept_nor_told() -> None:
    """Too many webhooks, another version, another who was quicker time and again, a removal that finds nothing."""
    office = Office(limit=1)
    kept = webhook(version=7)
    office.registry.put(kept)

    with pytest.raises(LimitReachedError):
        office.administration.create("1010", ENTERED, ADMIN)
    with pytest.raises(StaleVersionError):
        office.administration.change("1010", "wh_1", Changes(name="New"), 6, ADMIN)
    with pytest.raises(NoSuchWebhookError):
        office.administration.remove("1010", "wh_2", None, ADMIN)
    office.registry.meanwhile = [
        lambda version=version: office.registry.put(replace(kept, version=version))  # type: ignore[misc]  # bound
        for version in range(8, 20)
    ]
    with pytest.raises(VersionConflictError):
        office.administration.change("1010", "wh_1", Changes(name="New"), None, ADMIN)

    assert office.activities.kept == office.told == []


def test_a_change_that_meets_others_is_one_act(office: Office) -> None:
    """It says what it has changed of what the others left."""
    before = office.registry.kept["1010", "wh_1"]
    office.registry.meanwhile = [lambda: office.registry.put(replace(before, version=9, name="By another"))]

    change(Changes(name="New"))(office)

    assert only(office).changes == (FieldChange("name", "By another", "New"),)


def test_a_change_whose_wake_up_is_refused_has_been_made(office: Office) -> None:
    """It is kept and told, though the request fails."""
    office.registry.put(webhook(status=Status.RETIRED))
    office.wake_ups.refuses = True

    with pytest.raises(OurFaultError):
        change(Changes(active=True))(office)
    assert only(office).kind is ActivityKind.SWITCHED_ON


def test_a_registration_that_comes_again_with_its_key_registers_one_webhook(office: Office) -> None:
    """It is answered with that one, as it is now."""
    first = office.administration.create("1010", ENTERED, once())
    office.administration.change("1010", first.webhook_id, Changes(name="New"), None, ADMIN)

    again = office.administration.create("1010", ENTERED, once())

    assert again == office.registry.kept["1010", first.webhook_id]
    assert (again.name, len(office.registry.kept)) == ("New", 2)
    assert office.activities.kinds == [ActivityKind.CREATED, ActivityKind.CHANGED]
    assert office.administration.create("1010", ENTERED, once("another")).webhook_id != first.webhook_id


def test_two_registrations_at_once_with_one_key_register_one_webhook(office: Office) -> None:
    """The other is between the look and the write of the first."""
    seal, other = office.vault.seal, replace(ENTERED, authentication=BASIC)

    def meanwhile(*values: object) -> object:
        office.vault.seal = seal  # type: ignore[method-assign]  # this once
        office.administration.create("1010", other, once())
        return seal(*values)  # type: ignore[arg-type]  # as it was called

    office.vault.seal = meanwhile  # type: ignore[method-assign,assignment]  # this once

    again = office.administration.create("1010", other, once())

    assert again == office.registry.kept["1010", again.webhook_id]
    assert (len(office.registry.kept), len(office.told)) == (2, 1)


def test_a_registration_that_comes_again_after_its_webhook_was_removed_finds_none(office: Office) -> None:
    """It does not come back."""
    created = office.administration.create("1010", ENTERED, once())
    office.administration.remove("1010", created.webhook_id, None, ADMIN)

    with pytest.raises(NoSuchWebhookError):
        office.administration.create("1010", ENTERED, once())
    with pytest.raises(KeyReusedError):
        office.administration.create("1010", ENTERED, once(request="another"))


def test_a_rotation_that_comes_again_with_its_key_rotates_once(office: Office) -> None:
    """The secret before the first one is not pushed out; also where a version was named that is gone by now."""
    version = office.registry.kept["1010", "wh_1"].version
    first = office.signatures.rotate("1010", "wh_1", version, once())
    secrets = office.credentials("wh_1")

    again = office.signatures.rotate("1010", "wh_1", version, once())

    assert (again, office.credentials("wh_1")) == (first, secrets)
    assert office.activities.kinds == [ActivityKind.SECRET_ROTATED]
    with pytest.raises(KeyReusedError):
        office.signatures.rotate("1010", "wh_1", None, once(request="another"))


def test_two_rotations_at_once_with_one_key_rotate_once(office: Office) -> None:
    """The other is between the reading and the write of the first."""
    office.registry.meanwhile = [lambda: office.signatures.rotate("1010", "wh_1", None, once())]

    rotated = office.signatures.rotate("1010", "wh_1", None, once())

    assert len(office.credentials("wh_1").previous) == 1
    assert (rotated, office.activities.kinds) == (office.registry.kept["1010", "wh_1"], [ActivityKind.SECRET_ROTATED])
