"""Deferred delivery: context leaves with the user's next words, in one step; a prompt waits for the playback."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

import pytest
import trio
from trio.testing import MockClock

from tests.peer import Peer, builder, settled, turn_complete
from tests.scenarios.harness import Stage, stage, truth
from trio_live import ContextDelivery, Live, SessionClosed, State, SteeringMode
from trio_live.emulator import Direction, LogRecord, open_emulator, parse_persona
from trio_live.events import SessionWriter
from trio_live.phases import Phase, Transition
from trio_live.voice import VoiceTiming

DEFERRED, IMMEDIATE = ContextDelivery.DEFERRED, ContextDelivery.IMMEDIATE
HYBRID, CONTEXT = SteeringMode.HYBRID, SteeringMode.CONTEXT_INJECTION


def agent(delivery: ContextDelivery, mode: SteeringMode = HYBRID) -> Live:
    """Speaks of ``n`` every turn; goes from a to b by its key, and wants to speak there."""
    a = Phase("a", "Be a.", transitions=[Transition("b", truth("b"))])
    b = Phase("b", "Be b.", prompt_on_enter=True, tools_enabled=["order"])
    live = builder("order").initial_phase("a").phases(a, b).steering_mode(mode).context_delivery(delivery)
    return live.phase_defaults(lambda defaults: defaults.with_state(["n"]))


async def play(talk: Stage) -> None:
    """Turns and user words that give every kind of context a reason."""
    for n in (1, 1, 2):
        talk.state.set("n", n)
        await talk.turn()
    await talk.session.send_text("first")
    talk.state.set("b", True)
    await talk.turn()
    await talk.session.send_audio(b"0000")
    talk.state.set("n", 3)
    await talk.turn()
    await settled()


def contents(lines: list[str]) -> list[str]:
    """The context turns of these lines, one by one."""
    return [t for line in lines if line.startswith("context: ") for t in line.removeprefix("context: ").split(" | ")]


@pytest.mark.parametrize("mode", SteeringMode)
async def test_p23_in_the_end_the_same_contents_went_out_in_the_same_order(
    mode: SteeringMode, autojump_clock: MockClock
) -> None:
    said = {}
    for delivery in ContextDelivery:
        async with stage(agent(delivery, mode)) as talk:
            await play(talk)
        said[delivery] = contents(talk.lines)
    assert said[DEFERRED] == said[IMMEDIATE]
    assert said[DEFERRED]


@pytest.mark.parametrize("mode", SteeringMode)
async def test_i4_the_pipeline_itself_writes_nothing_but_instructions(
    mode: SteeringMode, autojump_clock: MockClock
) -> None:
    async with stage(agent(DEFERRED, mode)) as talk:
        talk.state.from_dict({"n": 1, "b": True})
        for lines in await talk.turns(3):
            assert all(line.startswith("instruction: ") for line in lines)
        assert talk.talk.pending is not None
        assert talk.talk.pending.has_context()
        assert talk.talk.pending.has_prompt()


SENDS: list[tuple[str, Callable[[SessionWriter], Awaitable[None]]]] = [
    ("user: hi", lambda writer: writer.send_text("hi")),
    ("audio", lambda writer: writer.send_audio(b"0000")),
    ("other: ['realtimeInput']", lambda writer: writer.send_video(b"jpeg")),
]


@pytest.mark.parametrize(("line", "send"), SENDS, ids=["text", "audio", "video"])
async def test_context_leaves_right_before_the_users_words_and_the_prompt_stays(
    line: str, send: Callable[[SessionWriter], Awaitable[None]], autojump_clock: MockClock
) -> None:
    async with stage(agent(DEFERRED)) as talk:
        talk.state.from_dict({"n": 1, "b": True})
        await talk.turn()
        for expected in ([talk_context(), line], [line]):
            await send(talk.session.writer)
            await settled()
            assert talk.news() == expected
        await talk.session.playback_drained()
        await settled()
        assert talk.news() == ["prompt"]
        await talk.session.playback_drained()
        await settled()
        assert talk.news() == []


def talk_context() -> str:
    return "context: Tools available in this phase: order. Do not call any other. | Current context: n=1"


async def test_the_users_speech_disarms_the_prompt_and_leaves_the_context_waiting(autojump_clock: MockClock) -> None:
    async with stage(agent(DEFERRED)) as talk:
        talk.state.from_dict({"n": 1, "b": True})
        await talk.turn()
        await talk.session.user_speech_started()
        await talk.session.user_speech_ended()
        await talk.session.playback_drained()
        await settled()
        assert talk.news() == []
        await talk.session.send_text("hi")
        await settled()
        assert talk.news() == [talk_context(), "user: hi"]


async def test_drained_playback_releases_context_and_prompt_in_this_order_and_nothing_without_a_prompt(
    autojump_clock: MockClock,
) -> None:
    async with stage(agent(DEFERRED)) as talk:
        talk.state.set("n", 1)
        await talk.turn()
        await talk.session.playback_drained()
        await settled()
        assert talk.news() == []
        talk.state.set("b", True)
        await talk.turn()
        await talk.session.playback_drained()
        await settled()
        assert talk.news() == [
            "context: Current context: n=1 | Tools available in this phase: order. Do not call any other.",
            "prompt",
        ]


async def test_two_players_that_drain_at_once_prompt_once(autojump_clock: MockClock) -> None:
    async with stage(agent(DEFERRED)) as talk:
        talk.state.from_dict({"n": 1, "b": True})
        await talk.turn()
        async with trio.open_nursery() as nursery:
            for _ in range(3):
                nursery.start_soon(talk.session.playback_drained)
        await settled()
        assert talk.news() == [talk_context(), "prompt"]


async def test_what_still_waits_at_the_end_is_sent_without_the_prompt(autojump_clock: MockClock) -> None:
    async with stage(agent(DEFERRED)) as talk:
        talk.state.from_dict({"n": 1, "b": True})
        await talk.turn()
    assert talk.news() == [talk_context()]


async def test_of_many_senders_exactly_one_takes_the_context_and_nothing_comes_between(
    autojump_clock: MockClock,
) -> None:
    for _ in range(10):  # who goes first is Trio's choice
        async with stage(agent(DEFERRED)) as talk:
            talk.state.set("n", 1)
            await talk.turn()
            async with trio.open_nursery() as nursery:
                for number in range(4):
                    nursery.start_soon(talk.session.send_text, str(number))
            await settled()
            lines = talk.news()
            assert lines[0] == "context: Current context: n=1"
            assert sorted(lines[1:]) == [f"user: {number}" for number in range(4)]


async def test_a_sender_that_gives_up_in_a_full_queue_leaves_the_context_to_the_next_one(
    autojump_clock: MockClock,
) -> None:
    peer = Peer(capacity=1)
    async with stage(agent(DEFERRED), peer=peer) as talk, trio.open_nursery() as nursery:
        with trio.move_on_after(1):
            while True:
                await talk.session.send_audio(b"0000")
        talk.state.set("n", 1)
        nursery.start_soon(peer.send, turn_complete())
        await settled()
        patience = trio.CancelScope()

        async def impatient() -> None:
            with patience:
                await talk.session.send_text("given up")

        nursery.start_soon(impatient)
        await settled()
        nursery.start_soon(talk.session.send_text, "patient")
        await settled()
        patience.cancel()
        with trio.move_on_after(1):
            while True:
                await peer.read()
        assert talk.lines[-2:] == ["context: Current context: n=1", "user: patient"]


async def test_many_senders_in_a_full_queue_all_get_through_and_each_keeps_its_order(autojump_clock: MockClock) -> None:
    peer = Peer(capacity=1)
    async with stage(agent(DEFERRED), peer=peer) as talk:

        async def chatter(name: int) -> None:
            for number in range(4):
                await talk.session.send_text(f"{name}:{number}")

        async with trio.open_nursery() as nursery:
            for name in range(200):
                nursery.start_soon(chatter, name)
            with trio.move_on_after(1):
                while True:
                    await peer.read()
        said = [line.removeprefix("user: ").split(":") for line in talk.lines]
        assert len(said) == 800
        for name in range(200):
            assert [number for who, number in said if who == str(name)] == ["0", "1", "2", "3"]


async def test_a_sender_that_waits_when_the_session_ends_is_told_so(autojump_clock: MockClock) -> None:
    told: list[str] = []
    async with stage(agent(DEFERRED), peer=Peer(capacity=1)) as talk, trio.open_nursery() as nursery:
        with trio.move_on_after(1):
            while True:
                await talk.session.send_audio(b"0000")

        async def patient() -> None:
            with pytest.raises(SessionClosed):
                await talk.session.send_text("hi")
            told.append("closed")

        nursery.start_soon(patient)
        await settled()
        await talk.session.disconnect()
    assert told == ["closed"]


async def test_hooks_write_past_the_waiting_context(autojump_clock: MockClock) -> None:
    async def boundary(_: State, writer: SessionWriter) -> None:
        await writer.send_text("from the hook")

    async with stage(agent(DEFERRED).on_turn_boundary(boundary)) as talk:
        talk.state.set("n", 1)
        assert await talk.turn() == ["user: from the hook"]
        await talk.session.send_text("hi")
        await settled()
        assert talk.news() == ["context: Current context: n=1", "user: hi"]


# -- a phase's own delivery --------------------------------------------------------------------------------------------

ADVICE = "Tools available in this phase: order. Do not call any other."


def timed(delivery: ContextDelivery, of_a: ContextDelivery | None, of_b: ContextDelivery | None) -> Live:
    live = agent(delivery)
    for phase, chosen in (("a", of_a), ("b", of_b)):
        live = live.voice_timing(VoiceTiming(context_delivery=chosen), phase)
    return live


@pytest.mark.parametrize(
    "live", [timed(IMMEDIATE, DEFERRED, None), timed(DEFERRED, None, IMMEDIATE)], ids=["waits in a", "waits not in b"]
)
async def test_what_one_phase_held_back_leaves_with_the_first_words_of_the_next(
    live: Live, autojump_clock: MockClock
) -> None:
    async with stage(live) as talk:
        for n in (1, 2):
            talk.state.set("n", n)
            assert await talk.turn() == []
        talk.state.from_dict({"n": 3, "b": True})
        assert await talk.turn() == [
            "instruction: Be b.",
            f"context: Current context: n=1 | Current context: n=2 | {ADVICE} | Current context: n=3",
            "prompt",
        ]
        talk.state.set("n", 4)
        assert await talk.turn() == ["context: Current context: n=4"]


async def test_a_phase_may_hold_back_what_the_talk_does_not(autojump_clock: MockClock) -> None:
    async with stage(timed(IMMEDIATE, None, DEFERRED)) as talk:
        talk.state.set("n", 1)
        assert await talk.turn() == ["context: Current context: n=1"]
        talk.state.from_dict({"n": 2, "b": True})
        assert await talk.turn() == ["instruction: Be b."]
        await talk.session.send_text("hi")
        await settled()
        assert talk.news() == [
            f"context: {ADVICE} | Current context: n=2",
            "user: hi",
        ]


async def test_a_prompt_that_an_earlier_phase_armed_is_not_said_twice(autojump_clock: MockClock) -> None:
    a = Phase("a", "Be a.", transitions=[Transition("b", truth("b"))], prompt_on_enter=True)
    b = Phase("b", "Be b.", transitions=[Transition("c", truth("c"))], prompt_on_enter=True)
    live = builder().initial_phase("a").phases(a, b, Phase("c", "Be c.", prompt_on_enter=True))
    live = live.voice_timing(VoiceTiming(context_delivery=DEFERRED), "b")
    async with stage(live.phase_defaults(lambda defaults: defaults.with_state(["n"])).steering_mode(HYBRID)) as talk:
        talk.news()
        talk.state.from_dict({"n": 1, "b": True})
        assert await talk.turn() == ["instruction: Be b."]
        assert talk.talk.pending is not None
        assert talk.talk.pending.has_prompt()
        talk.state.set("c", True)
        assert await talk.turn() == ["instruction: Be c.", "context: Current context: n=1", "prompt"]
        assert talk.talk.pending.is_empty()


PERSONA = parse_persona("""
name = "desk"
[[default]]
say = "Yes."
""")


async def test_over_a_socket_a_phase_holds_its_context_back_until_the_user_speaks() -> None:
    records: list[LogRecord] = []
    live = (
        agent(IMMEDIATE)
        .voice_timing(VoiceTiming(context_delivery=DEFERRED), "a")
        .model("gemini-2.5-flash-native-audio-latest")
    )
    with trio.fail_after(10):
        async with (
            open_emulator(PERSONA, time_scale=20, on_log=records.append) as emulator,
            live.connect_google_ai("k", base_url=emulator.url) as session,
        ):
            assert session.state.get("session:voice_timing", type=VoiceTiming) == VoiceTiming(context_delivery=DEFERRED)
            session.state.set("n", 1)
            await session.ask("one")
            session.state.from_dict({"b": True, "n": 2})
            assert not any("n=1" in text for text in told(records))
            await session.ask("two")
            assert (session.conversation_phase, session.state.get("session:voice_timing")) == ("b", None)
    texts = told(records)
    assert [text for text in texts if "n=1" in text or text in ("one", "two")][:3] == [
        "one",
        "Current context: n=1",
        "two",
    ]


def told(records: list[LogRecord]) -> list[str]:
    """Every text the server was told as content, one by one."""
    frames = [record.frame for record in records if record.direction is Direction.RECEIVED and not record.is_media]
    contents = [json.loads(frame).get("clientContent", {}) for frame in frames if frame is not None]
    return [part["text"] for content in contents for turn in content.get("turns", ()) for part in turn["parts"]]
