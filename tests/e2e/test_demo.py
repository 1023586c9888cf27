"""The demo, on a stack that runs already."""

from local import identity
from tests.e2e.support.client import ApiClient
from tests.e2e.support.instance import Instance


def test_the_demo_shows_every_delivery_and_leaves_what_it_is_told_to(instance: Instance, other_api: ApiClient) -> None:
    """With its webhooks kept, and repeated without: on the same state, with the same success."""
    for arguments, left in ((["--keep"], 3), ([], 0)):
        shown = instance.run("demo", *arguments)

        assert shown.returncode == 0, shown.stdout + shown.stderr
        assert "Everything arrived and was verified." in shown.stdout
        assert shown.stdout.count("signature verified") >= 4
        assert len(other_api.get("/accounts/2020/webhooks").json()["webhooks"]) == left
        assert ("The stack goes on running" in shown.stdout) == bool(left)
        assert (identity.password_of("2020", instance.settings) in shown.stdout) == bool(left)
