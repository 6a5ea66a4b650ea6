"""How the failures of a dial are told: what happened, who is to blame, what usually helps.

Plain functions from what the system said to one of our errors, so that the wording stands in one place.
"""

from __future__ import annotations

import ssl

from trio_live.errors import ConnectError, ConnectRejected

_HTTP_ADVICE = {
    400: "check the model, the API version and the base_url",
    401: "check the API key or token",
    403: "check the API key or token, and that it may use this project and model",
    404: "check the base_url and the API version",
    429: "quota or concurrent sessions are used up; wait before trying again",
}
_NOT_A_SERVER = "is this a WebSocket server, and does it speak TLS where you do?"
_LONGEST_BODY = 300
"""Characters of a refusal's body that are repeated; a gateway may answer with a whole page."""


def refused(name: str, status: int, words: str) -> ConnectRejected:
    """An HTTP status instead of the upgrade."""
    words = words.strip()[:_LONGEST_BODY]
    what = f"{name} refused the connection with HTTP status {status}" + (f": {words}" if words else "")
    return ConnectRejected(what, code=status, reason=words, advice=_HTTP_ADVICE.get(status))


def hung_up(name: str) -> ConnectError:
    """The connection ended before there was an answer."""
    return ConnectError(f"{name} hung up in the middle of the handshake", advice=_NOT_A_SERVER)


def garbled(name: str, error: Exception) -> ConnectError:
    """An answer that is not HTTP, or not this handshake's."""
    told = ConnectError(f"{name} did not answer as a WebSocket server does", advice=_NOT_A_SERVER)
    told.__cause__ = error
    return told


def broken(name: str, cause: BaseException | None) -> ConnectError:
    """A stream that broke: in TLS, or below it."""
    match cause:
        case ssl.SSLEOFError():
            return hung_up(name)
        case ssl.SSLCertVerificationError():
            return ConnectRejected(
                f"TLS with {name} failed: {cause.verify_message or cause.reason}",
                advice="for a private certificate pass an ssl_context that trusts it",
            )
        case ssl.SSLError():
            return ConnectRejected(f"TLS with {name} failed: {cause.reason or cause}", advice=_NOT_A_SERVER)
        case _:
            return hung_up(name)


def unreachable(name: str, error: OSError | UnicodeError) -> ConnectError:
    """No connection at all. Trio wraps the failures of several addresses in a group; the first one is told."""
    cause = error.__cause__
    first = cause.exceptions[0] if isinstance(cause, BaseExceptionGroup) else error
    what = getattr(first, "strerror", None) or str(first)
    return ConnectError(f"{name} cannot be reached: {what}", advice="check the address and the network")
