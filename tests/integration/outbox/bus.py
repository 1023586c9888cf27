"""A bus whose refusals a test decides, in the forms of EventBridge's API."""

import json
from typing import Any

from botocore.exceptions import ClientError


class Bus:
    """`published` are the details that it has accepted; `refused` the ids whose entries fail, by error code.

    A call of more than `most_bytes` is refused as a whole. Where it `dies`, it has accepted, and nobody learns of it.
    """

    def __init__(self) -> None:
        self.published: list[str] = []
        self.refused: dict[str, str] = {}
        self.most_bytes = 1_000_000
        self.dies = False

    @property
    def ids(self) -> list[str]:
        """The ids of what it has accepted, in that order."""
        return [json.loads(detail)["eventId"] for detail in self.published]

    def put_events(self, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803  the SDK's name
        """Accept each entry or not."""
        details = [entry["Detail"] for entry in Entries]
        if sum(map(len, details)) > self.most_bytes:
            raise ClientError({"Error": {"Code": "ValidationException", "Message": "too large"}}, "PutEvents")
        answers = [self._answer(detail) for detail in details]
        if self.dies:
            raise ConnectionError
        return {"FailedEntryCount": sum("ErrorCode" in each for each in answers), "Entries": answers}

    def _answer(self, detail: str) -> dict[str, str]:
        code = self.refused.get(json.loads(detail)["eventId"])
        if code is not None:
            return {"ErrorCode": code, "ErrorMessage": "try again"}
        self.published.append(detail)
        return {"EventId": "7bf73129"}
