"""``trio-live chat``, typed: what is shown, with whom it is held, and with whose agent."""

from __future__ import annotations

import functools
import io
from pathlib import Path

import pytest
import trio
from click.testing import CliRunner
from rich.console import Console
from trio.testing import MockClock

from tests.peer import builder, call, call_of, said, settled, text, tool_call, turn_complete
from tests.processes import TRIO_LIVE, finish
from trio_live import LiveHandle, events
from trio_live.cli._chat import MOMENT, WORDS_WITHIN, ToolsBeside, show_all
from trio_live.cli._commands import cli
from trio_live.cli._talking import TalkScreen

run = functools.partial(finish, *TRIO_LIVE)

AGENT = '''
from trio_live import Live

def find_slots(doctor: str, day: str) -> list[str]:
    """Free times of a doctor on a day."""
    return ["13:30", "15:30"]

live = (
    Live.builder().instruction("Book appointments.").tools(find_slots)
    .phase("welcome").instruction("Greet.").transition_with("day", lambda state: True, "at once").done()
    .phase("day").instruction("Find a day.").done()
    .initial_phase("welcome")
)
greeting = live.greeting("Greet the caller.")
'''
PERSONA = """
name = "desk"
[[rule]]
heard = { keywords = ["thursday"] }
call = { tool = "find_slots", args = { doctor = "Chen", day = "Thursday" } }
then = "There is {find_slots}."
[[rule]]
heard = { keywords = ["greet"] }
say = "The desk speaks."
[[default]]
say = "Yes?"
"""


def write_agent(folder: Path) -> tuple[str, str]:
    (folder / "my_agent.py").write_text(AGENT, encoding="utf-8")
    persona = folder / "desk.toml"
    persona.write_text(PERSONA, encoding="utf-8")
    return "my_agent:live", str(persona)


async def test_markup_and_escape_sequences_of_the_server_are_words() -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=200)
    async with call(builder()) as (session, peer):
        stream = session.events()
        async with stream:
            await peer.send(text("a[/x] \x1b]0;owned\x07\n\x1b[2Jb"), "no [/x] frame", turn_complete())
            await settled()
            await session.disconnect()
            await show_all(stream, TalkScreen(console, {events.Speaker.MODEL: ""}))
    shown = out.getvalue()
    assert r"a[/x] \x1b]0;owned\x07" in shown
    assert r"\x1b[2Jb" in shown
    assert "\x1b]0" not in shown
    assert "\x1b[2J" not in shown


