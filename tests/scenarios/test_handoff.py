"""Agents that hand over to each other, frame by frame: what the model is told, in which order, and that it speaks once."""

from __future__ import annotations

import pytest
import trio
from trio.testing import MockClock

from tests.peer import Peer, builder, call_of, heard, said, tool_call, turn_complete
from tests.scenarios.harness import Stage, stage
from trio_live import ConfigError, Live, Platform, State, SteeringMode, events
from trio_live.phases import Phase, Transition

NEWEST, SPOKEN, OLDEST = "gemini-3.8-live", "gemini-3.1-flash-live-preview", "gemini-2.5-flash-native-audio-latest"
V = Platform.VERTEX


async def book(time: str) -> str:
    """Book a table.

    Args:
        time: when.
    """
    return f"booked for {time}"


async def refund(amount: int) -> str:
    """Pay money back.

    Args:
        amount: how much.
    """
    await trio.sleep(2)
    return f"{amount} paid back"


def desk(model: str = NEWEST) -> Live:
    """A reception that takes bookings, and a billing that pays back."""
    return (
        Live.builder()
        .model(model)
        .instruction("Be brief.")
        .callback_errors("raise")
        .agent("reception", Live.builder().instruction("You are the reception.").tools(book), "tables and times")
        .agent("billing", Live.builder().instruction("You are billing.").tools(refund), "invoices and money")
    )


def asking(agent: str, id_: str = "1", reason: str = "money") -> dict[str, object]:
    return call_of("transfer_to", id_, agent=agent, reason=reason)


def declared(peer: Peer) -> list[str]:
    return [each["name"] for tool in peer.setup["tools"] for each in tool["functionDeclarations"]]


async def test_the_first_agent_begins_and_knows_the_others(autojump_clock: MockClock) -> None:
    async with stage(desk()) as talk:
        assert talk.session.agent == "reception"
        assert talk.state.get("session:agent") == "reception"
        assert talk.peer.setup["systemInstruction"]["parts"][0]["text"] == "Be brief.\n\nYou are the reception."
        assert declared(talk.peer) == ["transfer_to", "book"]
        (transfer,) = [
            each
            for tool in talk.peer.setup["tools"]
            for each in tool["functionDeclarations"]
            if each["name"] == "transfer_to"
        ]
        assert transfer["parameters"]["properties"]["agent"]["enum"] == ["reception", "billing"]
        assert "billing: invoices and money" in transfer["description"]


async def test_what_the_server_replaces_goes_before_the_answer_and_the_answer_is_the_only_prompt(
    autojump_clock: MockClock,
) -> None:
    told: list[tuple[str, str, int]] = []
    talk: Stage

    async def on_transfer(from_: str, to: str) -> None:
        told.append((from_, to, len(talk.of(events.AgentTransfer))))

    async with stage(desk().on_transfer(on_transfer)) as talk:
        lines = await talk.hears(heard("I want my money back."), tool_call(asking("billing")))
        assert lines[0] == "tools: transfer_to, refund instruction: Be brief.\n\nYou are billing."
        assert len(lines) == 2
        assert lines[1].startswith("answers: 1={'status': 'transferred', 'agent': 'billing', 'note': ")
        assert told == [("reception", "billing", 0)], "the callback first, then the event"
        assert talk.of(events.AgentTransfer) == [events.AgentTransfer("reception", "billing", "money")]
        assert talk.session.agent == talk.state.get("session:agent") == "billing"
        assert await talk.turn(said("I see your invoice.")) == [], "nobody prompts twice"
        assert (await talk.hears(tool_call(call_of("refund", "2", amount=3)))) == []
        assert await talk.after(3) == ["answers: 2={'output': '3 paid back'}"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [("reception", "already there"), ("kitchen", "unknown agent"), ("", "unknown agent")],
)
async def test_who_cannot_take_over_is_refused_in_so_many_words(
    autojump_clock: MockClock, name: str, reason: str
) -> None:
    async with stage(desk()) as talk:
        await talk.hears(tool_call(asking(name)))
        ((answer,),) = talk.peer.answers
        assert answer["response"]["status"] == "refused"
        assert answer["response"]["reason"] == reason
        assert answer["response"]["retry"] is (reason == "unknown agent")
        assert talk.session.agent == "reception"
        assert not talk.of(events.AgentTransfer)


async def test_two_wishes_at_once_are_one_too_many(autojump_clock: MockClock) -> None:
    async with stage(desk()) as talk:
        await talk.hears(tool_call(asking("billing", "1"), asking("billing", "2")))
        ((first, second),) = talk.peer.answers
        assert first["response"]["status"] == "transferred"
        assert second["response"]["reason"] == "already there"


