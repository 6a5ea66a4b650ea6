"""Facts come out of a talk: who looks, what is told, and what is decided by it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs
import pytest
import trio
from hypothesis import given, settings
from hypothesis import strategies as st
from trio.testing import MockClock

from tests.cancellation import cancel_everywhere
from tests.peer import Diary, builder, call_of, generation_complete, heard, said, tool_call, turn_complete
from tests.scenarios.harness import BoomError, Stage, agent, stage
from trio_live import CallbackMode, ConfigError, Live, State, events
from trio_live._typing import Json
from trio_live.conversation import TranscriptWindow
from trio_live.extraction import (
    AfterToolCall,
    EveryTurn,
    ExtractionTrigger,
    FieldPromotion,
    Interval,
    OnGenerationComplete,
    OnPhaseChange,
    RuleExtractor,
    TurnExtractor,
    keywords,
    number,
)
from trio_live.llm import MockLlm
from trio_live.phases import Phase, Transition

Finds = Callable[[TranscriptWindow], Any]


class Sample(TurnExtractor):
    """Finds what a function says, after a while; raises what it returns."""

    def __init__(
        self,
        name: str,
        finds: Finds | None = None,
        *,
        after: float = 0,
        trigger: ExtractionTrigger = EveryTurn(),  # noqa: B008 - it is immutable
        window_size: int = 3,
        timeout: float | None = 10,
        rules: tuple[FieldPromotion, ...] = (),
    ) -> None:
        self.name = name
        self.finds = finds or (lambda _: {name.lower(): name})
        self.after = after
        self.trigger = trigger
        self.window_size = window_size
        self.timeout = timeout
        self.promotion_rules = rules
        self.windows: list[list[str]] = []
        self.running = 0

    async def extract(self, window: TranscriptWindow) -> Json:
        self.windows.append([f"{turn.user}/{turn.model}" for turn in window])
        self.running += 1
        try:
            await trio.sleep(self.after)
        finally:
            self.running -= 1
        found = self.finds(window)
        if isinstance(found, Exception):
            raise found
        return found


def with_extractors(*extractors: TurnExtractor, live: Live | None = None) -> Live:
    live = live or builder()
    for extractor in extractors:
        live = live.extractor(extractor)
    return live


def facts(talk: Stage) -> list[str]:
    """What was told of extractors, a line each."""
    lines = []
    for event in talk.seen:
        match event:
            case events.Extraction(name, value):
                lines.append(f"{name}: {value}")
            case events.ExtractionError(name, error):
                lines.append(f"{name} failed: {error}")
            case events.StatePromotion(extractor, field, key, accepted, reason, _):
                lines.append(f"{extractor}.{field} to {key}: {accepted}, {reason}")
    return lines


async def test_what_was_found_decides_in_the_same_turn(autojump_clock: MockClock) -> None:
    sure = RuleExtractor("Sure", {"sure": keywords({True: ["yes"], False: ["no"]})})
    asks = Phase("ask", "Ask.", transitions=[Transition("done", lambda state: state.get("sure") is True)])
    async with stage(with_extractors(sure, live=agent(asks, Phase("done", "Say goodbye.")))) as talk:
        assert await talk.turn(heard("no"), said("Oh.")) == []
        assert await talk.turn(heard("yes"), said("Good.")) == ["instruction: Say goodbye."]
        order = [
            e for e in talk.seen if isinstance(e, events.Extraction | events.PhaseTransition | events.TurnComplete)
        ]
        assert [type(event).__name__ for event in order[3:]] == [
            "Extraction", "Extraction", "PhaseTransition", "TurnComplete"
        ]  # fmt: skip


async def test_both_transcriptions_are_asked_for(autojump_clock: MockClock) -> None:
    async with stage(with_extractors(Sample("A"))) as talk:
        assert "inputAudioTranscription" in talk.peer.setup
        assert "outputAudioTranscription" in talk.peer.setup


async def test_e1_each_that_is_due_is_skipped_or_found_or_failed(autojump_clock: MockClock) -> None:
    quiet = Sample("Quiet")
    quiet.should_extract = lambda _: False  # type: ignore[method-assign, assignment]
    bad = Sample("Bad")
    bad.should_extract = lambda _: 1 / 0  # type: ignore[method-assign, assignment, return-value]
    async with stage(with_extractors(quiet, bad, Sample("A"), Sample("B", lambda _: BoomError("no idea")))) as talk:
        await talk.turn(heard("Hello"))
        assert facts(talk) == [
            "Bad failed: division by zero",
            "A: {'a': 'A'}",
            "A.a: A",
            "B failed: no idea",
        ]
        assert (quiet.windows, bad.windows) == ([], [])
        assert talk.errors == []


async def test_e2_a_failure_changes_nothing(autojump_clock: MockClock) -> None:
    results: list[Any] = [{"name": "Ada"}, BoomError("gone"), {"name": {1, 2}}, {"name": float("nan")}]
    async with stage(with_extractors(Sample("A", lambda _: results.pop(0)))) as talk:
        for _ in range(4):
            await talk.turn(heard("Hello"))
        assert (talk.state.get("A"), talk.state.get("name")) == ({"name": "Ada"}, "Ada")
        assert len(talk.of(events.ExtractionError)) == 3
        assert talk.state.get("session:turn_count") == 4


async def test_e3_merges_keep_the_order_of_registration_whoever_is_first(autojump_clock: MockClock) -> None:
    slow, quick = Sample("Slow", lambda _: {"who": "slow"}, after=3), Sample("Quick", lambda _: {"who": "quick"})
    async with stage(with_extractors(slow, quick)) as talk:
        start = trio.current_time()
        await talk.peer.send(heard("Hello"), turn_complete())
        await talk.after(4)
        assert facts(talk) == [
            "Slow: {'who': 'slow'}",
            "Slow.who: slow",
            "Quick: {'who': 'quick'}",
            "Quick.who: quick",
        ]
        assert talk.state.get("who") == "quick"
        assert trio.current_time() - start < 5


async def test_they_run_at_the_same_time(autojump_clock: MockClock) -> None:
    async with stage(with_extractors(*(Sample(name, after=2) for name in "ABCDE"))) as talk:
        await talk.peer.send(heard("Hello"), turn_complete())
        await talk.after(2.1)
        assert len(talk.of(events.Extraction)) == 10
        assert len(talk.of(events.TurnComplete)) == 1


async def test_one_that_takes_too_long_is_an_error_and_the_turn_goes_on(autojump_clock: MockClock) -> None:
    async with stage(with_extractors(Sample("Slow", after=100, timeout=2), Sample("A"))) as talk:
        await talk.peer.send(heard("Hello"), turn_complete())
        await talk.after(2.1)
        assert facts(talk) == ["Slow failed: it took longer than 2 s", "A: {'a': 'A'}", "A.a: A"]
        assert len(talk.of(events.TurnComplete)) == 1


async def test_sound_and_sends_do_not_wait_for_a_slow_one(autojump_clock: MockClock) -> None:
    diary = Diary()
    live = with_extractors(Sample("Slow", after=5)).on_output_transcript(
        lambda text, is_final: diary.entries.append(text)
    )
    async with stage(live) as talk:
        await talk.peer.send(heard("Hello"), turn_complete(), said("Next."))
        await talk.after(1)
        await talk.session.send_text("Are you there?")
        assert await talk.after(1) == ["user: Are you there?"]
        assert diary.entries == ["Next."]
        assert talk.of(events.TurnComplete) == []


async def test_e4_with_rules_only_these_keys_are_written(autojump_clock: MockClock) -> None:
    rules = (FieldPromotion.keep_known("name").to("user:name"), FieldPromotion.true_only("sure"))
    sample = Sample("A", lambda _: {"name": "Ada", "sure": "yes", "session:phase": "x"}, rules=rules)
    async with stage(with_extractors(sample)) as talk:
        before = set(talk.state)
        await talk.turn(heard("Hello"))
        new = {key for key in set(talk.state) - before if not key.startswith("session:")}
        assert new == {"A", "user:name", "state_meta:user:name"}
        assert facts(talk)[1:] == [
            "A.name: Ada",
            "A.name to user:name: True, accepted",
            "A.sure to sure: False, predicate rejected",
        ]


async def test_e5_what_a_model_found_never_lands_where_the_runtime_writes(autojump_clock: MockClock) -> None:
    async with stage(with_extractors(Sample("A", lambda _: {"session:turn_count": 99, "A": 1}))) as talk:
        await talk.turn(heard("Hello"))
        assert talk.state.get("session:turn_count") == 1
        assert talk.state.get("A") == {"session:turn_count": 99, "A": 1}
        assert [event.reason for event in talk.of(events.StatePromotion)] == ["reserved key"] * 2


async def test_e7_a_rule_that_raises_is_reported_and_refuses(autojump_clock: MockClock) -> None:
    rules = (FieldPromotion.overwrite("a").accept_when(lambda _, __: 1 / 0 > 1), FieldPromotion.overwrite("b"))
    async with stage(with_extractors(Sample("A", lambda _: {"a": 1, "b": 2}, rules=rules))) as talk:
        await talk.turn(heard("Hello"))
        assert ("a" in talk.state, talk.state.get("b")) == (False, 2)
        assert talk.errors == ["extractor('A').accept_when('a'): division by zero"]


@pytest.mark.parametrize(
    ("trigger", "turns"),
    [(EveryTurn(), [1, 2, 3, 4, 5, 6]), (Interval(0), [1, 2, 3, 4, 5, 6]), (Interval(2), [3, 5]), (Interval(4), [5])],
)
async def test_e10_an_interval_has_its_turns(
    autojump_clock: MockClock, trigger: ExtractionTrigger, turns: list[int]
) -> None:
    sample = Sample("A", trigger=trigger)
    async with stage(with_extractors(sample)) as talk:
        ran = []
        for number_ in range(1, 7):
            before = len(sample.windows)
            await talk.turn(heard("Hello"))
            ran += [number_] * (len(sample.windows) - before)
        assert ran == turns


async def test_a_turn_in_which_nothing_was_ever_said_is_looked_at_by_nobody(autojump_clock: MockClock) -> None:
    sample = Sample("A")
    async with stage(with_extractors(sample)) as talk:
        await talk.hears(turn_complete())
        assert sample.windows == []
        await talk.turn(heard("Hello"), said("Hi."))
        assert sample.windows == [["Hello/Hi."]]


async def test_typed_words_are_found_too(autojump_clock: MockClock) -> None:
    async with stage(with_extractors(RuleExtractor("Guests", {"guests": number()}))) as talk:
        await talk.session.send_text("Four of us")
        await talk.turn(said("Fine."))
        assert talk.session.extracted("Guests") == {"guests": 4}


async def test_the_window_is_the_last_turns(autojump_clock: MockClock) -> None:
    sample = Sample("A", window_size=2)
    async with stage(with_extractors(sample)) as talk:
        for words in ("one", "two", "three"):
            await talk.turn(heard(words))
        assert sample.windows == [["one/"], ["one/", "two/"], ["two/", "three/"]]


async def test_after_calls_the_running_turn_is_seen(autojump_clock: MockClock) -> None:
    sample = Sample("A", trigger=AfterToolCall())

    def lookup(day: str) -> dict[str, str]:
        """Look up."""
        return {"day": day}

    live = with_extractors(sample).tools(lookup).computed("double", ["a"], lambda state: str(state.get("a")) * 2)
    async with stage(live) as talk:
        await talk.hears(heard("On Friday"), tool_call(call_of("lookup", "1", day="Friday")))
        assert sample.windows == [["On Friday/"]]
        assert talk.state.get("double") == "AA"
        await talk.turn(said("Found."))
        assert len(sample.windows) == 1


async def test_a_finished_answer_is_seen_before_its_turn_is_over_and_before_the_callback(
    autojump_clock: MockClock,
) -> None:
    diary, sample = Diary(), Sample("A", trigger=OnGenerationComplete())

    async def complete() -> None:
        diary.entries.append(list(sample.windows))

    async with stage(with_extractors(sample).on_generation_complete(complete)) as talk:
        await talk.hears(heard("Hello"), said("Hi there."), generation_complete())
        assert diary.entries == [[["Hello/Hi there."]]]


@attrs.define
class Party:
    """Who comes."""

    guests: int


def shown_to(llm: MockLlm) -> list[str]:
    """What a model was asked each time, as text."""
    return [
        "".join(part.text or "" for content in request.contents for part in content.parts or ())
        for request in llm.requests
    ]


async def test_a_window_of_the_builder_is_what_the_model_is_shown(autojump_clock: MockClock) -> None:
    llm = MockLlm.text('{"guests": 2}')
    async with stage(builder().extract_turns_windowed(Party, llm, "Find the guests.", 2)) as talk:
        for number in ("one", "two", "three"):
            await talk.turn(heard(f"This is line {number}."), said("Yes."))
        assert talk.session.extracted("Party", Party) == Party(2)
    last = shown_to(llm)[-1]
    assert [number in last for number in ("one", "two", "three")] == [False, True, True]


async def test_a_trigger_of_the_builder_is_when_the_model_is_asked(autojump_clock: MockClock) -> None:
    llm = MockLlm.text('{"guests": 2}')
    live = builder().extract_turns_triggered(Party, llm, "Find the guests.", 3, Interval(2))
    async with stage(live) as talk:
        asked = []
        for _ in range(4):
            await talk.turn(heard("We are two of us."), said("Yes."))
            asked.append(llm.call_count)
        assert asked == [0, 0, 1, 1]


async def test_a_move_is_followed_by_its_extractors_and_computed_values(autojump_clock: MockClock) -> None:
    sample = Sample("Moved", trigger=OnPhaseChange())
    go = Phase("a", "A.", transitions=[Transition("b", lambda state: state.get("go") is True)])
    live = with_extractors(sample, live=agent(go, Phase("b", "B."))).computed(
        "seen", ["moved"], lambda s: s.get("moved")
    )
    async with stage(live) as talk:
        await talk.turn(heard("Hello"))
        assert sample.windows == []
        talk.state.set("go", True)
        await talk.turn(heard("Go"))
        assert (len(sample.windows), talk.state.get("derived:seen")) == (1, "Moved")
        await talk.session.transition_to("a")
        assert len(sample.windows) == 2


@pytest.mark.parametrize("mode", list(CallbackMode))
async def test_callbacks_are_told_in_order_and_by_their_mode(autojump_clock: MockClock, mode: CallbackMode) -> None:
    diary = Diary()

    async def found(name: str, value: Json) -> None:
        diary.entries.append((name, value))
        await trio.sleep(1)

    async def failed(name: str, error: str) -> None:
        diary.entries.append((name, error))

    live = with_extractors(Sample("A"), Sample("B", lambda _: BoomError("no")), Sample("C"))
    async with stage(live.on_extracted(found, mode=mode).on_extraction_error(failed, mode=mode)) as talk:
        await talk.peer.send(heard("Hello"), turn_complete())
        await talk.after(0.5 if mode is CallbackMode.CONCURRENT else 2.5)
        assert sorted(diary.entries, key=str) == [("A", {"a": "A"}), ("B", "no"), ("C", {"c": "C"})]
        if mode is CallbackMode.BLOCKING:
            assert [name for name, _ in diary.entries] == ["A", "B", "C"]
        assert len(talk.of(events.TurnComplete)) == 1


async def test_a_blocking_callback_writes_before_the_next_is_merged(autojump_clock: MockClock) -> None:
    rule = FieldPromotion.overwrite("b").accept_when(lambda state, _: state.get("told") == "A")
    live = with_extractors(Sample("A"), Sample("B", rules=(rule,)))
    seen: list[State] = []

    async def found(name: str, _: Json) -> None:
        seen[0].set("told", name)

    async with stage(live.on_extracted(found)) as talk:
        seen.append(talk.state)
        await talk.turn(heard("Hello"))
        assert talk.state.get("b") == "B"


async def test_what_was_found_can_be_read_as_its_type(autojump_clock: MockClock) -> None:
    async with stage(with_extractors(Sample("A", lambda _: {"n": 3}))) as talk:
        assert talk.session.extracted("A") is None
        await talk.turn(heard("Hello"))
        assert talk.session.extracted("A") == {"n": 3}
        assert talk.session.extracted("A", dict[str, int]) == {"n": 3}
        with pytest.raises(Exception, match="state key 'A'"):
            talk.session.extracted("A", list[int])


async def test_leaving_cancels_what_looks_and_tells_nothing(autojump_clock: MockClock) -> None:
    sample = Sample("Slow", after=100, timeout=None)
    async with stage(with_extractors(sample)) as talk:
        await talk.peer.send(heard("Hello"), turn_complete())
        await talk.after(1)
        assert sample.running == 1
    assert sample.running == 0
    assert facts(talk) == []


async def test_one_that_warms_up_does_so_once_and_beside_the_talk(autojump_clock: MockClock) -> None:
    warm = []

    class Cold(Sample):
        async def warm_up(self) -> None:
            warm.append("begun")
            await trio.sleep(1)
            warm.append("done")

    async with stage(with_extractors(Cold("A"))) as talk:
        await talk.turn(heard("Hello"))
        assert warm == ["begun"]
        assert len(talk.of(events.TurnComplete)) == 1
        await talk.after(2)
        assert warm == ["begun", "done"]


async def test_one_that_cannot_warm_up_is_reported_and_works(autojump_clock: MockClock) -> None:
    class Broken(Sample):
        async def warm_up(self) -> None:
            raise BoomError("cold")

    async with stage(with_extractors(Broken("A"))) as talk:
        await talk.turn(heard("Hello"))
        assert talk.errors == ["extractor('A').warm_up: cold"]
        assert talk.state.get("a") == "A"


async def test_a_turn_with_extractors_can_be_cancelled_everywhere(autojump_clock: MockClock) -> None:
    async def story() -> None:
        async with stage(with_extractors(Sample("A", after=1), Sample("B"))) as talk:
            await talk.turn(heard("Hello"))
            await talk.after(2)

    assert await cancel_everywhere(story) > 10


@pytest.mark.parametrize(
    ("add", "words"),
    [
        (lambda: with_extractors(Sample("A"), Sample("A")), "two extractors are called 'A'"),
        (lambda: with_extractors(Sample("session:x")), "reserved family"),
        (lambda: with_extractors(Sample("A", window_size=0)), "window_size"),
    ],
)
async def test_extractors_that_cannot_work_are_refused_before_anything_is_sent(
    add: Callable[[], Live], words: str
) -> None:
    with pytest.raises(ConfigError, match=words):
        async with stage(add()):
            raise AssertionError("it must not connect")


def test_what_is_no_extractor_is_refused_at_once() -> None:
    with pytest.raises(TypeError, match="extractor is a TurnExtractor"):
        builder().extractor(lambda _: {})  # type: ignore[arg-type]


outcomes = st.sampled_from(["found", "nothing", "null", "raises", "slow", "declines", "not json"])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(outcomes, min_size=1, max_size=4), min_size=1, max_size=4))
def test_any_course_keeps_the_rules(story: list[list[str]]) -> None:
    """E1, E2, E3: for each that ran exactly one outcome, in order of registration; the turn always ends."""

    async def main() -> None:
        plan: Mapping[str, str] = {}

        def sample(name: str, delay: float) -> Sample:
            def finds(_: TranscriptWindow) -> Any:
                match plan[name]:
                    case "nothing":
                        return {}
                    case "null":
                        return {"field": None}
                    case "raises":
                        return BoomError(name)
                    case "not json":
                        return {"field": object()}
                return {"field": name}

            made = Sample(name, finds, after=delay, timeout=5)
            made.should_extract = lambda _: plan[name] != "declines"  # type: ignore[method-assign, assignment]

            async def extract(window: TranscriptWindow) -> Json:
                if plan[name] == "slow":
                    await trio.sleep_forever()
                return await Sample.extract(made, window)

            made.extract = extract  # type: ignore[method-assign]
            return made

        names = ["A", "B", "C", "D"]
        async with stage(
            with_extractors(*(sample(name, delay) for delay, name in zip((3, 0, 2, 1), names, strict=True)))
        ) as t:
            for turn, kinds in enumerate(story, 1):
                plan = dict(zip(names, [*kinds, *["declines"] * 4], strict=False))
                held, before = t.state.to_dict(), len(t.seen)
                await t.peer.send(heard("Hello"), turn_complete())
                await t.after(6)
                told = [e for e in t.seen[before:] if isinstance(e, events.Extraction | events.ExtractionError)]
                whole = [event for event in told if "." not in event.name]
                assert [event.name for event in whole] == [name for name in names if plan[name] != "declines"]
                for event in whole:
                    fails = plan[event.name] in {"raises", "slow", "not json"}
                    assert isinstance(event, events.ExtractionError) == fails
                    if fails:
                        assert t.state.get(event.name) == held.get(event.name)
                assert len(t.of(events.TurnComplete)) == turn

    clock = MockClock(autojump_threshold=0)
    trio.run(main, clock=clock)
