"""An account's webhooks, as every event reads them: what has not changed is not taken apart again."""

from dataclasses import replace

import pytest

from recado.adapters.dynamodb.webhooks import webhook_store
from recado.adapters.dynamodb.webhooks.webhook_store import DynamoWebhooks
from tests.support.acts import act_on
from tests.support.system import System
from tests.unit.builders import webhook


def test_a_webhook_is_as_it_is_now(system: System) -> None:
    """Whoever read it before reads what has changed since, and what has not is the same."""
    store = DynamoWebhooks(system.registry._table)
    first, second = (replace(webhook(), webhook_id=webhook_id) for webhook_id in ("wh_1", "wh_2"))
    for one in (first, second):
        system.registry.add(one, None, act_on(one))
    before = store.of_account(first.account_id)

    system.registry.replace(first, replace(first, name="New", version=2), act_on(first))

    after = store.of_account(first.account_id)
    assert before == [first, second]
    assert after == [replace(first, name="New", version=2), second]
    assert after[1] is before[1]


def test_no_more_webhooks_are_remembered_than_have_room(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment lives for hours, and sees many accounts."""
    monkeypatch.setattr(webhook_store, "_MOST_KNOWN", 2)
    store = DynamoWebhooks(system.registry._table)
    accounts = [replace(webhook(), account_id=account_id) for account_id in ("1", "2", "3")]
    for one in accounts:
        system.registry.add(one, None, act_on(one))

    assert [store.of_account(one.account_id) for one in accounts] == [[one] for one in accounts]
    assert len(store._known) <= 2
