"""What `listen` says: a line for each POST, and one now and then that it is still there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from recado_cli.listen.following import Arrival
from recado_cli.listen.receiver import Answer
from recado_cli.output import Output, visible

_LONGEST_BODY = 300


class Telling:
    """Lines for people, or with `--json` one object a line, all on stdout, each with its `type`."""

    def __init__(self, output: Output) -> None:
        self._output = output

    def started(self, target: str, secret: str, since: datetime, unkept: str = "") -> None:
        """Where it sends, and what a receiver verifies it with; `unkept` is why that is of this run only."""
        if self._output.as_json:
            self._line("started", target=target, secret=secret, since=iso(since), secretNotKept=unkept or None)
            return
        self._output.say(f"sends to {target} what arrives from {_clock(since)} on; Ctrl-C ends it")
        self._output.say(f"signed with the secret {secret}, which is this listener's own")
        if unkept:
            self._output.say(f"it is one for this run, as none can be kept: {unkept}", style="yellow")
        else:
            self._output.say("the next run signs with it too: your receiver can keep it")

    def caught_up_from(self, target: str, since: datetime) -> None:
        """Where it sends what was missed, and from when on."""
        if self._output.as_json:
            self._line("started", target=target, since=iso(since))
            return
        self._output.say(f"sends to {target} what was missed from {_clock(since)} on, and what arrives; Ctrl-C ends it")
        self._output.say("signed with the webhook's own secret")

    def posted(self, arrival: Arrival, answer: Answer, now: datetime) -> None:
        """One POST and its answer."""
        if self._output.as_json:
            self._line("delivery", **_fields(arrival), **_answer_fields(answer))
            return
        what = f"{_clock(now)}  {visible(arrival.event_name)}  {visible(arrival.event_id)}"
        whose = f"  ({visible(arrival.webhook_name)})" if arrival.webhook_name else ""
        self._output.text(f"{what}  {_answered(answer)}{whose}", style="green" if answer.is_success else "red")
        if answer.body and not answer.is_success:
            self._output.text("    " + visible(answer.body.strip())[:_LONGEST_BODY])

    def gone(self, arrival: Arrival) -> None:
        """A delivery that is not there any more."""
        self._message("gone", f"{arrival.event_id}: its webhook or delivery was removed meanwhile")

    def left_out(self, arrival: Arrival, trouble: str) -> None:
        """A delivery that cannot be read."""
        where = f"recado deliveries show {arrival.webhook_id} {arrival.delivery_id}"
        self._message("leftOut", f"{arrival.event_id}: left out, it cannot be read: {trouble}; `{where}` tries again")

    def heartbeat(self, read_up_to: datetime, age_seconds: float, trouble: str) -> None:
        """That nothing has come, and how old the cursor is."""
        if self._output.as_json:
            self._line("heartbeat", readUpTo=iso(read_up_to), ageSeconds=round(age_seconds), trouble=trouble or None)
            return
        state = f"still: {trouble}" if trouble else "nothing new"
        self._output.say(
            f"{state}; the log is read up to {_clock(read_up_to)}, {round(age_seconds)} s ago", style="dim"
        )

    def unreached(self, trouble: str, read_up_to: datetime) -> None:
        """That the API cannot be asked; said once, until it can be."""
        self._message("unreachable", f"{trouble}; tries again, and goes on from {_clock(read_up_to)}")

    def reached(self, read_up_to: datetime) -> None:
        """That it can be asked again."""
        self._message("reachable", f"the API answers again; goes on from {_clock(read_up_to)}")

    def slept(self, seconds: float, read_up_to: datetime) -> None:
        """That this process has stood still."""
        self._message("slept", f"stood still for {round(seconds)} s (sleep?); goes on from {_clock(read_up_to)}")

    def ended(self, goes_on_from: datetime) -> None:
        """That somebody has ended it, and from when to go on."""
        self._message("ended", f"ended; go on with --since {iso(goes_on_from)}")

    def _message(self, kind: str, message: str) -> None:
        if self._output.as_json:
            self._line(kind, message=message)
        else:
            self._output.say(message, style="yellow")

    def _line(self, kind: str, **fields: Any) -> None:  # noqa: ANN401 - whatever JSON takes
        self._output.line({"type": kind, **{name: value for name, value in fields.items() if value is not None}})


def iso(moment: datetime) -> str:
    """The time as `--since` takes it."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _clock(moment: datetime) -> str:
    """The time in the zone of this machine, with its date where that is another day's."""
    here = moment.astimezone()
    return (
        f"{here:%H:%M:%S %Z}"
        if here.date() == datetime.now(UTC).astimezone().date()
        else f"{here:%Y-%m-%d %H:%M:%S %Z}"
    )


def _answered(answer: Answer) -> str:
    if answer.failure:
        return f"→ {visible(answer.failure)}"
    to = f" to {visible(answer.location)}, which is not followed" if answer.location else ""
    return f"→ {answer.status}{to} in {answer.latency_ms} ms"


def _fields(arrival: Arrival) -> dict[str, Any]:
    return {
        "webhookId": arrival.webhook_id,
        "deliveryId": arrival.delivery_id,
        "eventId": arrival.event_id,
        "eventName": arrival.event_name,
        "timestamp": iso(arrival.event_time),
        "arrivedAt": iso(arrival.arrived_at),
        "status": arrival.status,
    }


def _answer_fields(answer: Answer) -> dict[str, Any]:
    if answer.failure:
        return {"failure": answer.failure}
    return {"statusCode": answer.status, "latencyMs": answer.latency_ms, "answer": answer.body}
