"""How the command ends: one code for each kind of end, so that scripts can tell them apart."""

from __future__ import annotations

import enum

import httpx

from recado_client import Problem


class Exit(enum.IntEnum):
    """The exit codes; `recado --help` lists them."""

    DONE = 0
    FAILED = 1
    """Refused, or done and not successful: an event that was not taken, a test that the receiver refused."""
    USAGE = 2
    NOT_SIGNED_IN = 3
    NOT_FOUND = 4
    UNREACHABLE = 5
    """Nothing answered."""
    CONFLICT = 6
    """Somebody else was quicker: read again, and decide anew."""
    LATER = 7
    """Too many requests, or out of order for a while: the same again later may succeed."""
    INTERRUPTED = 130


class Stop(Exception):  # noqa: N818 - it is an end, which need not be an error
    """Ends the command with a message on stderr; `hint` says what one can do."""

    def __init__(self, message: str, code: Exit = Exit.FAILED, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.code, self.hint = message, code, hint


_CODES = {
    401: Exit.NOT_SIGNED_IN,
    404: Exit.NOT_FOUND,
    412: Exit.CONFLICT,
    428: Exit.CONFLICT,
    429: Exit.LATER,
    502: Exit.LATER,
    503: Exit.LATER,
    504: Exit.LATER,
}


_CONFLICT = 409


def stop_of(problem: Problem) -> Stop:
    """How a refusal of the API ends the command."""
    if problem.is_foreign:
        return Stop(f"what answers is not Recado's; is the address right? ({problem})")
    code = _CODES.get(problem.status, Exit.FAILED)
    if problem.status == _CONFLICT and problem.retry_after is not None:
        # The first request with this key is still under way.
        code = Exit.LATER
    hint = ""
    if code is Exit.NOT_SIGNED_IN:
        hint = "`recado sign-in` begins a new session"
    elif code is Exit.LATER and problem.retry_after is not None:
        hint = f"again in {problem.retry_after:g} s"
    fields = "; ".join(f"{error.field}: {error.message}" for error in problem.errors)
    message = f"{problem.status} {problem.title}. {fields or problem.detail}".strip()
    return Stop(message, code, hint)


def unreachable(error: httpx.HTTPError, where: str) -> Stop:
    """How the command ends where no answer came; `where` is the address that was asked."""
    return Stop(f"no answer from {where}: {error or type(error).__name__}", Exit.UNREACHABLE)
