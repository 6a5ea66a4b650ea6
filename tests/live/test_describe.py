from __future__ import annotations

import pytest

from trio_live import Live, RepairConfig, SteeringMode, tool
from trio_live.contract import (
    ComputedContract,
    ControlContract,
    ExtractorContract,
    PhaseContract,
    PromotionContract,
    ToolContract,
    WatcherContract,
)
from trio_live.extraction import FieldPromotion, Interval, RuleExtractor, number


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GEMINI_LIVE_MODEL", "GEMINI_MODEL"):
        monkeypatch.delenv(name, raising=False)


async def nothing(*_: object) -> None: ...


@tool
async def find_slots(day: str) -> list[str]:
    """Free times."""
    return [day]


@tool
async def send_letter(to: str) -> str:
    """Send a letter."""
    return to


def test_a_builder_with_nothing_chosen_has_a_contract() -> None:
    contract = Live.builder().describe_contract()
    assert contract.version == 1
    assert contract.model == "gemini-3.8-live"
    assert not [*contract.tools, *contract.phases, *contract.computed, *contract.watchers]
    assert contract.controls == ControlContract(steering_mode="instruction_update", context_delivery="immediate")


def test_tools_tell_how_they_run() -> None:
    live = (
        Live.builder()
        .tools(send_letter, find_slots)
        .tool_background_with_scheduling("send_letter", "SILENT")
        .google_search()
        .add_tool({"name": "by_hand", "description": "…", "behavior": "NON_BLOCKING"})
    )
    tools = live.describe_contract().tools
    assert [(each.name, each.behavior) for each in tools] == [
        ("by_hand", "NON_BLOCKING"),
        ("google_search", None),
        ("find_slots", "BLOCKING"),
        ("send_letter", "NON_BLOCKING(SILENT)"),
    ]
    assert tools[1] == ToolContract(name="google_search", description="Google Search grounding")
    assert tools[2].description == "Free times."
    assert tools[2].parameters["required"] == ["day"]


def test_phases_stand_with_their_defaults() -> None:
    live = (
        Live.builder()
        .phase_defaults(lambda defaults: defaults.prompt_on_enter())
        .phase("welcome")
        .needs(["name"])
        .transition_with("day", lambda _: True, "when the name is known")
        .done()
        .phase("day")
        .guard(lambda _: True)
        .requires(["name"])
        .tools([])
        .terminal()
        .done()
        .initial_phase("welcome")
    )
    welcome, day = live.describe_contract().phases
    assert welcome.prompt_on_enter
    assert [(way.target, way.description, way.has_guard) for way in welcome.transitions] == [
        ("day", "when the name is known", True)
    ]
    assert welcome.needs == ("name",)
    assert welcome.tools_enabled is None
    assert day == PhaseContract(
        name="day", terminal=True, tools_enabled=(), requires=("name",), has_guard=True, prompt_on_enter=True
    )
    assert live.describe_contract().initial_phase == "welcome"


def test_what_is_callable_is_a_label() -> None:
    live = (
        Live.builder()
        .computed("request", ["derived:day", "name"], lambda _: None)
        .watch("status")
        .changed_to("booked")
        .blocking()
        .then(nothing)
    )
    contract = live.describe_contract()
    assert contract.computed == (ComputedContract(key="request", dependencies=("derived:day", "name")),)
    assert contract.watchers == (WatcherContract(key="status", predicate='ChangedTo("booked")', blocking=True),)


def test_control_is_told_in_milliseconds_and_words() -> None:
    live = (
        Live.builder()
        .soft_turn_timeout(2)
        .telemetry_interval(0.25)
        .steering_mode(SteeringMode.HYBRID)
        .repair(RepairConfig())
    )
    assert live.describe_contract().controls == ControlContract(
        soft_turn_timeout_ms=2000,
        telemetry_interval_ms=250,
        steering_mode="hybrid",
        context_delivery="immediate",
        repair_enabled=True,
    )


def test_agents_of_a_call_are_told_with_what_is_theirs() -> None:
    reception = Live.builder().instruction("Be a.").tools(find_slots).steering_mode(SteeringMode.HYBRID)
    billing = Live.builder().phase("look").done().initial_phase("look")
    live = Live.builder().agent("reception", reception, "bookings").agent("billing", billing)
    first, second = live.describe_contract().agents
    assert (first.name, first.description, first.steering_mode) == ("reception", "bookings", "hybrid")
    assert [tool.name for tool in first.tools] == ["find_slots"]
    assert (second.initial_phase, [phase.name for phase in second.phases]) == ("look", ["look"])
    other = live.agent("kitchen", reception).describe_contract()
    assert [str(each).partition(":")[0] for each in live.describe_contract().diff(other)] == ["+ agents[kitchen]"]


def test_the_same_agent_has_the_same_contract() -> None:
    def build() -> Live:
        return Live.builder().tools(find_slots).watch("a").custom(lambda _old, _new: True).then(nothing)

    assert build().describe_contract().to_json() == build().describe_contract().to_json()


def test_extractors_are_told_with_their_rules() -> None:
    rules = [FieldPromotion.keep_known("guests"), FieldPromotion.true_only("sure").to("user:sure")]
    booking = RuleExtractor("Booking", {"guests": number()}, trigger=Interval(3), promotion_rules=rules)
    assert Live.builder().extractor(booking).describe_contract().extractors == (
        ExtractorContract(
            name="Booking",
            window_size=1,
            trigger="Interval(3)",
            promotions=(
                PromotionContract(field="guests", state_key="guests", merge="KeepKnown"),
                PromotionContract(field="sure", state_key="user:sure", merge="Overwrite", has_predicate=True),
            ),
        ),
    )
