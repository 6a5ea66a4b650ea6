"""Any course of transfers, calls and turns keeps the rules of hand-off, on every passage that one connection has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import trio
from hypothesis import given, settings
from hypothesis import strategies as st
from trio.testing import MockClock

from tests.peer import call_of, said, tool_call, turn_complete
from tests.scenarios.harness import Stage, stage
from trio_live import Live, Platform, events

G, V = Platform.GOOGLE_AI, Platform.VERTEX
AGENTS = ("a", "b", "c")
STEPS = st.one_of(
    st.tuples(st.just("model asks"), st.sampled_from([*AGENTS, "nobody"])),
    st.tuples(st.just("program asks"), st.sampled_from(AGENTS)),
    st.tuples(st.just("calls"), st.sampled_from(AGENTS)),
    st.tuples(st.just("turn"), st.just("")),
)


def function_of(name: str) -> Callable[..., Any]:
    async def run() -> str:
        await trio.sleep(1)
        return name

    run.__name__ = f"of_{name}"
    run.__doc__ = f"What {name} does."
    return run


def three(model: str) -> Live:
    live = Live.builder().model(model).callback_errors("raise")
    for name in AGENTS:
        live = live.agent(name, Live.builder().instruction(f"Be {name}.").tools(function_of(name)))
    return live


class Story:
    """One call, and what must have come of it so far."""

    def __init__(self, talk: Stage) -> None:
        self.talk = talk
        self.agent = "a"
        self.transfers: list[tuple[str, str]] = []
        self.calls = 0
        self.is_prompted = False
        """A prompt waits for its answer."""

    async def tell(self, what: str, name: str) -> None:
        lines: list[str]
        match what:
            case "model asks":
                lines = await self._asked("transfer_to", agent=name)
                response = self._answer(lines)
                is_made = name in AGENTS and name != self.agent
                assert response["status"] == ("transferred" if is_made else "refused")
                if is_made:
                    self._moved(name)
                assert "prompt" not in lines, "the answer is the prompt"
                await self.talk.turn(said("Here I am."))
                assert "prompt" not in self.talk.news()
            case "program asks":
                is_made = name != self.agent
                assert await self.talk.session.transfer_to(name) is True
                lines = self.talk.news()
                prompts = [line for line in lines if line == "prompt" or line.endswith("Speak now.)")]
                assert len(prompts) == (is_made and not self.is_prompted), "a prompt that waits is for whoever speaks"
                self.is_prompted = self.is_prompted or is_made
                if is_made:
                    self._told(name, lines)
                return
            case "calls":
                lines = await self._asked(f"of_{name}")
                lines += await self.talk.after(2)
                response = self._answer(lines)
                assert response == {"output": name} or (
                    name != self.agent and response["reason"] == "belongs to another agent"
                )
                assert (response == {"output": name}) == (name == self.agent)
                await self.talk.turn(said("Done."))
            case _:
                await self.talk.hears(said("Yes."), turn_complete())
        self.is_prompted = False  # the model has spoken
        self.talk.news()

    def _told(self, name: str, lines: list[str]) -> None:
        self._moved(name)
        assert any(f"Be {name}." in line for line in lines)

    def _moved(self, to: str) -> None:
        self.transfers.append((self.agent, to))
        self.agent = to

    async def _asked(self, function: str, **args: str) -> list[str]:
        self.calls += 1
        return await self.talk.hears(tool_call(call_of(function, str(self.calls), **args)))

    def _answer(self, lines: list[str]) -> dict[str, Any]:
        """The one answer to the last call."""
        answers = [answer for batch in self.talk.peer.answers for answer in batch]
        assert [answer["id"] for answer in answers] == [str(number) for number in range(1, self.calls + 1)]
        assert sum(line.startswith("answers: ") for line in lines) == 1
        response: dict[str, Any] = answers[-1]["response"]
        return response

    def check(self) -> None:
        assert self.talk.session.agent == self.talk.state.get("session:agent") == self.agent
        assert [(event.from_, event.to) for event in self.talk.of(events.AgentTransfer)] == self.transfers
        assert not self.talk.errors


@pytest.mark.parametrize(
    ("model", "platform"),
    [("gemini-3.8-live", G), ("gemini-3.1-flash-live-preview", G), ("gemini-live-2.5-flash-native-audio", V)],
    ids=["update", "speech", "words"],
)
@settings(max_examples=20, deadline=None)
@given(story=st.lists(STEPS, max_size=8))
def test_any_course_keeps_the_rules(model: str, platform: Platform, story: list[tuple[str, str]]) -> None:
    async def main() -> None:
        async with stage(three(model), platform=platform) as talk:
            told = Story(talk)
            for what, name in story:
                await told.tell(what, name)
                told.check()

    trio.run(main, clock=MockClock(autojump_threshold=0))
