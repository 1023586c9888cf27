"""What an import comes to: which webhooks are new, which there are, and which cannot be taken over."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from recado_cli.exits import Exit, Stop
from recado_cli.importing.found import Found
from recado_cli.importing.wanted import Wanted
from recado_cli.output import Document

_SHOWN = 5  # tenants that an error names


class State(StrEnum):
    """What is to be done with a webhook, or what was."""

    NEW = "new"
    EXISTS = "exists"
    OFF = "off"
    """It exists, is off, and is to be switched on."""
    REFUSED = "refused"
    REGISTERED = "registered"
    SWITCHED_ON = "switched on"


@dataclass(frozen=True)
class Step:
    """One webhook and what is to be done with it; `webhook` is the one that exists."""

    wanted: Wanted
    state: State
    webhook: Document = field(default_factory=dict, repr=False)
    refusals: tuple[str, ...] = ()


def accounts_of(
    found: Sequence[Found], tenants: Mapping[str, str], one_account: Callable[[], str]
) -> list[tuple[str, Found]]:
    """Each webhook with the account that it is for; raises `Stop` where that is not said.

    Without `tenants` all are for `one_account`, unless they are of several tenants.
    """
    if not tenants:
        names = sorted({each.tenant for each in found})
        if len(names) > 1:
            shown = ", ".join([name or "none" for name in names[:_SHOWN]] + ["…"] * (len(names) > _SHOWN))
            message = f"there are webhooks of {len(names)} tenants ({shown})"
            raise Stop(message, Exit.USAGE, "--tenants FILE or --tenant NAME=ACCOUNT says which account each is")
        account = one_account()
        return [(account, each) for each in found]
    missing = "its tenant {0!r} has no account in --tenants"
    return [
        (tenants[each.tenant], each)
        if tenants.get(each.tenant)
        else ("", replace(each, refusals=(*each.refusals, missing.format(each.tenant))))
        for each in found
    ]


def planned(wanted: Sequence[Wanted], listed: Mapping[str, Document], *, switch_on: bool) -> list[Step]:
    """What is to be done, in the order of the file; `listed` is what the API answers as an account's webhooks."""
    return list(_steps(wanted, listed, switch_on=switch_on))


def _steps(wanted: Sequence[Wanted], listed: Mapping[str, Document], *, switch_on: bool) -> Iterator[Step]:
    room = {account: answer["limit"] - len(answer["webhooks"]) for account, answer in listed.items()}
    seen: list[Wanted] = []
    for each in wanted:
        there = _existing(each, listed.get(each.account, {}).get("webhooks", ()))
        if there is not None:
            is_off = not there["active"] and each.found.enabled and (each.is_in(there) or not each.marker)
            yield Step(each, State.OFF if switch_on and is_off else State.EXISTS, there)
        elif any(_same(each, other) for other in seen):
            yield Step(each, State.REFUSED, refusals=("it stands in the file twice",))
        elif each.refusals:
            yield Step(each, State.REFUSED, refusals=each.refusals)
        elif room[each.account] <= 0:
            full = f"account {each.account} may have {listed[each.account]['limit']} webhooks, and is full"
            yield Step(each, State.REFUSED, refusals=(full,))
        else:
            room[each.account] -= 1
            yield Step(each, State.NEW)
        seen.append(each)


def _existing(wanted: Wanted, webhooks: Sequence[Document]) -> Document | None:
    """The registered webhook that is this one: by what its description says, else by name, URL and events."""
    marked = (webhook for webhook in webhooks if wanted.is_in(webhook))
    alike = (webhook for webhook in webhooks if _traits(webhook) == _traits(wanted.body))
    return next(marked, None) or next(alike, None)


def _same(one: Wanted, other: Wanted) -> bool:
    if one.account != other.account:
        return False
    return one.marker == other.marker if one.marker or other.marker else _traits(one.body) == _traits(other.body)


def _traits(webhook: Document) -> tuple[object, ...]:
    return webhook.get("name"), webhook.get("targetUrl"), sorted(webhook.get("eventNames", ()))
