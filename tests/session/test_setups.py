"""What a setup asks for, and what it becomes for the next connection."""

from __future__ import annotations

from trio_live.events._internal import Steer
from trio_live.session._setups import resuming, seeds_history, steered
from trio_live.wire import (
    Content,
    HistoryConfig,
    Platform,
    SessionResumptionConfig,
    Setup,
    Tool,
    profile_for,
)

PLAIN = Setup(model="models/m")
ABLE = profile_for("gemini-3.8-live", Platform.GOOGLE_AI)
DEAF = profile_for("gemini-3.5-live-translate-preview", Platform.GOOGLE_AI)


def test_history_is_seeded_when_it_was_asked_for() -> None:
    assert seeds_history(Setup(history_config=HistoryConfig(initial_history_in_client_content=True)))
    assert not seeds_history(Setup(history_config=HistoryConfig()))
    assert not seeds_history(PLAIN)


def test_a_handle_is_presented_only_by_those_who_asked_for_handles() -> None:
    asking = Setup(session_resumption=SessionResumptionConfig(handle="old", transparent=True))
    assert resuming(asking, "new").session_resumption == SessionResumptionConfig(handle="new", transparent=True)
    assert resuming(asking, None).session_resumption == SessionResumptionConfig(transparent=True)
    assert resuming(PLAIN, "new") is PLAIN


def test_what_stands_is_said_again_by_the_next_setup() -> None:
    steer = Steer(tools=(Tool(google_search={}),), instruction="Sing.", facts=(Content.of("It rains."),))
    setup = steered(PLAIN, steer, ABLE)
    assert setup == Setup(model="models/m", tools=[Tool(google_search={})], system_instruction=Content.of("Sing."))
    assert steered(setup, Steer(facts=(Content.of("It snows."),)), ABLE) == setup
    assert steered(setup, Steer(tools=()), ABLE).tools == []


def test_a_model_without_instructions_is_given_none() -> None:
    assert steered(PLAIN, Steer(instruction="Sing."), DEAF) == PLAIN
