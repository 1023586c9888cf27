"""The shapes in which events leave: how one is written, and what stands around those of a POST.

`ENVELOPE` is Recado's own, `STANDARD` that of Standard Webhooks 1.0.0, `CLOUDEVENTS` that of CloudEvents 1.0.2 (JSON
event format and batch), `RAW` what the webhook's `transform` makes, for receivers that cannot be changed.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from recado.rules.event import strict_json
from recado.rules.event.event import MAX_EVENT_BYTES, Event
from recado.rules.event.own import is_own
from recado.rules.event.timestamps import to_iso
from recado.rules.shaping.allowance import STEPS_OF_ONE, Allowance
from recado.rules.shaping.evaluation import value_for
from recado.rules.shaping.trouble import ExpressionFailedError

JSON = "application/json"
CLOUD_EVENT = "application/cloudevents+json"
CLOUD_EVENTS = "application/cloudevents-batch+json"
# No attribute of type String may hold one (CloudEvents 1.0.2, "Type System").
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Format(StrEnum):
    """The shape of a webhook's POSTs."""

    ENVELOPE = "ENVELOPE"
    STANDARD = "STANDARD"
    CLOUDEVENTS = "CLOUDEVENTS"
    RAW = "RAW"

    @property
    def takes_one(self) -> bool:
        """Whether a POST holds one event and no more."""
        return self in (Format.STANDARD, Format.RAW)


@dataclass(frozen=True, slots=True)
class Written:
    """An event as it is written into a POST; `error` is why its transform gave nothing, and was left out."""

    text: str
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """How a webhook's events leave. One event a POST is `alone`: by the format, or because the webhook takes one."""

    format: Format = Format.ENVELOPE
    transform: str | None = None
    alone: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether events leave as they came."""
        return self.format is Format.ENVELOPE and self.transform is None

    @property
    def content_type(self) -> str:
        """The `Content-Type` of a POST."""
        if self.format is Format.CLOUDEVENTS:
            return CLOUD_EVENT if self.alone else CLOUD_EVENTS
        return JSON

    def written(self, event: Event, allowance: Allowance) -> Written:
        """The event's part of a body; whatever goes wrong in the transform, it is written as if there were none.

        A transform is made for the events of publishers: Recado's own leave without it, and RAW is their data.
        """
        if is_own(event.name):
            return Written(self._own_text(event))
        if self.transform is None:
            return Written(self._text(event, None))
        try:
            value = value_for(event, self.transform, allowance)
            if value is None and self.format is Format.RAW:
                raise ExpressionFailedError("it gives null, which is no body")
            text = self._text(event, [value])
            if len(text.encode()) > MAX_EVENT_BYTES:
                raise ExpressionFailedError(f"it makes more than {MAX_EVENT_BYTES} bytes (256 KB) of JSON")
            return Written(text)
        except ExpressionFailedError as error:
            return Written(self._text(event, None), str(error))

    def body(self, account_text: str, texts: Sequence[str]) -> str:
        """The body of a POST that holds the events that are written so."""
        if self.format is Format.ENVELOPE:
            return f'{{"accountId":{account_text},"events":[{",".join(texts)}]}}'
        if self.format is Format.CLOUDEVENTS and not self.alone:
            return f"[{','.join(texts)}]"
        return texts[0] if texts else ""

    def _own_text(self, event: Event) -> str:
        if self.format is Format.RAW:
            return strict_json.dumps(json.loads(event.text)["data"])
        return self._text(event, None)

    def _text(self, event: Event, made: list[object] | None) -> str:
        """The event with the value that `made` holds in the place of its data, as it came where that is None."""
        if self.format is Format.RAW:
            return event.text if made is None else strict_json.dumps(made[0])
        if self.format is Format.ENVELOPE and made is None:
            return event.text
        fields: dict[str, object] = json.loads(event.text)
        if made is not None:
            fields["data"] = made[0]
        return strict_json.dumps(_MEMBERS[self.format](event, fields))


class Writing:
    """Writes the events of one POST, each once, within one allowance."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self._allowance = Allowance()
        self._texts: dict[str, str] = {}
        self.errors: dict[str, str] = {}
        """Why a transform gave nothing, by the event's key."""

    @property
    def is_spent(self) -> bool:
        """Whether one event more might find fewer steps left than it may take alone."""
        return self._allowance.left < STEPS_OF_ONE

    def text_of(self, event: Event) -> str:
        """The event's part of the body."""
        if self.shape.is_plain:
            return event.text
        text = self._texts.get(event.key)
        if text is None:
            written = self.shape.written(event, self._allowance)
            text = self._texts[event.key] = written.text
            if written.error is not None:
                self.errors[event.key] = written.error
        return text

    def body(self, events: Sequence[Event]) -> bytes:
        """The body that holds these events: the bytes that are signed and sent."""
        return self.shape.body(events[0].account_text, [self.text_of(event) for event in events]).encode()


def _standard(event: Event, fields: dict[str, object]) -> dict[str, object]:
    return {"type": event.name, "timestamp": to_iso(event.timestamp_ms), "data": fields["data"]}


def _cloud_event(event: Event, fields: dict[str, object]) -> dict[str, object]:
    info = fields.get("eventInfo")
    shown = _CONTROL.sub(" ", info) if isinstance(info, str) else ""
    return {
        "specversion": "1.0",
        "id": event.event_id,
        "source": f"/accounts/{event.account_id}",
        "type": event.name,
        "time": to_iso(event.timestamp_ms),
        "datacontenttype": JSON,
        **({"eventinfo": shown} if shown else {}),
        # The extension "Distributed Tracing", by which each event of a batch keeps its own.
        **({"traceparent": event.traceparent} if event.traceparent else {}),
        "data": fields["data"],
    }


_MEMBERS: Mapping[Format, Callable[[Event, dict[str, object]], dict[str, object]]] = {
    Format.ENVELOPE: lambda _event, fields: fields,
    Format.STANDARD: _standard,
    Format.CLOUDEVENTS: _cloud_event,
}