async def test_a_function_that_has_retired_is_refused_and_says_whose_it_is(autojump_clock: MockClock) -> None:
    async with stage(desk()) as talk:
        await talk.hears(tool_call(asking("billing")))
        await talk.hears(tool_call(call_of("book", "2", time="eight"), call_of("nothing", "3")))
        _, (retired, unknown) = talk.peer.answers
        assert retired["response"]["status"] == "refused"
        assert retired["response"]["reason"] == "belongs to another agent"
        assert retired["response"]["agents"] == ["reception"]
        assert unknown["response"]["error"] == "Tool not found: nothing"


async def test_a_function_that_runs_comes_to_its_end_first(autojump_clock: MockClock) -> None:
    live = desk().agent("back office", Live.builder().instruction("You are the back office."))
    async with stage(live) as talk:
        await talk.session.transfer_to("billing")
        talk.news()
        assert await talk.hears(tool_call(call_of("refund", "1", amount=5))) == []
        assert await talk.hears(tool_call(asking("back office", "2"))) == []
        assert talk.session.agent == "billing"
        lines = await talk.after(3)
        assert lines[0] == "answers: 1={'output': '5 paid back'}"
        assert lines[1].startswith("tools: transfer_to instruction:")
        assert lines[2].startswith("answers: 2={'status': 'transferred'")


async def test_a_function_that_takes_too_long_is_not_waited_for_and_answered_when_it_is_done(
    autojump_clock: MockClock,
) -> None:
    async def count() -> str:
        """Count everything."""
        await trio.sleep(20)
        return "seven"

    live = desk().agent("store", Live.builder().instruction("You are the store.").tools(count))
    async with stage(live) as talk:
        await talk.session.transfer_to("store")
        await talk.hears(tool_call(call_of("count", "1")))
        talk.news()
        await talk.hears(tool_call(asking("billing", "2")))
        lines = await talk.after(6)
        assert lines[1].startswith("answers: 2={'status': 'transferred'")
        assert talk.session.agent == "billing"
        assert await talk.after(20) == ["answers: 1={'output': 'seven'}"], "by the function that was asked"


async def test_a_call_that_is_given_up_hands_nobody_over(autojump_clock: MockClock) -> None:
    live = desk(OLDEST)
    async with stage(live, platform=V) as talk:
        await talk.session.transfer_to("billing")
        await talk.hears(tool_call(call_of("refund", "1", amount=5)))
        talk.news()
        await talk.hears(tool_call(asking("reception", "2")))
        await talk.hears({"toolCallCancellation": {"ids": ["1", "2"]}})
        assert await talk.after(3) == []
        assert talk.session.agent == "billing"


async def test_the_program_hands_over_and_the_new_agent_speaks_at_once(autojump_clock: MockClock) -> None:
    async with stage(desk()) as talk:
        assert await talk.session.transfer_to("billing", "the caller pressed 2") is True
        assert talk.news() == ["tools: transfer_to, refund instruction: Be brief.\n\nYou are billing.", "prompt"]
        (event,) = talk.of(events.AgentTransfer)
        assert event.reason == "the caller pressed 2"
        assert await talk.session.transfer_to("billing") is True
        assert talk.news() == [], "it speaks already"
        with pytest.raises(ConfigError, match="no agent 'kitchen'; there are: reception, billing"):
            await talk.session.transfer_to("kitchen")
    async with stage(builder()) as talk:
        assert talk.session.agent is None
        with pytest.raises(ConfigError, match="declare them with `agent`"):
            await talk.session.transfer_to("billing")


async def test_while_the_model_speaks_the_new_agent_waits_for_its_turn(autojump_clock: MockClock) -> None:
    async with stage(desk()) as talk:
        await talk.hears({"serverContent": {"modelTurn": {"parts": [{"text": "Well, "}]}}})
        assert await talk.session.transfer_to("billing") is True
        assert talk.news() == ["tools: transfer_to, refund instruction: Be brief.\n\nYou are billing."]
        assert await talk.hears(turn_complete()) == ["prompt"]


async def test_what_the_user_has_just_said_is_answered_by_the_new_agent_and_is_the_prompt(
    autojump_clock: MockClock,
) -> None:
    async with stage(desk()) as talk:
        await talk.session.send_text("My invoice is wrong.")
        talk.news()
        assert await talk.session.transfer_to("billing") is True
        assert talk.news() == ["tools: transfer_to, refund instruction: Be brief.\n\nYou are billing."]


async def test_from_a_function_the_transfer_is_made_before_its_answer(autojump_clock: MockClock) -> None:
    moved: list[bool] = []
    talk: Stage

    async def give_up() -> str:
        """Find somebody else."""
        moved.append(await talk.session.transfer_to("billing"))
        return "somebody else"

    async with stage(desk().tools(give_up)) as talk:
        lines = await talk.hears(tool_call(call_of("give_up", "1")))
        assert moved == [False]
        assert lines[0].startswith("tools: transfer_to, give_up, refund instruction: Be brief.\n\nYou are billing.")
        assert lines[1] == "answers: 1={'output': 'somebody else'}"
        assert await talk.turn() == ["prompt"]


