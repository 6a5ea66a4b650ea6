"""The clients of others, unpatched, over TLS, hold conversations with the command ``trio-live emulator``.

Run by ``nox -s clients``, which makes an environment for each client; skipped elsewhere.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from tests.clients.clients import CLIENTS, RECIPES, Client, environments, needs
from tests.clients.emulators import PERSONA, Exchange, Outcome, emulating, play, run

if "TRIO_LIVE_CLIENTS" not in os.environ:
    pytest.skip("the clients of others are not installed here; nox -s clients installs them", allow_module_level=True)

pytestmark = pytest.mark.timeout(600)  # the first test of a client plays for all of its tests

OLD, FLASH, NEW = "gemini-2.5-flash-native-audio-latest", "gemini-3.1-flash-live-preview", "gemini-3.8-live"
FASTER = ("--time-scale", "4")
SHORT_LIVED = ("--time-scale", "10", "--lifetime", "110")
"""A ``goAway`` after 5 s, and the end of the connection 6 s later."""

SHORTCOMINGS = {
    (
        "adk",
        f"tool:{OLD}",
    ): "holds back the calls of models before 3 until turnComplete, which comes after their answers",
}
"""(client, scenario) → why it cannot play it. `test_client_faults` has the reproduction."""

MOVING = RECIPES.parent / "moving"
MOVED = {"pipecat": MOVING / "from_pipecat.py", "livekit": MOVING / "from_livekit.py"}
"""Client → the program on the page about moving from it."""

SCENARIOS = (f"text:{OLD}", f"text:{FLASH}", f"barge_in:{NEW}", f"tool:{OLD}", f"tool:{NEW}")
"""Played by one process of a client, one after the other."""

EACH = pytest.mark.parametrize("client", [pytest.param(each, marks=needs(each), id=each.name) for each in CLIENTS])


def rounds_of_functions() -> Iterator[object]:
    """Every client with the models on which it is to call a function."""
    for client in CLIENTS:
        for model in (OLD, NEW):
            why = SHORTCOMINGS.get((client.name, f"tool:{model}"))
            marks = pytest.mark.skip(reason=f"{client.name} {why}") if why else needs(client)
            yield pytest.param(client, model, marks=marks, id=f"{client.name}-{model}")


@pytest.fixture(scope="module")
def performances() -> dict[str, Outcome]:
    """What came of the scenarios, by client."""
    return {}


@pytest.fixture
async def performance(client: Client, performances: dict[str, Outcome], tmp_path: Path) -> Outcome:
    if client.name not in performances:
        played = [each for each in SCENARIOS if (client.name, each) not in SHORTCOMINGS]
        outcome = await play(client, tmp_path, *FASTER, scenarios=played)
        # Clients have deadlines of their own (LiveKit gives an answer five seconds), which a busy machine can miss.
        if missed := [each for each in played if outcome.of(each).told("failed")]:
            again = await play(client, tmp_path, *FASTER, scenarios=missed)
            outcome = attrs.evolve(outcome, reports=[*outcome.reports, *again.reports])
        performances[client.name] = outcome
    return performances[client.name]


@EACH
@pytest.mark.parametrize("model", [OLD, FLASH])
async def test_it_holds_a_text_turn(client: Client, performance: Outcome, model: str) -> None:
    seen = performance.of(f"text:{model}")
    assert seen.told("said") == ["You said What is the capital of France?"], seen
    assert sum(seen.told("audio")) > 24_000
    assert not seen.told("interrupted")


@EACH
async def test_it_is_interrupted_by_speech(client: Client, performance: Outcome) -> None:
    seen = performance.of(f"barge_in:{NEW}")
    assert seen.told("interrupted"), seen
    cut_off, answer = seen.told("said")
    assert cut_off.startswith("Once upon a time")
    assert not cut_off.endswith("the very beginning.")
    assert answer == "You said I interrupt you."


@pytest.mark.parametrize(("client", "model"), list(rounds_of_functions()))
async def test_it_plays_the_round_of_a_function(client: Client, performance: Outcome, model: str) -> None:
    seen = performance.of(f"tool:{model}")
    assert seen.told("call") == ["get_weather"], seen
    assert seen.told("args") == [{"city": "London"}]
    assert seen.told("said") == ["It is foggy."]


@EACH
async def test_it_is_sent_away_and_comes_back_to_the_same_session(tmp_path: Path, client: Client) -> None:
    seen = await play(client, tmp_path, *SHORT_LIVED, scenarios=[f"resume:{NEW}"], cue=is_back)
    assert seen.told("said") == ["Hello Ann.", "You are Ann."], seen.reports
    assert seen.sent("goAway")
    given = [sent["sessionResumptionUpdate"].get("newHandle") for sent in seen.sent("sessionResumptionUpdate")]
    _, second, *_ = seen.received("setup")
    assert second["sessionResumption"]["handle"] in given


def is_back(exchanges: list[Exchange]) -> bool:
    """Whether the client is connected a second time."""
    return any(each.connection == 2 and "setupComplete" in each.frame for each in exchanges)


@EACH
async def test_its_recipe_works_as_it_is_told(tmp_path: Path, client: Client) -> None:
    with emulating(tmp_path, *FASTER) as emulator:
        status = await run(client.command(environments(), client.recipe), emulator, tmp_path)
    assert status == 0, (tmp_path / "err").read_text(encoding="utf-8")[-3000:]
    assert "Paris" in (tmp_path / "out").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "client", [pytest.param(each, marks=needs(each), id=each.name) for each in CLIENTS if each.name in MOVED]
)
async def test_what_is_moved_away_from_works_as_its_page_shows(tmp_path: Path, client: Client) -> None:
    with emulating(tmp_path, "--persona", str(PERSONA), *FASTER) as emulator:
        status = await run(client.command(environments(), MOVED[client.name]), emulator, tmp_path)
    assert status == 0, (tmp_path / "err").read_text(encoding="utf-8")[-3000:]
    assert "It is foggy." in (tmp_path / "out").read_text(encoding="utf-8")
