"""The demo, on a stack that runs already."""

import pytest

from local import identity
from tests.e2e.support.client import ApiClient
from tests.e2e.support.instance import Instance


@pytest.mark.usefixtures("queues_alone")
def test_the_demo_shows_every_delivery_and_leaves_what_it_is_told_to(instance: Instance, admin_api: ApiClient) -> None:
    """With its webhooks kept, and repeated without: on the same state, with the same success."""
    account = identity.ACCOUNTS[1]
    for arguments, left in ((["--keep"], 3), ([], 0)):
        shown = instance.run("demo", *arguments)

        assert shown.returncode == 0, shown.stdout + shown.stderr
        assert "Everything arrived and was verified." in shown.stdout
        assert shown.stdout.count("signature verified") >= 4
        assert len(admin_api.get(f"/accounts/{account}/webhooks").json()["webhooks"]) == left
        assert ("The stack goes on running" in shown.stdout) == bool(left)
        assert (identity.password_of(account, instance.settings) in shown.stdout) == bool(left)
