"""Whatever is true of one carrier of frames is true of the other: most tests of this room run over both."""

from __future__ import annotations

import ssl

import pytest
import trio.testing
import trustme

from trio_live.transport import TransportKind


@pytest.fixture(params=list(TransportKind), ids=lambda kind: kind.value)
def kind(request: pytest.FixtureRequest) -> TransportKind:
    """What carries the frames."""
    found: TransportKind = request.param
    return found


@pytest.fixture
def patient_clock() -> trio.testing.MockClock:
    """Virtual time that passes only when nothing has happened for a while, also not in the kernel."""
    return trio.testing.MockClock(autojump_threshold=0.2)


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Vouches for the server."""
    return trustme.CA()


@pytest.fixture(scope="session")
def server_context(authority: trustme.CA) -> ssl.SSLContext:
    """TLS as the server on loopback speaks it."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    return context


@pytest.fixture
def client_context(authority: trustme.CA) -> ssl.SSLContext:
    """TLS as a client that trusts that server."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest.fixture(params=["plain", "TLS"])
def contexts(
    request: pytest.FixtureRequest, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> tuple[ssl.SSLContext | None, ssl.SSLContext | None]:
    """The server's and the client's."""
    return (server_context, client_context) if request.param == "TLS" else (None, None)