def test_your_agent_talks_with_its_tools_and_its_phases(tmp_path: Path) -> None:
    agent, persona = write_agent(tmp_path)
    done = run("chat", agent, "--persona", persona, "--emulator", typed="On Thursday.\nHm.\n\n", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "no key is used: this is the emulator's desk" in done.stdout
    assert "[find_slots(doctor='Chen', day='Thursday') → " in done.stdout
    assert "There is 13:30" in done.stdout
    assert "[phase welcome → day: at once (guard at turn 0)]" in done.stdout
    assert done.stdout.index("There is") < done.stdout.index("Yes?")


def test_an_agent_that_greets_is_heard_first(tmp_path: Path) -> None:
    _, persona = write_agent(tmp_path)
    done = run("chat", "my_agent:greeting", "--persona", persona, "--emulator", typed="Hm.\n\n", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.index("The desk speaks.") < done.stdout.index("Yes?")


SLOW_AGENT = '''
import trio
from trio_live import Live

async def inspect_car(part: str) -> str:
    """Look at a part."""
    await trio.sleep(0.3)
    return "fine"

live = Live.builder().model("gemini-3.8-live").tools(inspect_car).tool_background("inspect_car")
'''
SLOW_PERSONA = """
name = "garage"
[[rule]]
heard = { keywords = ["brakes"] }
say = "Somebody looks at them."
call = { tool = "inspect_car", args = { part = "brakes" } }
then = "The workshop says: {inspect_car.result}"
[[default]]
say = "Yes?"
"""


def test_lines_that_are_piped_in_end_when_tools_in_the_background_have_been_spoken_of(tmp_path: Path) -> None:
    (tmp_path / "my_agent.py").write_text(SLOW_AGENT, encoding="utf-8")
    (tmp_path / "garage.toml").write_text(SLOW_PERSONA, encoding="utf-8")
    arguments = ("chat", "my_agent:live", "--persona", "garage.toml", "--emulator")
    done = run(*arguments, typed="My brakes.\nHm.\n", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.index("Yes?") < done.stdout.index("The workshop says: fine")
    assert "not waited for" not in done.stdout


async def watched(nursery: trio.Nursery, session: LiveHandle) -> ToolsBeside:
    beside = ToolsBeside(session)
    nursery.start_soon(beside.watch, session.events())
    await settled()
    return beside


async def slow() -> str:
    """Slow."""
    await trio.sleep(10)
    return "done"


async def took(beside: ToolsBeside) -> float:
    before = trio.current_time()
    await beside.wait_said()
    return trio.current_time() - before


async def test_a_talk_without_tools_is_over_at_once(autojump_clock: MockClock) -> None:
    async with call(builder()) as (session, _), trio.open_nursery() as nursery:
        assert await took(await watched(nursery, session)) == pytest.approx(MOMENT)
        nursery.cancel_scope.cancel()


@pytest.mark.parametrize("speaks", [True, False])
async def test_a_result_is_waited_for_and_then_what_the_model_says_of_it(
    speaks: bool,  # noqa: FBT001
    autojump_clock: MockClock,
) -> None:
    live = builder().tools(slow).tool_background("slow")
    async with call(live) as (session, peer), trio.open_nursery() as nursery:
        beside = await watched(nursery, session)
        await peer.send(tool_call(call_of("slow", "1")))
        await settled()
        await peer.send(said("It runs."), turn_complete())

        async def speak() -> None:
            await trio.sleep(11)
            await peer.send(said("It is done."), turn_complete())

        if speaks:
            nursery.start_soon(speak)
        assert await took(beside) == pytest.approx(11 + MOMENT if speaks else 10 + WORDS_WITHIN)
        nursery.cancel_scope.cancel()


async def test_nothing_is_waited_for_when_the_session_is_over(autojump_clock: MockClock) -> None:
    live = builder().tools(slow).tool_background("slow")
    async with call(live) as (session, peer), trio.open_nursery() as nursery:
        beside = await watched(nursery, session)
        await peer.send(tool_call(call_of("slow", "1")))
        await settled()
        await session.disconnect()
        assert await took(beside) <= MOMENT
        nursery.cancel_scope.cancel()


def test_what_is_chosen_on_the_line_beats_the_agent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from trio_live.cli._talking import Chat

    write_agent(tmp_path)
    monkeypatch.chdir(tmp_path)
    live = Chat(
        builder="my_agent.py:live", model="gemini-2.5-flash-native-audio-latest", instruction="Be brief."
    ).agent()
    assert live.spec.model == "gemini-2.5-flash-native-audio-latest"
    assert live.spec.control.standing_instruction == "Be brief."
    assert live.spec.setup.output_audio_transcription is not None, "or nobody would see a word"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere:live"], "'nowhere:live' cannot be found"),
        (["--persona", "nobody", "--emulator"], "nobody"),
    ],
)
def test_what_cannot_be_is_one_clear_line(arguments: list[str], words: str) -> None:
    result = CliRunner().invoke(cli, ["chat", *arguments])
    assert result.exit_code == 1
    assert words in result.output
    assert "Traceback" not in result.output


def test_a_persona_is_not_for_the_real_api(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEMINI_API_KEY", "k")
    result = CliRunner().invoke(cli, ["chat", "--persona", "parrot"])
    assert result.exit_code == 1
    assert "add --emulator" in result.output
