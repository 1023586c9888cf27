"""The webhooks of an account, by its API."""

from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.client import ApiClient


def delete_all(api: ApiClient, account: str = ACCOUNT) -> None:
    """Leave the account without webhooks."""
    root = f"/accounts/{account}/webhooks"
    for webhook in api.get(root).json()["webhooks"]:
        api.delete(f"{root}/{webhook['webhookId']}")
