"""The demo, on a stack that runs already."""

from tests.e2e.support.client import ApiClient
from tests.e2e.support.instance import Instance


def test_the_demo_shows_every_delivery_and_leaves_no_webhook(instance: Instance, other_api: ApiClient) -> None:
    """It can be repeated: twice on the same state, with the same success."""
    for _ in range(2):
        shown = instance.run("demo")

        assert shown.returncode == 0, shown.stdout + shown.stderr
        assert "Everything arrived and was verified." in shown.stdout
        assert shown.stdout.count("signature verified") >= 4
        assert other_api.get("/accounts/2020/webhooks").json()["webhooks"] == []
