"""`session.ask`: the answer that belongs to the question, whatever comes between."""

from __future__ import annotations

from typing import Any

import pytest
import trio
from trio.testing import MockClock

from tests.cancellation import cancel_everywhere
from tests.emulator.sessions import dialling
from tests.peer import (
    Diary,
    builder,
    call,
    call_of,
    heard,
    interrupted,
    said,
    settled,
    text,
    tool_call,
    turn_complete,
)
from tests.scenarios.reconnecting import calling, strikes
from trio_live import Live, LiveHandle, Platform, SessionClosed, State, events, tool
from trio_live.conversation import Answer
from trio_live.emulator import Emulation, Strike, parse_persona
from trio_live.session._internal import PATIENCE

PERSONA = """
name = "test"
[[rule]]
heard = { keywords = ["one"] }
say = "The first answer, which is long enough to be cut in the middle of what it says, by whoever wishes to do so."
[[rule]]
heard = { keywords = ["two"] }
say = "The second answer."
[[rule]]
heard = { keywords = ["look"] }
call = { tool = "look_up" }
then = "I have looked it up: {look_up}."
[[default]]
say = "You said {heard}."
"""


class Asked:
    """One question that waits in a task of its own."""

    def __init__(self, nursery: trio.Nursery, session: LiveHandle, words: str, **choices: Any) -> None:
        self.answer: Answer | None = None
        self.error: Exception | None = None
        nursery.start_soon(self._ask, session, words, choices)

    @property
    def is_answered(self) -> bool:
        return self.answer is not None

    async def _ask(self, session: LiveHandle, words: str, choices: dict[str, Any]) -> None:
        try:
            self.answer = await session.ask(words, **choices)
        except Exception as error:  # noqa: BLE001  # it is looked at
            self.error = error


def emulation(**choices: Any) -> Emulation:
    return Emulation(parse_persona(PERSONA), raise_errors=True, **choices)


def agent() -> Live:
    return Live.builder().model("gemini-3.8-live").transcription()


async def test_a_question_is_answered(autojump_clock: MockClock) -> None:
    async with dialling(agent(), emulation()) as session:
        answer = await session.ask("two, please")
        assert answer == Answer("The second answer.", "The second answer.", (0,))
        assert str(answer) == answer.text
        assert answer.turn == 0
        assert (await session.ask("hello")).text == "You said hello."


async def test_everything_that_belongs_to_the_answer_was_handled(autojump_clock: MockClock) -> None:
    diary = Diary()
    live = builder().on_turn_complete(diary.anote("complete"))
    async with call(live) as (session, peer), trio.open_nursery() as nursery:
        asked = Asked(nursery, session, "Well?")
        await settled()
        assert peer.texts == ["Well?"]
        await peer.send(text("It is "), text("well."), turn_complete())
        await settled()
        assert asked.answer == Answer("It is well.", "It is well.", (0,))
        assert diary.names() == ["complete"]
        assert session.state.get("session:turn_count") == 1


async def test_questions_that_wait_are_asked_one_after_the_other(autojump_clock: MockClock) -> None:
    async with dialling(agent(), emulation()) as session, trio.open_nursery() as nursery:
        asked = [Asked(nursery, session, words) for words in ("one", "two", "three")]
        await trio.sleep(60)
        answers = {each.answer.text.split(",")[0] for each in asked if each.answer is not None}
        assert answers == {"The first answer", "The second answer.", "You said three."}
        assert not any(each.answer and each.answer.interrupted for each in asked)


async def test_a_reminder_behind_the_last_answer_does_not_answer_the_next_question(autojump_clock: MockClock) -> None:
    """The prompt of a framework is written when a turn ends, and its own turn comes before the next answer."""

    async def remind(_: State, writer: Any) -> None:
        if reminders:
            await writer.send_client_content([], turn_complete=reminders.pop())

    reminders = [True]
    async with dialling(agent().on_turn_boundary(remind), emulation()) as session:
        assert (await session.ask("two")).text == "The second answer."
        answer = await session.ask("three")
        assert (answer.text, answer.interrupted) == ("You said three.", False)
        assert answer.turn > 1


async def test_the_user_interrupts_an_answer(autojump_clock: MockClock) -> None:
    async with call() as (session, peer), trio.open_nursery() as nursery:
        asked = Asked(nursery, session, "Well?")
        await settled()
        await session.send_audio(bytes(640))
        await peer.send(said("It is a long story"), interrupted(), heard("Stop"), turn_complete())
        await settled()
        assert asked.answer == Answer("It is a long story", "", (0,), interrupted=True)


