"""Starts AWS's runtime client as Lambda does, where no name has an address: nobody outside of this machine is asked."""

import socket
import sys
from typing import Any

from awslambdaric.__main__ import main

_look_up = socket.getaddrinfo


def only_loopback(host: Any, *args: Any, **options: Any) -> Any:
    """Know this machine alone."""
    if host != "127.0.0.1":
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    return _look_up(host, *args, **options)


socket.getaddrinfo = only_loopback
main(sys.argv)
