"""What typed and spoken chats share: the agent, whom it talks to, and what is told of the talk beside its words."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Final

import attrs
from rich.console import Console

from trio_live import Live, LiveHandle, events
from trio_live._wording import shown
from trio_live.cli._builders import find_builder
from trio_live.cli._emulator import find_persona
from trio_live.cli._endpoints import chosen_endpoint
from trio_live.emulator import open_emulator

DEAF: Final = "it cannot make out what is said by voice; with pip install 'trio-live[emulator-speech]' it can"
MOST_SHOWN: Final = 200
"""Characters of a result."""


@attrs.frozen(kw_only=True)
class Chat:
    """What was asked for on the command line."""

    builder: str | None = None
    """As ``module:attribute``; ``None``: an agent that only talks."""
    model: str | None = None
    instruction: str | None = None
    persona: str | None = None
    """Who answers in the emulator."""
    force_emulator: bool = False

    def agent(self) -> Live:
        """The agent, whose words can be seen.

        Raises:
            ConfigError: there is no such builder.
        """
        live = Live.builder() if self.builder is None else find_builder(self.builder)
        live = live.model(self.model) if self.model else live
        live = live.instruction(self.instruction) if self.instruction else live
        return live.transcription()

    @asynccontextmanager
    async def open(
        self, live: Live, console: Console, *, pace: float | None = None
    ) -> AsyncGenerator[LiveHandle, None]:
        """The real API when the environment names one, otherwise an emulator of our own.

        Args:
            live: the agent.
            console: is told which of them it is.
            pace: how many seconds of talk the emulator lets pass in one; ``None`` if nobody is to listen.

        Raises:
            ConfigError: there is no such persona, or it has mistakes.
        """
        persona = None if self.persona is None else find_persona(self.persona)
        endpoint = chosen_endpoint(force_emulator=self.force_emulator, persona=self.persona)
        if endpoint is not None:
            async with live.connect(endpoint) as session:
                yield session
            return
        choices: dict[str, Any] = {"idle_timeout": None, "connection_lifetime": None}
        choices |= {"pace": None, "realtime_playback": False} if pace is None else {"time_scale": pace}
        if pace == 1:  # a recogniser takes its time, and a talk that hurries does not wait for it
            choices |= {"hearing": "auto", "speaking": "auto"}
        async with open_emulator(persona, **choices) as emulator:
            why = "no key is used" if self.force_emulator else "no key in the environment"
            console.print(f"[dim]{why}: this is the emulator's {emulator.persona.name}[/]")
            if pace is not None and not emulator.understands:
                console.print(DEAF, style="dim", markup=False)
            async with live.connect_google_ai("emulator", base_url=emulator.url) as session:
                yield session


def line_of(event: events.LiveEvent) -> tuple[str, str] | None:
    """What is told of an event in a line of its own, and in which style; ``None``: nothing."""
    match event:
        case events.ToolExecution(name, args, result):
            inside = ", ".join(f"{key}={value!r}" for key, value in args.items())
            told = str(result)
            told = told if len(told) <= MOST_SHOWN else f"{told[:MOST_SHOWN]}…"
            return f"[{name}({inside}) → {told}]", "magenta"
        case events.ToolCancelled(ids):
            return f"[given up: {', '.join(ids)}]", "magenta"
        case events.PhaseTransition(from_, to, reason):
            return f"[phase {from_} → {to}: {reason}]", "blue"
        case events.AgentTransfer(from_, to, reason):
            return f"[agent {from_} → {to}: {reason}]", "blue"
        case events.Interrupted():
            return "[interrupted]", "yellow"
        case events.Reconnecting(reason):
            return f"[dialling again: {reason}]", "yellow"
        case events.Undelivered(what, text):
            return f"[perhaps not heard: {what} {text!r}]", "yellow"
        case events.Thought(text):
            return text.strip(), "dim italic"
        case events.Error(message):
            return message, "red"
        case _:
            return None


class TalkScreen:
    """Prints a talk as it happens.

    Args:
        console: where to.
        labels: the name before the words of each side that is shown.
    """

    def __init__(self, console: Console, labels: dict[events.Speaker, str]) -> None:
        self._console = console
        self._labels = labels
        self._speaker: events.Speaker | None = None
        self._is_open = False

    def show(self, event: events.LiveEvent) -> None:
        """One event."""
        match event:
            case events.InputTranscript(text, is_final=False, stability=events.Stability.STABLE):
                self._words(events.Speaker.USER, text)
            case events.OutputTranscript(text, is_final=False) | events.TextDelta(text):
                self._words(events.Speaker.MODEL, text)
            case _ if (line := line_of(event)) is not None:
                self.end_line()
                self._console.print(shown(line[0]), style=line[1], markup=False, highlight=False)
            case events.TurnComplete():
                self.end_line()
            case _:
                pass

    def _words(self, speaker: events.Speaker, text: str) -> None:
        if speaker not in self._labels:
            return
        if speaker is not self._speaker or not self._is_open:
            self.end_line()
            self._console.print(self._labels[speaker], end="", style="bold")
            self._speaker, self._is_open, text = speaker, True, text.lstrip()
        self._console.print(shown(text), end="", markup=False, highlight=False, soft_wrap=True)

    def end_line(self) -> None:
        """What follows stands in a line of its own."""
        if self._is_open:
            self._console.print()
        self._is_open = False
