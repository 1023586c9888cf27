"""What CloudFormation is answered.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref-responses.html
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from recado.custom_resource.request import ResourceRequest

MOST_BYTES = 4096
"""What an answer has at most, all of it; CloudFormation fails a resource whose answer is longer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a request: `reason` where it failed, `data` for `Fn::GetAtt` where it did not."""

    physical_id: str
    reason: str | None = None
    data: Mapping[str, str] = field(default_factory=dict)

    def body(self, request: ResourceRequest) -> bytes:
        """JSON of at most 4,096 bytes; a reason that is too long is cut, and data too long left out, longest first."""
        answer = self
        while len(body := answer._written(request)) > MOST_BYTES and (answer.reason or answer.data):
            answer = answer._shorter()
        return body

    def _shorter(self) -> "Answer":
        if self.reason:
            cut = self.reason.removesuffix("…")
            return replace(self, reason=cut[: len(cut) * 9 // 10] + "…" if len(cut) > 1 else "")
        longest = max(self.data, key=lambda name: len(self.data[name]))
        return replace(self, data={name: value for name, value in self.data.items() if name != longest})

    def _written(self, request: ResourceRequest) -> bytes:
        told: dict[str, object] = {
            "Status": "SUCCESS" if self.reason is None else "FAILED",
            "PhysicalResourceId": self.physical_id,
            "StackId": request.stack_id,
            "RequestId": request.request_id,
            "LogicalResourceId": request.logical_id,
        }
        told |= {"Data": dict(self.data)} if self.reason is None else {"Reason": self.reason}
        # A lone surrogate has no bytes; written so it is JSON's own spelling of it.
        return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode(errors="backslashreplace")
