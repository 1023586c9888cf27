"""Authentication: switched, changed without its password, and kept by other changes."""

import pytest

from recado.rules.webhook.authentication.credentials import Credentials
from tests.integration.webhook_api.signatures.signing import BASIC, NONE, SIGNATURE, credentials, download, switch
from tests.support.api.client import ApiClient


def test_a_password_is_kept_but_never_shown(api: ApiClient) -> None:
    """The user name is; the senders find both."""
    webhook = api.create(authentication=BASIC)

    assert webhook["authentication"] == {"type": "BASIC", "username": BASIC["username"]}
    assert credentials(api, webhook) == Credentials(password=BASIC["password"])


def test_a_change_without_a_password_keeps_it(api: ApiClient) -> None:
    """While another user name is taken."""
    webhook = api.create(authentication=BASIC)

    changed = switch(api, webhook, {"type": "BASIC", "username": "other"})

    assert changed["authentication"] == {"type": "BASIC", "username": "other"}
    assert credentials(api, webhook) == Credentials(password=BASIC["password"])
    switch(api, webhook, {"type": "BASIC", "username": "other", "password": "new"})
    assert credentials(api, webhook) == Credentials(password="new")


def test_signature_again_keeps_the_secret(api: ApiClient) -> None:
    """A form that sends all fields back must not break the receiver."""
    webhook = api.create(authentication=SIGNATURE)
    api.call("POST", api.path(webhook, "/signature"))
    before = download(api, webhook)

    switch(api, webhook, SIGNATURE)

    assert download(api, webhook) == before


def test_other_changes_keep_the_credentials(api: ApiClient) -> None:
    """And what is shown of them."""
    for authentication in (NONE, BASIC, SIGNATURE):
        webhook = api.create(authentication=authentication)
        before = credentials(api, webhook)

        changed = api.call("PATCH", api.path(webhook), {"name": "Other", "active": False}).json

        assert changed["authentication"] == webhook["authentication"]
        assert credentials(api, webhook) == before


@pytest.mark.parametrize(
    ("first", "second"), [(BASIC, NONE), (BASIC, SIGNATURE), (SIGNATURE, NONE), (SIGNATURE, BASIC)]
)
def test_switching_drops_the_old_secret(api: ApiClient, first: dict[str, str], second: dict[str, str]) -> None:
    """There and back again makes new ones; a rotation before leaves nothing behind."""
    webhook = api.create(authentication=first)
    if first is SIGNATURE:
        api.call("POST", api.path(webhook, "/signature"))
    before = credentials(api, webhook)

    switch(api, webhook, second)

    after = credentials(api, webhook)
    assert not {before.secret, before.password} & {after.secret} - {None}
    assert after.password == second.get("password")
    assert (after.secret is not None, after.previous) == (second is SIGNATURE, ())
    if second is SIGNATURE:
        assert download(api, webhook)["previous"] == []
    switch(api, webhook, first)
    assert credentials(api, webhook) != before or first is BASIC


def test_switching_to_basic_needs_a_password(api: ApiClient) -> None:
    """There is none that could be kept."""
    for authentication in (NONE, SIGNATURE):
        webhook = api.create(authentication=authentication)
        answer = api.call("PATCH", api.path(webhook), {"authentication": {"type": "BASIC", "username": "u"}})
        assert (answer.status, answer.fields) == (422, ["authentication.password"])
        assert api.as_registered(webhook) == webhook
