"""What an admin may enter."""

from typing import Any

import pytest

from recado.rules.webhook.authentication.authentication import AuthenticationType
from recado.rules.webhook.authentication.authentication_draft import AuthenticationDraft
from recado.rules.webhook.delivery_settings import DeliverySettings
from recado.rules.webhook.refusals import InvalidRegistrationError
from recado.rules.webhook.registration import Changes, changed
from recado.rules.webhook.webhook import Health, Status
from tests.support.catalogue import ACCEPTED
from tests.unit.builders import NOW, failing, webhook

LATER = NOW + 1000


def refusal_of(**entered: Any) -> InvalidRegistrationError:
    """Return why these changes are refused."""
    with pytest.raises(InvalidRegistrationError) as refusal:
        changed(webhook(), Changes(**entered), ACCEPTED, LATER)
    return refusal.value


def test_what_is_not_entered_stays() -> None:
    """All of it."""
    before = webhook(description="d", headers={"X-A": "1"}, health=failing())

    assert changed(before, Changes(), ACCEPTED, LATER) == before


@pytest.mark.parametrize("url", ["https://other.example/hook", "https://example.com:8443/hook"])
@pytest.mark.parametrize("kept", [None, AuthenticationDraft(AuthenticationType.BASIC, "recado")])
def test_a_kept_password_goes_to_no_other_host(url: str, kept: AuthenticationDraft | None) -> None:
    """Whoever may change a webhook could read its password otherwise; entered anew, or dropped, it may go."""
    basic = webhook(target_url="https://example.com/hook", authentication=AuthenticationType.BASIC, username="recado")
    entered = AuthenticationDraft(AuthenticationType.BASIC, "recado", "correct horse")
    dropped = AuthenticationDraft(AuthenticationType.NONE)

    with pytest.raises(InvalidRegistrationError) as refusal:
        changed(basic, Changes(target_url=url, authentication=kept), ACCEPTED, LATER)

    assert refusal.value.field == "authentication.password"
    for draft in (entered, dropped):
        assert changed(basic, Changes(target_url=url, authentication=draft), ACCEPTED, LATER).target_url == url
    same_host = Changes(target_url="https://example.com/other", authentication=kept)
    assert changed(basic, same_host, ACCEPTED, LATER).target_url == "https://example.com/other"


def test_what_is_entered_is_taken() -> None:
    """Names lose outer spaces, and an event name counts once."""
    entered = Changes(
        name="  Receiver of São Paulo 😀 ",
        description="first line\nsecond\tline",
        target_url="https://other.example/",
        event_names=["CI_STATS", "COURSE_ENROLLMENT", "CI_STATS"],
        headers={"X-Api-Key": "a b"},
    )

    assert changed(webhook(), entered, ACCEPTED, LATER) == webhook(
        name="Receiver of São Paulo 😀",
        description="first line\nsecond\tline",
        target_url="https://other.example/",
        event_names=("CI_STATS", "COURSE_ENROLLMENT"),
        headers={"X-Api-Key": "a b"},
    )


@pytest.mark.parametrize(
    ("field", "name", "values"),
    [
        ("name", "name", ["", "   ", "x" * 101, "a\nb", "a\x00b", "a\x7f", "\ud800"]),
        ("description", "description", ["x" * 1001, "a\x00", "a\rb", "\udfff"]),
        ("target_url", "targetUrl", ["", "http://example.com/", "https://127.0.0.1/", "https://localhost/"]),
        ("event_names", "eventNames", [[]]),
        ("event_names", "eventNames[1]", [["CI_STATS", "NO_SUCH_EVENT"], ["CI_STATS", ""]]),
        ("headers", "headers", [{f"X-{n}": "1" for n in range(11)}]),
        ("headers", "headers.X-A", [{"X-B": "1", "X-A": ""}]),
    ],
)
def test_a_wrong_field_is_named(field: str, name: str, values: list[object]) -> None:
    """As the API calls it, with what is accepted."""
    for value in values:
        refusal = refusal_of(**{field: value})

        assert refusal.field == name, value
        assert refusal.reason.startswith(("must ", "is not in the catalogue")), value


@pytest.mark.parametrize("status", list(Status))
def test_switching_off_retires(status: Status) -> None:
    """Whatever the status was; the health stays, for the backlog waits."""
    before = webhook(status=status, health=failing())

    after = changed(before, Changes(active=False), ACCEPTED, LATER)

    assert (after.status, after.health) == (Status.RETIRED, failing())


@pytest.mark.parametrize("status", [Status.RETIRED, Status.DISABLED])
def test_switching_on_starts_with_a_clean_health(status: Status) -> None:
    """What failed before it was off is over."""
    before = webhook(status=status, health=failing())

    after = changed(before, Changes(active=True), ACCEPTED, LATER)

    assert (after.status, after.health) == (Status.ACTIVE, Health())


@pytest.mark.parametrize(
    ("status", "off_since", "after"),
    [
        (Status.ACTIVE, None, LATER),
        (Status.DISABLED, NOW, NOW),
        (Status.RETIRED, NOW, NOW),
        (Status.RETIRED, None, None),
    ],
)
def test_a_webhook_is_off_since_it_was_first_switched_off(
    status: Status, off_since: int | None, after: int | None
) -> None:
    """Whoever did that; again changes nothing, nor does it where nobody knows since when."""
    before = webhook(status=status, off_since=off_since)

    off = changed(before, Changes(active=False), ACCEPTED, LATER)

    assert off.off_since == after
    assert changed(off, Changes(active=True), ACCEPTED, LATER).off_since is None


