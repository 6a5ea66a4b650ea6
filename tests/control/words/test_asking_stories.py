"""Two askers, and everybody who gets in their way: prompts, typed lines, slow functions, interruptions, broken connections.

Each question has a word of its own, and the emulator says it in its answer and nowhere else.
"""

from __future__ import annotations

import random

import pytest
import trio
from trio.testing import MockClock

from tests.emulator.sessions import dialling
from tests.scenarios.reconnecting import Wired
from trio_live import Live, LiveHandle, tool
from trio_live.conversation import Answer
from trio_live.emulator import parse_persona

PERSONA = """
name = "echo"
[greeting]
say = "I remind you of something, at some length, so that it can be interrupted."
[[rule]]
heard = { pattern = "look for (?P<word>[a-z]+)" }
call = { tool = "look_for", args = { word = "{word}" } }
then = "There is {look_for}, and that is all there is to say of it."
[[default]]
say = "You said {heard}, and I have heard it well."
"""
ASKERS, QUESTIONS = 2, 6


class Story:
    """One session, and what came of its questions.

    Args:
        seed: of the dice.
        cuts: connections break, too.
    """

    def __init__(self, seed: int, *, cuts: bool) -> None:
        self._dice = random.Random(seed)  # noqa: S311  # no secret
        self._cuts = cuts
        self.emulation = Wired(parse_persona(PERSONA), raise_errors=True)
        self.answers: dict[str, Answer] = {}

    def agent(self, model: str, *, beside: bool) -> Live:
        @tool
        async def look_for(word: str) -> str:
            """Look for something; it takes a while."""
            await trio.sleep(self._dice.random() * 5)
            return word

        live = Live.builder().model(model).transcription().tools(look_for)
        return live.tool_background("look_for") if beside else live

    async def run(self, session: LiveHandle) -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._disturb, session)
            async with trio.open_nursery() as askers:
                for asker in range(ASKERS):
                    askers.start_soon(self._ask, session, asker)
            nursery.cancel_scope.cancel()

    async def _disturb(self, session: LiveHandle) -> None:
        while True:
            await trio.sleep(self._dice.random() * 5)
            match self._dice.randrange(8):
                case 0 | 1 | 2:
                    await session.writer.send_client_content([], turn_complete=True)
                case 3:
                    await session.send_text("intruder")
                case 4 if self._cuts:
                    self.emulation.cut()

    async def _ask(self, session: LiveHandle, asker: int) -> None:
        for number in range(QUESTIONS):
            word = f"word{'abcdefghijkl'[asker * QUESTIONS + number]}"
            asks_for_a_function = self._dice.random() < 0.4
            with trio.fail_after(200):
                self.answers[word] = await session.ask(f"look for {word}" if asks_for_a_function else f"say {word}")
            await trio.sleep(self._dice.random() * 2)


@pytest.mark.parametrize("cuts", [False, True], ids=["whole", "cut"])
@pytest.mark.parametrize(
    ("model", "beside"), [("gemini-3.8-live", True), ("gemini-2.5-flash-native-audio-latest", False)]
)
@pytest.mark.parametrize("seed", range(4))
async def test_every_question_gets_its_own_answer(
    seed: int, model: str, *, beside: bool, cuts: bool, autojump_clock: MockClock
) -> None:
    story = Story(seed, cuts=cuts)
    async with dialling(story.agent(model, beside=beside), story.emulation, seed=seed) as session:
        await story.run(session)
    assert len(story.answers) == ASKERS * QUESTIONS, "everybody was answered"
    for word, answer in story.answers.items():
        others = {"intruder", *story.answers} - {word}
        assert not any(other in answer.text for other in others), (word, answer)
        assert word in answer.text or answer.interrupted or answer.cut, (word, answer)
    assert any(not (answer.interrupted or answer.cut) for answer in story.answers.values())
