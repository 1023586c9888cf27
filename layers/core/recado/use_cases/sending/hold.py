"""What a run holds: its webhook as it knows it, and the lease."""

from dataclasses import replace

from recado.ports import Expect
from recado.rules.webhook.lane import leased, owned
from recado.rules.webhook.webhook import Webhook
from recado.use_cases.sending.ports import SendingPorts


class Hold:
    """The webhook that a run sends to, under the lease that it was read with."""

    def __init__(self, ports: SendingPorts, webhook: Webhook) -> None:
        self._ports = ports
        self._taken = webhook.lane
        self.is_held = True
        self.webhook = webhook

    def renew(self) -> bool:
        """Read the webhook again; whether this run still is its one sender: it is neither off, gone nor another's."""
        now = self._ports.webhooks.get(self.webhook.account_id, self.webhook.webhook_id)
        if now is None or (now.lane.owner, now.lane.lease_holder) != (self._taken.owner, self._taken.lease_holder):
            return False
        self.webhook = now
        return True

    def write(self, after: Webhook) -> bool:
        """Store what has changed, if this run still is the one sender."""
        if not self._ports.lanes.change(self.webhook, after, Expect.LEASED):
            return False
        self.webhook = after
        self.is_held = after.lane.lease_holder is not None
        return True

    def claim_back(self) -> bool:
        """Own the webhook again that was just given up, if nobody else does."""
        taken = self._taken
        lane = owned(self.webhook.lane, taken.owner or "", self._ports.clock())
        after = replace(self.webhook, lane=leased(lane, taken.lease_holder or "", taken.lease_until or 0))
        if not self._ports.lanes.change(self.webhook, after, Expect.UNOWNED):
            return False
        self.webhook = after
        self.is_held = True
        return True

    def release(self) -> None:
        """Let the lease go, if it is held still."""
        if self.is_held:
            self.is_held = False
            self._ports.lanes.release(replace(self.webhook, lane=self._taken))
