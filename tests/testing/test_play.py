"""One script, one agent, one run: in memory, over a socket, inside and outside of Trio."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import trio
from trio.testing import MockClock

from tests.testing.agents import agent, with_tools
from trio_live import (
    FunctionCall,
    FunctionDeclaration,
    FunctionResponse,
    LiveHandle,
    Platform,
    SessionWriter,
    State,
    events,
)
from trio_live.testing import Asked, NotSettled, Run, Script, play, play_now, play_over_socket

BOOKING = (
    Script()
    .hears("A table for two.")
    .thinks("Let me see.")
    .calls("book", guests=2)
    .speaks("You are booked.")
    .generation_complete()
    .turn_complete()
)


def check_booking(run: Run) -> None:
    assert run.setup.model.endswith("gemini-3.8-live")
    assert run.transcript_text == "User: A table for two.\nAssistant: You are booked."
    (answer,) = run.tool_responses
    assert (answer.id, answer.name, answer.response) == ("call-1", "book", {"ok": True, "asked": {"guests": 2}})
    assert run.state["calls"] == 1
    assert len(run.of(events.Audio)) == 15
    assert isinstance(run.events[-1], events.Disconnected)
    assert not run.unplayed
    assert not run.unanswered


async def test_a_script_is_played_in_memory(autojump_clock: MockClock) -> None:
    check_booking(await play(with_tools(3), BOOKING))


@pytest.mark.parametrize("platform", Platform)
async def test_the_same_script_is_played_over_a_socket(platform: Platform) -> None:
    with trio.fail_after(20):
        check_booking(await play_over_socket(with_tools(), BOOKING.settle_after(0.02), platform=platform))


@pytest.mark.parametrize("platform", Platform)
async def test_both_dialects_tell_the_same_story(platform: Platform, autojump_clock: MockClock) -> None:
    check_booking(await play(with_tools(), BOOKING, platform=platform))


def test_a_plain_function_can_play_too() -> None:
    check_booking(play_now(with_tools(1), BOOKING))


async def test_it_waits_for_slow_tools_that_nothing_in_the_script_waits_for(autojump_clock: MockClock) -> None:
    run = await play(with_tools(10), Script().calls_meanwhile("a").says("A moment."))
    assert run.tool_responses[0].id == "call-1"
    assert run.transcript_text == "Assistant: A moment."


async def test_a_batch_of_calls_is_answered_as_one(autojump_clock: MockClock) -> None:
    run = await play(with_tools(), Script().calls_together(Asked("a"), Asked("b")).turn_complete())
    assert [answer.name for answer in run.tool_responses] == ["a", "b"]
    assert len(run.sent) == 1


async def test_a_call_that_was_cancelled_is_not_waited_for(autojump_clock: MockClock) -> None:
    run = await play(with_tools(100), Script().calls_meanwhile("slow").stall(1).cancels("call-1").says("Never mind."))
    assert run.tool_responses == ()
    assert run.cancelled == {"call-1"}
    assert run.of(events.ToolCancelled) == (events.ToolCancelled(("call-1",)),)


@pytest.mark.parametrize(("behavior", "answered"), [("BLOCKING", False), ("NON_BLOCKING", True)])
async def test_an_interruption_gives_up_what_the_model_waits_for(
    behavior: str, *, answered: bool, autojump_clock: MockClock
) -> None:
    live = with_tools(20).add_tool(FunctionDeclaration(name="slow", behavior=behavior))
    run = await play(live, Script().calls_meanwhile("slow").stall(1).interrupts().turn_complete())
    assert bool(run.tool_responses) is answered
    assert run.cancelled == (set() if answered else {"call-1"})


async def test_a_call_that_is_never_answered_is_told_with_its_name(autojump_clock: MockClock) -> None:
    with pytest.raises(NotSettled, match=r"step 4 of 4.*without an answer: call-1 \(dawdle\)") as caught:
        await play(with_tools(100), Script().says("Hm.").calls("dawdle"))
    assert caught.value.run.unanswered[0].name == "dawdle"
    assert caught.value.run.transcript_text == "Assistant: Hm."


async def test_a_session_that_never_rests_is_told(autojump_clock: MockClock) -> None:
    async def chatter(session: LiveHandle) -> None:
        async def talk(writer: SessionWriter) -> None:
            while True:
                await writer.send_text("and another thing")
                await trio.sleep(0.1)

        nursery.start_soon(talk, session.writer)

    async with trio.open_nursery() as nursery:
        with pytest.raises(NotSettled, match=r"still not quiet for 0\.2 s"):
            await play(agent(), Script().says("Hm."), during=chatter)
        nursery.cancel_scope.cancel()


async def test_quiet_means_the_settle_window(autojump_clock: MockClock) -> None:
    began = trio.current_time()
    await play(agent(), Script().says("Hm.").settle_after(7))
    assert trio.current_time() - began == pytest.approx(7)


async def test_the_user_talks_meanwhile(autojump_clock: MockClock) -> None:
    async def talk(session: LiveHandle) -> None:
        await session.send_text("Is anybody there?")
        async with session.events() as stream:
            async for event in stream:
                if isinstance(event, events.TurnComplete):
                    break
        await session.send_text("Good.")

    script = Script().awaits_text("anybody").says("Yes.").awaits_text().says("Bye.")
    run = await play(agent(), script, during=talk)
    assert run.transcript_text == ("User: Is anybody there?\nAssistant: Yes.\nUser: Good.\nAssistant: Bye.")
    assert len(run.sent) == 2


async def test_words_that_come_late_stand_in_the_turn_they_belong_to(autojump_clock: MockClock) -> None:
    script = Script().hears("A table").speaks("For two?").turn_complete().hears(" for four.").says("At eight.")
    run = await play(agent(), script)
    assert run.of(events.TranscriptAmended)
    assert run.transcript_text == "User: A table for four.\nAssistant: For two?\nAssistant: At eight."
    assert str(run.transcript) == "User: A table for four.\nAssistant: For two?\n\nAssistant: At eight."


async def test_what_is_being_said_at_the_end_is_told_too(autojump_clock: MockClock) -> None:
    run = await play(agent(), Script().says("Hi.").hears("Wait,").speaks("I am waiting"))
    assert run.transcript_text == "Assistant: Hi.\nUser: Wait,\nAssistant: I am waiting"


async def test_turns_that_the_session_no_longer_keeps_are_told(autojump_clock: MockClock) -> None:
    script = Script()
    for number in range(60):
        script = script.says(f"{number}")
    run = await play(agent(), script)
    assert run.transcript_text.splitlines() == [f"Assistant: {number}" for number in range(60)]


async def test_the_transcript_of_a_run_is_redacted(autojump_clock: MockClock) -> None:
    run = await play(agent().redact(cards=True), Script().hears("4111 1111 1111 1111").says("Thanks."))
    assert "4111" not in run.transcript_text


async def test_a_turn_that_never_comes_is_told(autojump_clock: MockClock) -> None:
    with pytest.raises(NotSettled, match=r"step 1 of 3.*'hello'"):
        await play(agent(), Script().awaits_text("hello").says("Hi."))


async def test_the_greeting_is_a_turn_that_can_be_awaited(autojump_clock: MockClock) -> None:
    run = await play(agent().greeting("Begin."), Script().awaits_text("Begin").says("Welcome."))
    assert run.transcript_text == "Assistant: Welcome."


async def test_a_close_ends_the_run_with_its_reason(autojump_clock: MockClock) -> None:
    run = await play(agent(), Script().says("Hi.").close(1011, "The service is currently unavailable.").says("more"))
    (end,) = run.of(events.Disconnected)
    assert end.reason is not None
    assert "unavailable" in end.reason
    assert len(run.unplayed) == 2


async def test_a_cut_ends_it_without_one(autojump_clock: MockClock) -> None:
    run = await play(agent(), Script().says("Hi.").cut())
    assert "1006" in (run.of(events.Disconnected)[0].reason or "")


@pytest.mark.parametrize(("script", "code"), [(Script().close(1011, "busy"), "1011"), (Script().cut(), "1006")])
async def test_sockets_end_as_memory_does(script: Script, code: str) -> None:
    with trio.fail_after(20):
        run = await play_over_socket(agent(), script)
    assert code in (run.of(events.Disconnected)[0].reason or "")


async def test_an_agent_may_hang_up(autojump_clock: MockClock) -> None:
    async def leave(writer: SessionWriter) -> None:
        await writer.disconnect()

    async def at_boundary(state: State, writer: SessionWriter) -> None:
        await leave(writer)

    run = await play(agent().on_turn_boundary(at_boundary), Script().says("Goodbye.").stall(60).says("Hello?"))
    assert run.of(events.Disconnected) == (events.Disconnected(None),)
    assert run.transcript_text == "Assistant: Goodbye."
    assert run.unplayed


async def test_what_a_callback_raises_comes_out(autojump_clock: MockClock) -> None:
    def broken(_: str) -> None:
        raise ValueError("no text, please")

    live = agent().on_text(broken)
    with pytest.raises(ValueError, match="no text"):
        await play(live, Script().says("Hi."))
    run = await play(live, Script().says("Hi."), callback_errors="report")
    assert "no text" in run.of(events.Error)[0].message


async def test_what_the_user_raises_comes_out(autojump_clock: MockClock) -> None:
    async def stumble(_: LiveHandle) -> None:
        raise KeyError("stumbled")

    with pytest.raises(KeyError, match="stumbled"):
        await play(agent(), Script().says("Hi."), during=stumble)


async def test_a_cancelled_run_leaves_nothing_behind(autojump_clock: MockClock) -> None:
    with trio.move_on_after(5) as scope:
        await play(with_tools(100), Script().calls("slow"))
    assert scope.cancelled_caught


async def test_frames_that_nobody_understands_are_played_too(autojump_clock: MockClock) -> None:
    run = await play(agent(), Script().frame({"fromTheFuture": 1}).frame("not json").says("Still here."))
    assert run.transcript_text == "Assistant: Still here."


async def test_a_frame_is_handled_before_the_next_is_sent(autojump_clock: MockClock) -> None:
    """However the scheduler mixes tasks, pieces of an answer and the end of its turn keep their places."""
    script = Script()
    for number in range(5):
        script = script.hears(f"q{number}").speaks(f"a{number}", lasting=0.04).turn_complete()
    runs = [await play(agent(), script) for _ in range(20)]
    assert all(run.events == runs[0].events for run in runs)


async def test_a_tool_without_a_callback_is_answered_all_the_same(autojump_clock: MockClock) -> None:
    run = await play(agent(), Script().calls("nobody").turn_complete())
    assert run.tool_responses[0].response == {"status": "error", "error": "Tool not found: nobody", "retry": False}


async def test_answers_that_will_continue_are_not_the_last(autojump_clock: MockClock) -> None:
    async def answer(calls: Sequence[FunctionCall], state: State) -> list[FunctionResponse]:
        return [FunctionResponse(id=c.id, name=c.name, response={"part": 1}, will_continue=True) for c in calls]

    with pytest.raises(NotSettled, match="without an answer"):
        await play(agent().on_tool_call(answer), Script().calls("slow"))
