"""Client certificates that are about to end: told 30, 7 and 1 days before, with the sweep."""

from recado.ports.endings import Ending, Endings
from recado.ports.sending import OurFaultError
from recado.rules.webhook.alert import AlertKind
from recado.rules.webhook.authentication.ending import next_told_at
from recado.use_cases.sending.ports import SendingPorts


class EndingCertificates:
    """Tells of what is due.

    The write that moves it to when it is told next is made before it is told, on the condition of what was read: of
    several who look one tells, and a certificate that was replaced meanwhile is left to its own times. Webhooks that
    are off are told of, too: they may be switched on again.
    """

    def __init__(self, ports: SendingPorts, endings: Endings) -> None:
        self._ports = ports
        self._endings = endings

    def __call__(self) -> None:
        """Tell of every certificate that is due.

        What our own side failed at is raised at the end: one webhook's trouble must not keep the others untold.
        """
        faults: list[OurFaultError] = []
        for ending in self._endings.due(self._ports.clock()):
            try:
                self._tell(ending)
            except OurFaultError as error:
                faults.append(error)
        if faults:
            raise faults[0]

    def _tell(self, ending: Ending) -> None:
        webhook = self._ports.webhooks.get(ending.account_id, ending.webhook_id)
        if webhook is None or webhook.client_certificate is None:
            return  # it is gone, and the index does not know yet
        told_at = next_told_at(webhook.client_certificate, self._ports.clock())
        if self._endings.move(ending, told_at):
            self._ports.alerting.tell(AlertKind.CERTIFICATE_ENDING, webhook, webhook.health)