@pytest.mark.parametrize("active", [None, False, True])
@pytest.mark.parametrize("status", list(Status))
def test_catching_up_is_for_a_webhook_that_is_switched_on(status: Status, active: bool | None) -> None:
    """Anything else is refused, and says what to do instead."""
    changes = Changes(active=active, catch_up=True)
    if active and status is not Status.ACTIVE:
        assert changed(webhook(status=status), changes, ACCEPTED, LATER).status is Status.ACTIVE
        return

    with pytest.raises(InvalidRegistrationError) as refused:
        changed(webhook(status=status), changes, ACCEPTED, LATER)

    assert (refused.value.field, refused.value.reason.startswith("must ")) == ("catchUp", True)
    assert ("redeliver" in refused.value.reason) is (active is True)


def test_switching_on_what_is_on_changes_nothing() -> None:
    """A failing webhook stays failing."""
    before = webhook(health=failing())

    assert changed(before, Changes(active=True), ACCEPTED, LATER).health == failing()


@pytest.mark.parametrize(
    ("username", "password", "kept", "field"),
    [
        ("user", "secret", False, None),
        ("user", None, True, None),
        ("Zoë", "pä:ss €", False, None),
        ("u" * 255, "p" * 255, False, None),
        (None, "secret", False, "authentication.username"),
        ("", "secret", False, "authentication.username"),
        ("us:er", "secret", False, "authentication.username"),
        ("us\ner", "secret", False, "authentication.username"),
        ("\ud800", "secret", False, "authentication.username"),
        ("u" * 256, "secret", False, "authentication.username"),
        ("user", None, False, "authentication.password"),
        ("user", "", True, "authentication.password"),
        ("user", "se\x00cret", False, "authentication.password"),
        ("user", "\udfff", False, "authentication.password"),
        ("user", "p" * 256, False, "authentication.password"),
    ],
)
def test_basic_authentication_needs_user_name_and_password(
    username: str | None, password: str | None, kept: bool, field: str | None
) -> None:
    """A password that is kept may be left out; a colon would end the user name."""
    draft = AuthenticationDraft(AuthenticationType.BASIC, username, password)
    before = webhook(authentication=AuthenticationType.BASIC, username="u") if kept else webhook()

    if field is None:
        changed(before, Changes(authentication=draft), ACCEPTED, LATER)
        return
    with pytest.raises(InvalidRegistrationError) as refusal:
        changed(before, Changes(authentication=draft), ACCEPTED, LATER)
    assert refusal.value.field == field
    assert password is None or password not in str(refusal.value) or not password


@pytest.mark.parametrize("kind", [AuthenticationType.NONE, AuthenticationType.SIGNATURE])
def test_two_types_need_no_credentials(kind: AuthenticationType) -> None:
    """There is nothing to check."""
    changed(webhook(), Changes(authentication=AuthenticationDraft(kind)), ACCEPTED, LATER)


def test_a_draft_does_not_show_its_password() -> None:
    """It may stand in a log."""
    assert "hunter2" not in repr(AuthenticationDraft(AuthenticationType.BASIC, "user", "hunter2"))


def test_delivery_settings_are_changed_one_by_one() -> None:
    """What is not entered stays, whatever else is changed."""
    before = webhook(delivery=DeliverySettings(max_events=10, timeout_seconds=8))

    after = changed(before, Changes(name="New", delivery={"max_events": 20}), ACCEPTED, LATER)

    assert after.delivery == DeliverySettings(max_events=20, timeout_seconds=8)
    assert changed(after, Changes(name="Newer"), ACCEPTED, LATER).delivery == after.delivery


@pytest.mark.parametrize(
    ("name", "field"),
    [("max_events", "delivery.maxEvents"), ("max_posts_per_minute", "delivery.maxPostsPerMinute")],
)
def test_a_delivery_setting_that_is_refused_is_named_as_it_was_entered(name: str, field: str) -> None:
    """With what is accepted."""
    refusal = refusal_of(delivery={name: 0})

    assert refusal.field == field
    assert refusal.reason.startswith("must be a whole number from 1 to ")


def test_order_and_partial_responses_exclude_each_other() -> None:
    """Whichever comes last is refused, at its own field."""
    ordered = webhook(ordered=True)
    partial = webhook(delivery=DeliverySettings(partial_responses=True))
    on = {"partial_responses": True}
    for before, entered, field in (
        (webhook(), Changes(ordered=True, delivery=on), "delivery.partialResponses"),
        (ordered, Changes(delivery=on), "delivery.partialResponses"),
        (partial, Changes(ordered=True), "ordered"),
        (partial, Changes(ordered=True, delivery={"max_events": 1}), "ordered"),
    ):
        with pytest.raises(InvalidRegistrationError, match="out of order") as refusal:
            changed(before, entered, ACCEPTED, LATER)
        assert refusal.value.field == field

    swapped = changed(partial, Changes(ordered=True, delivery={"partial_responses": False}), ACCEPTED, LATER)
    assert (swapped.ordered, swapped.delivery) == (True, DeliverySettings())
