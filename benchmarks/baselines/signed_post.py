"""An AWS call without an SDK around it: a request that is signed anew and POSTed over a urllib3 pool."""

from base64 import b64decode
from collections.abc import Callable
from typing import Any

import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

_KEPT = ("content-type", "x-amz-target")


def signed_post(aws_url: str, recorded: Any) -> Callable[[], None]:
    """Return what sends a recorded request again: its body and target; the answer is read, and not looked at."""
    pool = urllib3.connection_from_url(aws_url)
    signer = SigV4Auth(Credentials("testing", "testing"), "dynamodb", "us-east-1")
    body = b64decode(recorded["body"])
    kept = {name: value for name, value in recorded["headers"].items() if name in _KEPT}

    def post() -> None:
        request = AWSRequest("POST", aws_url + "/", headers=kept, data=body)
        signer.add_auth(request)
        answer = pool.urlopen("POST", "/", body=body, headers=dict(request.headers))
        if answer.status >= 300:  # noqa: PLR2004 - HTTP's own number
            raise RuntimeError(answer.data)

    return post
