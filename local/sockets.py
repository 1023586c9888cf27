"""Which addresses processes listen on, as the kernel tells it.

Only Linux tells; elsewhere nothing is found. Every listener's address is set explicitly, so this
is the second of two safeguards.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import struct
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")
_LISTENING = "0A"
_TABLES = ("tcp", "tcp6")


def of_sessions(session_ids: Iterable[int]) -> set[str]:
    """The addresses that processes of the given sessions listen on."""
    inodes = {inode for session_id in session_ids for inode in _sockets_of_session(session_id)}
    tables = [(_PROC / "net" / table) for table in _TABLES]
    lines = [line for table in tables if table.exists() for line in table.read_text().splitlines()[1:]]
    return set(listening(lines, inodes))


def beyond_loopback(addresses: Iterable[str]) -> list[str]:
    """Those addresses that another machine could reach."""
    return sorted(address for address in addresses if not _is_loopback(address))


def listening(lines: Iterable[str], inodes: set[str]) -> Iterator[str]:
    """The addresses in lines of the kernel's socket table that belong to one of the sockets and listen."""
    for line in lines:
        fields = line.split()
        if fields[3] == _LISTENING and fields[9] in inodes:
            yield address_of(fields[1])


def address_of(text: str) -> str:
    """`0100007F:1F90` as `127.0.0.1:8080`: the kernel writes addresses in words of the machine's byte order."""
    host, port = text.split(":")
    words = [struct.pack("=I", int(host[index : index + 8], 16)) for index in range(0, len(host), 8)]
    return f"{ipaddress.ip_address(b''.join(words))}:{int(port, 16)}"


def is_taken(host: str, port: int) -> bool:
    """Whether somebody listens on a port already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def _is_loopback(address: str) -> bool:
    return ipaddress.ip_address(address.rsplit(":", 1)[0]).is_loopback


def _sockets_of_session(session_id: int) -> Iterator[str]:
    for directory in _PROC.glob("[0-9]*"):
        with suppress(OSError):
            if os.getsid(int(directory.name)) == session_id:
                links = [str(link.readlink()) for link in (directory / "fd").iterdir()]
                yield from (link.removeprefix("socket:[").removesuffix("]") for link in links if "socket:" in link)
