"""Mails: an alert to who has confirmed, and the question to who is entered.

An event of the bus may come twice. Whom it has let be mailed is remembered before the mail leaves, and forgotten where
it did not leave: so a repeated event mails those alone that were not, and a process that dies in between mails nobody.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from recado.ports.alerting import AddressReader, KnownLink, Links, OptOuts
from recado.ports.mailing import (
    Mail,
    MailCounts,
    Mailed,
    MailFaultyError,
    MailRefusedError,
    Mails,
    MailUncertainError,
)
from recado.ports.managing import VersionConflictError
from recado.ports.sending import Clock, OurFaultError
from recado.rules.alerting.addresses import (
    AddressProblem,
    AddressState,
    AlertAddress,
    address_digest,
    with_address,
)
from recado.rules.alerting.flooding import MailPlace
from recado.rules.alerting.letters import Letter, Places, ReportedAlert, alert_letter, asking_letter
from recado.rules.alerting.links import LinkToken, Purpose
from recado.use_cases.managing.rewriting import again_on_conflict

ReportOutcome = Callable[[str, "MailOutcome"], None]
"""Learns what became of a mail of an account, as soon as that is known."""

WriteLetter = Callable[[str], Letter]
"""Writes a letter with this token to unsubscribe."""


@dataclass(frozen=True, slots=True)
class MailOutcome:
    """What became of a mail to an address: sent unless there is a problem or a fault; `code` is of a refusal."""

    address_id: str
    problem: AddressProblem | None = None
    code: str | None = None
    fault: OurFaultError | None = None


class AlertMailing:
    """Mails what the bus tells of."""

    def __init__(
        self,
        addresses: AddressReader,
        links: Links,
        *,
        opt_outs: OptOuts,
        counts: MailCounts,
        mailed: Mailed,
        mails: Mails,
        places: Places,
        clock: Clock,
        report: ReportOutcome,
    ) -> None:
        self._addresses = addresses
        self._links = links
        self._opt_outs = opt_outs
        self._counts = counts
        self._mailed = mailed
        self._mails = mails
        self._places = places
        self._clock = clock
        self._report = report

    def tell(self, event_id: str, alert: ReportedAlert) -> list[Exception]:
        """Mail an alert to the confirmed addresses of its account; one that fails holds no other up.

        Returns the faults for which the event is to be repeated, those of mails first.
        """
        book = self._addresses.read(alert.account_id)
        told = (self._each(event_id, alert, one) for one in book.confirmed)
        return self._kept(event_id, alert.account_id, [outcome for outcome in told if outcome is not None])

    def ask(self, event_id: str, account_id: str, address_id: str) -> list[Exception]:
        """Mail an address the question whether it wants the alerts, if it still has not answered; returns the same."""
        one = self._addresses.read(account_id).get(address_id)
        if one is None or one.state is not AddressState.PENDING:
            return []
        outcome = self._once(event_id, account_id, one, lambda: self._asked(event_id, account_id, one))
        return self._kept(event_id, account_id, [] if outcome is None else [outcome])

    def _each(self, event_id: str, alert: ReportedAlert, one: AlertAddress) -> MailOutcome | None:
        return self._once(event_id, alert.account_id, one, lambda: self._told(event_id, alert, one))

    def _once(
        self, event_id: str, account_id: str, one: AlertAddress, send: Callable[[], MailOutcome]
    ) -> MailOutcome | None:
        """What came of the mail, reported; None where this event has let the address be mailed before."""
        outcome = self._claimed(event_id, account_id, one, send)
        if outcome is not None:
            self._report(account_id, outcome)
        return outcome

    def _claimed(
        self, event_id: str, account_id: str, one: AlertAddress, send: Callable[[], MailOutcome]
    ) -> MailOutcome | None:
        try:
            if not self._mailed.claim(account_id, event_id, one.address_id):
                return None
        except OurFaultError as fault:
            return MailOutcome(one.address_id, fault=fault)
        try:
            return send()
        except MailRefusedError as refused:
            return MailOutcome(one.address_id, AddressProblem.REFUSED, refused.code)
        except (MailFaultyError, MailUncertainError) as fault:
            return MailOutcome(one.address_id, fault=fault)
        except OurFaultError as fault:
            self._release(event_id, account_id, one.address_id)
            return MailOutcome(one.address_id, fault=fault)

    def _release(self, event_id: str, account_id: str, address_id: str) -> None:
        # One that stays noted is not mailed by the repetition: rather no mail than two.
        with suppress(OurFaultError):
            self._mailed.release(account_id, event_id, address_id)

    def _told(self, event_id: str, alert: ReportedAlert, one: AlertAddress) -> MailOutcome:
        left = self._counts.take(MailPlace.alerts(alert.account_id, one.address), event_id, self._clock())
        if left is None:
            return MailOutcome(one.address_id, AddressProblem.TOO_MANY_MAILS)
        webhook_url = self._places.webhook(alert.account_id, alert.webhook_id)

        def letter(unsubscribe: str) -> Letter:
            return alert_letter(alert, one, webhook_url, self._places.unsubscribe(unsubscribe), is_last=left == 0)

        return self._sent(alert.account_id, one, letter)

    def _asked(self, event_id: str, account_id: str, one: AlertAddress) -> MailOutcome:
        if not self._may_ask(account_id, one, f"{event_id}{one.address_id}"):
            return MailOutcome(one.address_id, AddressProblem.TOO_MANY_MAILS)
        confirm = self._places.confirm(self._link(account_id, one, Purpose.CONFIRM))

        def letter(unsubscribe: str) -> Letter:
            return asking_letter(one, account_id, confirm, self._places.unsubscribe(unsubscribe))

        return self._sent(account_id, one, letter)

    def _may_ask(self, account_id: str, one: AlertAddress, mail_id: str) -> bool:
        now, digest = self._clock(), address_digest(one.address)
        opt_out = self._opt_outs.find(account_id, digest, now)
        if opt_out is not None and not opt_out.may_be_asked(mail_id, now):
            return False
        # That of the account first: what it may not, takes nothing from what others may ask of the address.
        for place in (MailPlace.asked_of_account(account_id), MailPlace.asked_of_address(one.address)):
            if self._counts.take(place, mail_id, now) is None:
                return False
        # Last, because it is for 30 days: what the counts refuse may be asked tomorrow.
        return opt_out is None or self._opt_outs.ask(account_id, digest, mail_id, now)

    def _sent(self, account_id: str, one: AlertAddress, write: WriteLetter) -> MailOutcome:
        token = self._link(account_id, one, Purpose.UNSUBSCRIBE)
        self._mails.send(Mail(one.address, write(token), self._places.one_click(token)))
        return MailOutcome(one.address_id)

    def _link(self, account_id: str, one: AlertAddress, purpose: Purpose) -> str:
        token = LinkToken.new(account_id, one.address_id)
        until = self._clock() + purpose.good_for_ms
        self._links.keep(token, KnownLink(purpose, until, address_digest(one.address)))
        return token.text

    def _kept(self, event_id: str, account_id: str, outcomes: list[MailOutcome]) -> list[Exception]:
        """The faults of mails, and that of keeping what became of them."""
        faults: list[Exception] = [outcome.fault for outcome in outcomes if outcome.fault is not None]
        try:
            self._keep(account_id, outcomes)
        except (OurFaultError, VersionConflictError) as fault:
            # What was not mailed the repetition meets again, and keeps; what was mailed is not mailed again for that.
            for outcome in outcomes:
                if outcome.problem is not None:
                    self._release(event_id, account_id, outcome.address_id)
            faults.append(fault)
        return faults

    @again_on_conflict
    def _keep(self, account_id: str, outcomes: list[MailOutcome]) -> None:
        """Show when each was mailed last, or why not; who was removed meanwhile is not there any more."""
        now, book = self._clock(), self._addresses.read(account_id)
        changed = book
        for outcome in outcomes:
            one = changed.get(outcome.address_id)
            if one is None or outcome.fault is not None:
                continue
            mailed_at = now if outcome.problem is None else one.mailed_at
            changed = with_address(changed, replace(one, mailed_at=mailed_at, problem=outcome.problem))
        if changed != book:
            self._addresses.save(changed)
