"""``trio-live chat``, typed: what is shown, with whom it is held, and with whose agent."""

from __future__ import annotations

import functools
import io
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console

from tests.peer import builder, call, settled, text, turn_complete
from tests.processes import TRIO_LIVE, finish
from trio_live import events
from trio_live.cli._chat import show_all
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
