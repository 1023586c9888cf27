"""What somebody asks for at once, in DynamoDB: a new owner, and what it is to send, in one transaction."""

from pynamodb.transactions import TransactWrite

from recado.adapters.dynamodb.accounts.activity_store import DynamoActivities
from recado.adapters.dynamodb.deliveries.aside_moves import moving_back, renewing
from recado.adapters.dynamodb.lanes.lane_items import lane_change
from recado.adapters.dynamodb.tables import DeliveryItem, WebhookItem
from recado.adapters.faults import as_our_fault
from recado.ports.sending import Expect
from recado.rules.activity.activity import Activity
from recado.rules.delivery.delivery import Delivery
from recado.rules.webhook.webhook import Webhook


class DynamoRequests:
    """Stores requests for sending; fills the port `RequestStore`."""

    def __init__(
        self, webhooks: type[WebhookItem], deliveries: type[DeliveryItem], activities: DynamoActivities
    ) -> None:
        self._webhooks = webhooks
        self._deliveries = deliveries
        self._activities = activities

    @as_our_fault("asking for sending")
    def ask(
        self,
        before: Webhook,
        after: Webhook,
        activity: Activity,
        *,
        back: Delivery | None = None,
        copy: Delivery | None = None,
    ) -> bool:
        """Give the webhook its new owner, with what is moved back from aside, or copied, in the same transaction."""
        actions, condition = lane_change(self._webhooks, before, after, Expect.ANYTHING)
        days = self._activities.retention_days

        def fill(transaction: TransactWrite) -> None:
            item = self._webhooks(before.account_id, before.webhook_id)
            transaction.update(item, actions=actions, condition=condition)
            if back is not None:
                moving_back(self._deliveries, back, days)(transaction)
            if copy is not None:
                renewing(self._deliveries, copy, days)(transaction)

        return self._activities.together(activity, fill)
