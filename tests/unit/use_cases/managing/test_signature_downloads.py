"""Administration: a signing secret is shown, and that is on record."""

from dataclasses import replace
from typing import NoReturn

import pytest

from recado.ports.sending import OurFaultError
from recado.rules.activity.activity import ActivityKind
from recado.rules.webhook.authentication.authentication import AuthenticationType
from recado.rules.webhook.authentication.authentication_draft import AuthenticationDraft
from recado.rules.webhook.registration import Changes
from recado.use_cases.managing.rewriting import NoSuchWebhookError
from tests.support.acts import ADMIN
from tests.unit.builders import NOW, webhook
from tests.unit.use_cases.fakes.admin_fakes import Office, switch

NONE = AuthenticationDraft(AuthenticationType.NONE)
SIGNATURE = AuthenticationDraft(AuthenticationType.SIGNATURE)


def fail() -> NoReturn:
    """Fail as the store would."""
    raise OurFaultError


@pytest.fixture
def office() -> Office:
    """Give an administration with a webhook that does not authenticate."""
    office = Office()
    office.registry.put(webhook())
    return office


def test_a_secret_is_recorded_as_shown_before_it_is_shown(office: Office) -> None:
    """A record that fails shows nothing; it is no change of the webhook."""
    switch(office, SIGNATURE)
    before = office.registry.kept["1010", "wh_1"]
    office.now += 7

    office.signatures.download("1010", "wh_1", ADMIN)

    assert office.registry.kept["1010", "wh_1"] == replace(before, secret_downloaded_at=NOW + 7)
    office.registry.meanwhile = [fail]
    with pytest.raises(OurFaultError):
        office.signatures.download("1010", "wh_1", ADMIN)


def test_a_download_shows_the_secret_that_was_recorded(office: Office) -> None:
    """A rotation that comes between reading and recording lets it begin anew."""
    switch(office, SIGNATURE)
    office.registry.meanwhile = [lambda: office.signatures.rotate("1010", "wh_1", None, ADMIN)]

    shown = office.signatures.download("1010", "wh_1", ADMIN).secret

    assert shown == office.credentials("wh_1").secret
    assert office.registry.kept["1010", "wh_1"].secret_downloaded_at == NOW


def test_a_secret_of_another_version_of_the_webhook_is_not_shown(office: Office) -> None:
    """It is replaced after the webhook was read, and before its secret is opened: the download begins anew."""
    switch(office, SIGNATURE)
    office.registry.after_reading = [lambda: office.signatures.rotate("1010", "wh_1", None, ADMIN)]

    shown = office.signatures.download("1010", "wh_1", ADMIN)

    assert (shown.secret, shown.webhook.version) == (office.credentials("wh_1").secret, 3)
    assert office.activities.kinds.count(ActivityKind.SECRET_DOWNLOADED) == 1


def test_a_download_does_not_bring_a_removed_webhook_back(office: Office) -> None:
    """Its secret is not shown either."""
    switch(office, SIGNATURE)
    office.registry.meanwhile = [lambda: office.administration.remove("1010", "wh_1", None, ADMIN)]

    with pytest.raises(NoSuchWebhookError):
        office.signatures.download("1010", "wh_1", ADMIN)
    assert office.registry.kept == {}


@pytest.mark.parametrize("rotated", [False, True])
def test_a_change_that_began_before_a_download_does_not_forget_it(office: Office, rotated: bool) -> None:
    """Neither does a rotation; nor does the download let a version fail that the admin has named."""
    switch(office, SIGNATURE)
    version = office.registry.kept["1010", "wh_1"].version
    office.registry.meanwhile = [lambda: office.signatures.download("1010", "wh_1", ADMIN)]

    if rotated:
        office.signatures.rotate("1010", "wh_1", version, ADMIN)
    else:
        office.administration.change("1010", "wh_1", Changes(name="Other"), version, ADMIN)

    assert office.registry.kept["1010", "wh_1"].secret_downloaded_at == NOW


def test_a_new_secret_was_never_shown(office: Office) -> None:
    """The memory of the last one goes with it, also when it was shown at the last moment."""
    switch(office, SIGNATURE)
    office.signatures.rotate("1010", "wh_1", None, ADMIN)
    office.signatures.download("1010", "wh_1", ADMIN)
    office.registry.meanwhile = [lambda: office.signatures.download("1010", "wh_1", ADMIN)]

    switch(office, NONE)
    gone = office.registry.kept["1010", "wh_1"]
    assert (gone.secret_created_at, gone.secret_rotated_at, gone.secret_downloaded_at) == (None, None, None)

    office.now += 9
    switch(office, SIGNATURE)
    new = office.registry.kept["1010", "wh_1"]
    assert (new.secret_created_at, new.secret_rotated_at, new.secret_downloaded_at) == (NOW + 9, None, None)
