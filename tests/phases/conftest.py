"""What the phases ask for from outside: somebody to write to, somebody to report to."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from trio_live.events import Applied, Road, SessionWriter, SteeringOutcome
from trio_live.phases._internal import ErrorReporter
from trio_live.state import State
from trio_live.wire import Content, FunctionResponse

UNHEARD = SteeringOutcome(Applied.UNSUPPORTED, Road.NOWHERE, "nobody listens")


class SilentWriter:
    """Takes everything and says nothing: phases only hand the writer on to hooks."""

    async def send_audio(self, data: bytes) -> None: ...
    async def send_text(self, text: str) -> None: ...
    async def send_video(self, jpeg: bytes) -> None: ...
    async def send_client_content(self, turns: Sequence[Content], *, turn_complete: bool) -> SteeringOutcome:
        return UNHEARD

    async def send_tool_response(self, responses: Sequence[FunctionResponse]) -> None: ...
    async def update_instruction(self, text: str) -> SteeringOutcome:
        return UNHEARD

    async def signal_activity_start(self) -> None: ...
    async def signal_activity_end(self) -> None: ...

    async def end_audio_stream(self) -> None: ...
    async def disconnect(self) -> None: ...


@pytest.fixture
def writer() -> SessionWriter:
    return SilentWriter()


@pytest.fixture
def state() -> State:
    return State()


@pytest.fixture
def reports() -> list[tuple[str, Exception]]:
    return []


@pytest.fixture
def report(reports: list[tuple[str, Exception]]) -> ErrorReporter:
    return lambda where, error: reports.append((where, error))
