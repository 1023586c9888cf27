"""What went wrong when there is no status line: the failure that an exception of the libraries stands for."""

import math
import re
import ssl
from collections.abc import Iterator

from requests.exceptions import Timeout

from recado.adapters.sending.guard import Guard, TooMuchReceivedError
from recado.rules.sending.attempt import CLIENT_CERTIFICATE, REFUSED_CERTIFICATE, Failure, FailureClass, in_seconds

_ENDS = (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError)
# OpenSSL's names of the alerts that a peer has sent, by the version of TLS that brought each.
_ALERT = re.compile(r"(?:SSLV3_ALERT|TLSV13_ALERT|TLSV1(?:_ALERT)?)_(.+)")
# RFC 8446 section 6.2: what a receiver says about a client's certificate, once version and cipher are agreed upon; and
# what TLS 1.2 servers say where there is none.
_ABOUT_THE_CLIENT = {
    "access denied",
    "bad certificate",
    "certificate expired",
    "certificate required",
    "certificate revoked",
    "certificate unknown",
    "handshake failure",
    "unknown CA",
    "unsupported certificate",
}


def failure_of(error: Exception, guard: Guard) -> Failure:
    """The failure of an attempt that an exception has ended."""
    timed_out = _among(error, Timeout, TimeoutError)
    alert = _alert(error)
    if alert in _ABOUT_THE_CLIENT and (guard.agreed or guard.connected):
        shown = guard.tls is not None and guard.tls.certificate is not None
        return Failure(FailureClass.TLS, f"{REFUSED_CERTIFICATE if shown else CLIENT_CERTIFICATE}: {alert}.")
    if guard.address and not guard.connected:
        problem = "did not finish in time" if timed_out else f"failed: {alert or _reason(error)}"
        return Failure(FailureClass.TLS, f"The TLS handshake {problem}.")
    if timed_out:
        seconds = math.ceil(guard.answer_seconds)
        within = f"within {in_seconds(seconds)}" if guard.answer_is_late else "in time"
        return Failure(FailureClass.TIMEOUT, f"The receiver did not answer {within}.", timeout_seconds=seconds)
    if alert:
        return Failure(FailureClass.TLS, f"The receiver ended TLS after the handshake: {alert}.")
    return _failure_of_answer(error, guard)


def _failure_of_answer(error: Exception, guard: Guard) -> Failure:
    if _among(error, TooMuchReceivedError):
        return Failure(FailureClass.PROTOCOL, "The receiver sent too much before the end of its headers.")
    if _among(error, *_ENDS):
        how = "without an answer" if guard.is_unanswered else "in the middle of its answer"
        return Failure(FailureClass.CLOSED, f"The receiver closed the connection {how}.")
    return Failure(FailureClass.PROTOCOL, "What the receiver answered is not HTTP.")


def ended_while_kept(error: Exception, guard: Guard) -> bool:
    """Whether a kept connection ended without an answer: most likely its idle time was over when the POST came."""
    return guard.reused and guard.is_unanswered and _among(error, *_ENDS)


def _among(error: Exception, *kinds: type[BaseException]) -> bool:
    return any(isinstance(cause, kinds) for cause in _causes(error))


def _alert(error: Exception) -> str | None:
    """What the receiver said when it ended TLS, such as "certificate required"."""
    for cause in _causes(error):
        found = _ALERT.fullmatch(getattr(cause, "reason", None) or "") if isinstance(cause, ssl.SSLError) else None
        if found:
            return found[1].replace("_", " ").lower().replace("unknown ca", "unknown CA")
    return None


def _reason(error: Exception) -> str:
    """Why a handshake failed: the certificate's trouble in OpenSSL's words, or what became of the connection."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return cause.verify_message.rstrip(".")
        if isinstance(cause, ssl.SSLError) and cause.reason:
            return cause.reason.replace("_", " ").lower()
        if isinstance(cause, ConnectionError) and cause.strerror:
            return cause.strerror.lower()
    return "the connection ended"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what led to it, wrapped by one library after the other."""
    while error is not None:
        yield error
        # urllib3 tells of some errors of TLS by an argument alone.
        told = error.args[0] if error.args and isinstance(error.args[0], BaseException) else None
        error = error.__cause__ or error.__context__ or told
