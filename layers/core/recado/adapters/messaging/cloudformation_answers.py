"""Answers to CloudFormation: a PUT to the address that came with the request, signed for that alone."""

import os
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from urllib3 import Timeout, connection_from_url
from urllib3.exceptions import HTTPError

from recado.adapters.authorities import public_authorities
from recado.ports.sending import OurFaultError

_PAUSES = (1.0, 2.0, 4.0)  # seconds between the tries
_CONNECT_SECONDS, _READ_SECONDS = 2.0, 4.0
_REFUSED = 300
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def send_answer(url: str, body: bytes) -> None:
    """PUT an answer, again where it did not arrive; raises `OurFaultError`, which tells nothing of the address."""
    pool = _pool(url)
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    # The signature of the address is for no type of content.
    headers = {"Content-Type": "", "Content-Length": str(len(body))}
    problem = ""
    for pause in (*_PAUSES, None):
        try:
            status = pool.urlopen("PUT", target, body=body, headers=headers, redirect=False).status
        except HTTPError as error:
            problem = type(error).__name__
        else:
            if status < _REFUSED:
                return
            problem = f"status {status}"
        if pause is not None:
            time.sleep(pause)
    raise OurFaultError(f"answering CloudFormation: {problem}")


def _pool(url: str) -> Any:  # noqa: ANN401 - of HTTP or HTTPS
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        host = None
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)):
        raise OurFaultError("answering CloudFormation: its address must be https")
    options: dict[str, Any] = {"timeout": Timeout(connect=_CONNECT_SECONDS, read=_READ_SECONDS), "retries": False}
    if parts.scheme == "https":
        trusted = os.environ.get("AWS_CA_BUNDLE") or public_authorities()
        options["ca_cert_dir" if Path(trusted).is_dir() else "ca_certs"] = trusted
    return connection_from_url(f"{parts.scheme}://{parts.netloc}", **options)
