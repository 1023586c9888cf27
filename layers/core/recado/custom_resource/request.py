"""What CloudFormation asks for: one request about one resource of a stack.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref-requesttypes.html
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any, Self

from recado.rules.activity.activity import Once
from recado.rules.webhook.webhook import WEBHOOK_ID_PREFIX

_DIGITS = 16


class Kind(StrEnum):
    """What is asked for."""

    CREATE = "Create"
    UPDATE = "Update"
    DELETE = "Delete"


@dataclass(frozen=True, slots=True)
class ResourceRequest:
    """A request as it came; a text that is missing is empty, and `kind` None where it is none of the three.

    `response_url` lets whoever has it answer, so it is told to nobody.
    """

    kind: Kind | None
    stack_id: str
    request_id: str
    logical_id: str
    given_id: str
    response_url: str = field(repr=False)
    properties: Mapping[str, Any] = field(repr=False)
    old_properties: Mapping[str, Any] = field(repr=False)

    @classmethod
    def read(cls, event: object) -> Self:
        """Read whatever has come, as far as it can be read: what is wrong with it is answered, not raised."""
        told: Mapping[str, Any] = event if isinstance(event, dict) else {}

        def text(name: str) -> str:
            value = told.get(name)
            return value if isinstance(value, str) else ""

        def members(name: str) -> Mapping[str, Any]:
            value = told.get(name)
            return value if isinstance(value, dict) else {}

        return cls(
            kind=next((kind for kind in Kind if kind.value == told.get("RequestType")), None),
            stack_id=text("StackId"),
            request_id=text("RequestId"),
            logical_id=text("LogicalResourceId"),
            given_id=text("PhysicalResourceId"),
            response_url=text("ResponseURL"),
            properties=members("ResourceProperties"),
            old_properties=members("OldResourceProperties"),
        )

    @property
    def owner_prefix(self) -> str:
        """What the ids of all webhooks begin with that this resource of this stack has ever made."""
        return WEBHOOK_ID_PREFIX + _digest(self.stack_id, self.logical_id)

    @property
    def new_id(self) -> str:
        """The id of the webhook that this request makes: the same, however often the request comes.

        Another request makes another one: a webhook that was removed leaves its log behind, which is no other's.
        """
        return self.owner_prefix + _digest(self.request_id)

    @property
    def once(self) -> Once | None:
        """That it is to have its effect once: Lambda may repeat it when CloudFormation has long gone on."""
        if not self.request_id:
            return None
        token = sha256(json.dumps([self.stack_id, self.logical_id, self.request_id]).encode()).hexdigest()
        return Once(token, token)

    @property
    def physical_id(self) -> str:
        """The id that CloudFormation knows the resource by: the webhook's; before it has any, that of the next."""
        return self.given_id or self.new_id


def _digest(*parts: str) -> str:
    return sha256(json.dumps(parts).encode()).hexdigest()[:_DIGITS]