async def test_other_words_interrupt_an_answer(autojump_clock: MockClock) -> None:
    async with dialling(agent(), emulation()) as session, trio.open_nursery() as nursery:
        asked = Asked(nursery, session, "one")
        await trio.sleep(1.5)
        await session.send_text("two")
        answer = await session.ask("three")
        assert answer.text == "You said three."
        assert asked.answer is not None
        assert asked.answer.interrupted
        assert "The first answer".startswith(asked.answer.text[:9])


async def test_a_function_that_runs_beside_the_talk_belongs_to_the_answer(autojump_clock: MockClock) -> None:
    @tool
    async def look_up() -> str:
        """Look it up."""
        await trio.sleep(20)
        return "blue"

    live = agent().tools(look_up).tool_background("look_up")
    async with dialling(live, emulation()) as session:
        answer = await session.ask("look")
        assert "I have looked it up" in answer.text
        assert len(answer.turns) == 2
        assert [each.name for each in answer.tool_calls][-1] == "look_up"
        at_once = await session.ask("look", wait_for_tools=False)
        assert "I have looked it up" not in at_once.text
        following = await session.ask("two")
        assert (following.text, following.interrupted) == ("The second answer.", False)


async def test_a_function_that_the_model_waits_for_belongs_to_the_answer(autojump_clock: MockClock) -> None:
    @tool
    async def look_up() -> str:
        """Look it up."""
        await trio.sleep(2)
        return "blue"

    async with dialling(agent().tools(look_up), emulation()) as session:
        answer = await session.ask("look")
        assert answer.text.startswith("I have looked it up")
        assert [each.name for each in answer.tool_calls] == ["look_up"]


async def test_a_turn_that_only_calls_goes_on_in_the_next(autojump_clock: MockClock) -> None:
    @tool
    async def look_up() -> str:
        """Look it up."""
        return "blue"

    async with call(builder().tools(look_up)) as (session, peer), trio.open_nursery() as nursery:
        asked = Asked(nursery, session, "look")
        await settled()
        await peer.send(tool_call(call_of("look_up", "1")))
        await settled()
        await peer.send(turn_complete())
        await settled()
        assert not asked.is_answered
        await peer.send(text("Blue."), turn_complete())
        await settled()
        assert asked.answer is not None
        assert (asked.answer.text, asked.answer.turns) == ("Blue.", (0, 1))


async def test_a_server_that_answers_two_at_once_is_waited_for_a_little_longer(autojump_clock: MockClock) -> None:
    async with call() as (session, peer), trio.open_nursery() as nursery:
        await session.send_text("First.")
        asked = Asked(nursery, session, "Second.")
        await settled()
        await peer.send(text("Both."), turn_complete())
        await settled()
        assert not asked.is_answered
        before = trio.current_time()
        await trio.sleep(PATIENCE + 0.1)
        assert asked.answer is not None
        assert asked.answer.text == "Both."
        assert trio.current_time() - before < PATIENCE + 1


async def test_words_that_come_after_the_turn_are_waited_for(autojump_clock: MockClock) -> None:
    async with call(builder().transcription()) as (session, peer), trio.open_nursery() as nursery:
        asked = Asked(nursery, session, "Well?")
        await settled()
        await peer.send({"serverContent": {"modelTurn": {"parts": [{"inlineData": SOUND}]}}}, turn_complete())
        await settled()
        assert not asked.is_answered
        await peer.send(said("It is well."))
        await settled()
        assert asked.answer == Answer("It is well.", "It is well.", (0,))
        asked = Asked(nursery, session, "And?")
        await settled()
        await peer.send({"serverContent": {"modelTurn": {"parts": [{"inlineData": SOUND}]}}}, turn_complete())
        await trio.sleep(5)
        assert asked.answer == Answer("", "", (1,), untranscribed=True)


SOUND = {"mimeType": "audio/pcm;rate=24000", "data": "AAAAAA=="}


# -- connections ------------------------------------------------------------------------------------------------------


async def test_a_question_of_which_nothing_came_is_asked_again_in_the_next_connection(
    autojump_clock: MockClock,
) -> None:
    async with calling() as caller, trio.open_nursery() as nursery:
        asked = Asked(nursery, caller.session, "two")
        await settled()
        caller.emulation.cut()
        await caller.until(events.TurnComplete)
        assert asked.answer == Answer("The second answer.", "The second answer.", (0,))
        assert caller.times_read("two") == 2
        assert not caller.of(events.Undelivered)
        assert caller.session.transcript.formatted() == "User: two\nAssistant: The second answer.\n\n"