async def test_words_among_the_talk_come_in_the_answer_and_stand_after_the_turn(autojump_clock: MockClock) -> None:
    """Vertex 2.5: another instruction is a turn of the system, which must not come while a call waits."""
    async with stage(desk(OLDEST), platform=V) as talk:
        assert declared(talk.peer) == ["transfer_to", "book", "refund"], "all of them, from the beginning"
        lines = await talk.hears(tool_call(asking("billing")))
        assert len(lines) == 1
        ((answer,),) = talk.peer.answers
        assert answer["response"]["functions"] == ["transfer_to", "refund"]
        assert answer["response"]["instructions"].endswith("Be brief.\n\nYou are billing.")
        assert talk.state.get("session:active_tools") == ["transfer_to", "refund"]
        assert await talk.turn(said("I see.")) == ["instruction: Be brief.\n\nYou are billing."]
        assert await talk.turn() == []
        await talk.hears(tool_call(call_of("book", "2", time="eight")))
        assert talk.peer.answers[-1][0]["response"]["reason"] == "belongs to another agent"


async def test_words_that_the_model_would_answer_come_in_the_answer_alone(autojump_clock: MockClock) -> None:
    async with stage(desk(SPOKEN)) as talk:
        lines = await talk.hears(tool_call(asking("billing")))
        assert len(lines) == 1
        ((answer,),) = talk.peer.answers
        assert answer["response"]["instructions"].endswith("Be brief.\n\nYou are billing.")
        assert await talk.turn(said("I see.")) == []
        assert await talk.session.transfer_to("reception") is True
        (line,) = talk.news()
        assert "You are the reception." in line
        assert line.endswith("(This is not from the user. Speak now.)")


async def test_phases_are_left_and_entered_with_their_agent(autojump_clock: MockClock) -> None:
    seen: list[str] = []

    def noting(what: str) -> object:
        async def hook(state: State, _: object) -> None:
            seen.append(f"{what} with {state.get('session:agent')}")

        return hook

    reception = (
        Live.builder()
        .instruction("You are the reception.")
        .initial_phase("hello")
        .phases(Phase("hello", "Say hello.", on_exit=noting("left"), needs=["name"]))  # type: ignore[arg-type]
    )
    billing = (
        Live.builder()
        .instruction("You are billing.")
        .tools(refund)
        .steering_mode(SteeringMode.CONTEXT_UPDATE)
        .initial_phase("look")
        .phases(
            Phase(
                "look",
                "Look at the invoice.",
                tools_enabled=[],
                on_enter=noting("entered"),  # type: ignore[arg-type]
                prompt_on_enter=True,
                transitions=[Transition("pay", lambda state: bool(state.get("seen")))],
            ),
            Phase("pay", "Pay it back."),
        )
    )
    live = Live.builder().model(NEWEST).agent("reception", reception).agent("billing", billing)
    async with stage(live) as talk:
        assert talk.phase == "hello"
        assert talk.state.get("session:phase_needs") == ["name"]
        lines = await talk.hears(tool_call(asking("billing")))
        assert lines[0] == "tools: transfer_to instruction: You are billing.\n\nLook at the invoice."
        assert len(lines) == 2
        assert seen == ["left with reception", "entered with billing"]
        assert talk.phase == talk.state.get("session:phase") == "look"
        assert talk.state.get("session:phase_needs") is None
        assert talk.state.get("session:declared_tools") == ["transfer_to"]
        talk.state.set("seen", True)
        assert await talk.turn() == ["tools: transfer_to, refund instruction: You are billing.\n\nPay it back."]
        lines = await talk.hears(tool_call(asking("reception", "2")))
        assert lines[0] == "tools: transfer_to instruction: You are the reception.\n\nSay hello."
        assert talk.phase == "hello", "an agent begins where it always begins"


@pytest.mark.parametrize("mode", ["blocking", "concurrent"])
async def test_the_callback_runs_in_its_mode(autojump_clock: MockClock, mode: str) -> None:
    over: list[float] = []

    async def slow(_: str, __: str) -> None:
        await trio.sleep(2)
        over.append(trio.current_time())

    live = desk().on_transfer(slow) if mode == "blocking" else desk().on_transfer_concurrent(slow)
    async with stage(live) as talk:
        began = trio.current_time()
        assert await talk.session.transfer_to("billing") is True
        took = trio.current_time() - began
        assert took == (2 if mode == "blocking" else 0)
        await talk.after(3)
        assert len(over) == 1


async def test_who_asks_and_is_cancelled_has_asked(autojump_clock: MockClock) -> None:
    async def slow(_: str, __: str) -> None:
        await trio.sleep(5)

    async with stage(desk().on_transfer(slow)) as talk:
        with trio.move_on_after(1) as patience:
            await talk.session.transfer_to("billing")
        assert patience.cancelled_caught
        await talk.after(5)
        assert talk.session.agent == "billing"
