"""The demo, on a stack that runs already."""

import pytest

from local import identity
from tests.e2e.support.client import ApiClient
from tests.e2e.support.instance import Instance


@pytest.mark.usefixtures("queues_alone")
def test_the_demo_shows_every_delivery_and_leaves_no_webhook(instance: Instance, admin_api: ApiClient) -> None:
    """So that it can be repeated."""
    shown = instance.run("demo")

    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert "Everything arrived and was verified." in shown.stdout
    assert shown.stdout.count("signature verified") >= 4
    assert admin_api.get(f"/accounts/{identity.ACCOUNTS[1]}/webhooks").json()["webhooks"] == []