async def test_an_answer_is_cut_with_its_connection_and_not_asked_for_again(autojump_clock: MockClock) -> None:
    async with calling(faults=strikes(Strike(fault="cut", at="generation", connection=1, after=1))) as caller:
        answer = await caller.session.ask("one")
        assert answer.cut
        assert not answer.interrupted
        assert answer.text.startswith("The first")
        assert (await caller.session.ask("two")).text == "The second answer."
        assert caller.times_read("one") == 1
        assert [event.text for event in caller.of(events.Undelivered)] == ["one"], "the server may have forgotten it"


async def test_a_question_that_is_asked_while_there_is_no_connection_waits(autojump_clock: MockClock) -> None:
    async with calling() as caller:
        caller.emulation.cut()
        await caller.until(events.Reconnecting)
        assert (await caller.session.ask("two")).text == "The second answer."
        assert caller.times_read("two") == 1


async def test_where_the_server_says_how_far_it_has_read_a_question_without_an_answer_is_asked_again(
    autojump_clock: MockClock,
) -> None:
    live = agent().transparent_resumption()
    async with calling(live, platform=Platform.VERTEX) as caller, trio.open_nursery() as nursery:
        asked = Asked(nursery, caller.session, "two")
        await settled()
        caller.emulation.cut()
        await caller.until(events.TurnComplete)
        assert asked.answer is not None
        assert asked.answer.text == "The second answer."


async def test_the_end_of_the_session_ends_the_wait(autojump_clock: MockClock) -> None:
    async with trio.open_nursery() as nursery:
        async with call() as (session, _):
            asked = [Asked(nursery, session, "Well?"), Asked(nursery, session, "And?")]
            await settled()
            await session.disconnect()
        await settled()
        assert [type(each.error) for each in asked] == [SessionClosed, SessionClosed]
        with pytest.raises(SessionClosed):
            await session.ask("Still there?")


# -- mistakes ---------------------------------------------------------------------------------------------------------


async def test_a_callback_cannot_wait_for_its_own_session(autojump_clock: MockClock) -> None:
    asked: list[str] = []

    async def ask() -> None:
        with pytest.raises(RuntimeError, match="a callback cannot wait for an answer"):
            await sessions[0].ask("Well?")
        asked.append("it was told")

    sessions: list[LiveHandle] = []
    async with call(builder().on_turn_complete(ask)) as (session, peer):
        sessions.append(session)
        await peer.send(text("Hello."), turn_complete())
        await settled()
        assert asked == ["it was told"]


async def test_a_question_is_a_text(autojump_clock: MockClock) -> None:
    async with call() as (session, peer):
        with pytest.raises(TypeError, match="text must be a string, not int"):
            await session.ask(5)  # type: ignore[arg-type]
        assert peer.talk == []


async def test_cancelled_the_question_stays_in_the_talk_and_the_next_one_gets_its_own_answer(
    autojump_clock: MockClock,
) -> None:
    async with call() as (session, peer), trio.open_nursery() as nursery:
        with trio.move_on_after(5) as patience:
            await session.ask("First?")
        assert patience.cancelled_caught
        asked = Asked(nursery, session, "Second?")
        await settled()
        assert peer.texts == ["First?", "Second?"]
        await peer.send(text("The fir"), interrupted(), turn_complete())
        await settled()
        assert not asked.is_answered
        await peer.send(text("The second."), turn_complete())
        await settled()
        assert asked.answer == Answer("The second.", "The second.", (1,))


async def test_cancelled_while_it_waits_for_another_nothing_was_sent(autojump_clock: MockClock) -> None:
    async with call() as (session, peer), trio.open_nursery() as nursery:
        Asked(nursery, session, "First?")
        await settled()
        with trio.move_on_after(5):
            await session.ask("Second?")
        assert peer.texts == ["First?"]
        nursery.cancel_scope.cancel()


async def test_the_transcript_tells_what_was_said_in_its_order(autojump_clock: MockClock) -> None:
    async with dialling(agent(), emulation()) as session:
        await session.ask("two")
        assert session.transcript.formatted() == "User: two\nAssistant: The second answer.\n\n"
        await session.send_text("three")
        await trio.sleep(0.05)
        assert [turn.user for turn in session.transcript] == ["two", "three"]


async def test_cancelled_anywhere_the_session_goes_on_and_the_next_question_gets_its_own_answer(
    autojump_clock: MockClock,
) -> None:
    async with dialling(agent(), emulation()) as session:

        async def ask() -> None:
            await session.ask("two")

        async def next_one() -> None:
            assert (await session.ask("three")).text == "You said three."

        assert await cancel_everywhere(ask, most=200) > 2
        await next_one()
        assert session.transcript.last_user() == "three"
