"""The command, run as its user runs it: a process of its own."""

from __future__ import annotations

import functools
import json
import re
import signal
import socket
import tempfile
import time
import wave
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.evaluation.desk import PERSONA_TEXT
from tests.processes import DEAF, PLAIN, TRIO_LIVE, finish, finish_code, first_lines, serve
from trio_live.cli._demo import folder_for

run = functools.partial(finish, *TRIO_LIVE)
SERVE = (*TRIO_LIVE, "emulator", "--port", "0")


def test_demo_without_a_directory_overwrites_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "trio-live-demo.wav").write_text("somebody's")
    folders = [folder_for(None), folder_for(None)]
    assert len(set(folders)) == 2
    assert all(folder.is_dir() and folder.parent == tmp_path and not [*folder.iterdir()] for folder in folders)
    assert folder_for(tmp_path / "call") == tmp_path / "call"


def test_demo_holds_the_whole_call(tmp_path: Path) -> None:
    done = run("demo", "--fast", "--save", str(tmp_path / "call"))
    assert done.returncode == 0, done.stderr
    assert "the caller interrupts" in done.stdout
    figures = json.loads((tmp_path / "call/figures.json").read_text())
    assert figures["turns"] == 6
    assert figures["phases"] == "welcome → day → time → farewell"
    assert "the model is reminded: Still missing: time" in " ".join(done.stdout.split())
    assert figures["function calls"] == 3
    assert "sent to Maria Lopez" in done.stdout, "the tool in the background did not run"
    assert figures["interruptions"] == 1
    assert figures["spoken over without one"] == 1
    assert "the desk goes on" in " ".join(done.stdout.split())
    transcript = (tmp_path / "call/transcript.txt").read_text()
    assert "Maria Lopez" in transcript
    assert "4711" in transcript
    (cut,) = [line for line in transcript.splitlines() if line.endswith(" —")]
    heard, whole = (
        cut.partition("desk")[2].strip(" —"),
        "Let me see what Doctor Chen has for Thursday. I have these times free:",
    )
    assert whole.startswith(heard[: len(whole)]), "only what was heard"
    assert "Which of these times" not in transcript
    picture = (tmp_path / "call/call.svg").read_text()
    assert picture.count('class="turn"') == 6
    assert picture.count('class="tool"') == 3
    assert len(ET.fromstring(picture)) > 20  # noqa: S314  # our own
    (at,) = [(float(x) - 96) / 24 for x in re.findall(r'class="mark" x1="([\d.]+)"', picture)]
    with wave.open(str(tmp_path / "call/call.wav")) as audio:
        assert (audio.getnchannels(), audio.getframerate()) == (2, 24_000)
        assert audio.getnframes() > 30 * 24_000
        both = audio.readframes(audio.getnframes())
    desk = both[2::4]  # half of each sample will do
    after, before = (
        slice(int((at + begins) * 24_000), int((at + ends) * 24_000)) for begins, ends in ((0.03, 0.8), (-3.0, 0))
    )
    assert not any(desk[after]), "the desk stops within a frame of 20 ms"
    assert any(desk[before])
    assert any(both[0::4][after]), "while the caller goes on"


def test_demo_that_cannot_keep_its_call_says_so_before_it_begins(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = run("demo", "--fast", "--save", str(tmp_path / "file" / "call"))
    assert done.returncode == 1
    assert done.stdout == ""
    assert str(tmp_path / "file" / "call") in done.stderr


def test_demo_that_is_given_up_keeps_what_there_is(tmp_path: Path) -> None:
    with serve(*TRIO_LIVE, "demo", "--save", str(tmp_path / "call")) as demo:
        assert demo.stdout is not None
        while "caller" not in demo.stdout.readline():
            pass
        demo.send_signal(signal.SIGINT)
        told, errors = demo.communicate(timeout=30)
    assert demo.returncode == 128 + signal.SIGINT
    assert "Traceback" not in errors
    assert "what there is of the call is in" in " ".join(told.split())
    assert {file.name for file in (tmp_path / "call").iterdir()} == {
        "call.wav", "call.svg", "transcript.txt", "figures.json",
    }  # fmt: skip
    with wave.open(str(tmp_path / "call/call.wav")) as audio:
        assert audio.getnframes() > 24_000 / 2
    assert "caller  Hello," in (tmp_path / "call/transcript.txt").read_text()


@pytest.mark.parametrize("command", [(), ("demo",), ("emulator",), ("chat",)])
def test_help_says_what_a_command_does(command: tuple[str, ...]) -> None:
    done = run(*command, "--help")
    assert done.returncode == 0
    assert "Usage: trio-live" in done.stdout
    assert len(done.stdout.splitlines()) > 5


@pytest.mark.parametrize("group", [(), ("emulator",)])
def test_the_list_of_commands_says_each_in_a_whole_sentence(group: tuple[str, ...]) -> None:
    listed = run(*group, "--help").stdout.partition("Commands:\n")[2].splitlines()
    assert listed
    assert all(line.endswith(".") and not line.endswith("...") for line in listed), listed


def test_chat_talks_to_the_emulator_without_a_key() -> None:
    done = run("chat", typed="What is the capital of France?\n\n")
    assert done.returncode == 0, done.stderr
    assert "Paris" in done.stdout


def test_chat_ends_at_the_end_of_input() -> None:
    assert run("chat", typed="").returncode == 0


def test_emulator_prints_its_address_first_and_serves() -> None:
    with serve(*SERVE) as server:
        address, _ = first_lines(server)
        assert address.startswith("ws://127.0.0.1:")
        talk = run("chat", typed="hello\n\n", env={**PLAIN, "GEMINI_API_KEY": "k", "GOOGLE_GEMINI_BASE_URL": address})
        assert talk.returncode == 0, talk.stderr
        assert "Harbour Clinic" in talk.stdout


@pytest.mark.parametrize("inherited", [(), DEAF], ids=["as usual", "interrupts ignored"])
@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_a_command_leaves_quietly_when_told_to_whatever_it_inherited(
    told: signal.Signals, inherited: tuple[str, ...]
) -> None:
    with serve(*inherited, *SERVE) as server:
        first_lines(server)
        server.send_signal(told)
        _, errors = server.communicate(timeout=30)
    assert server.returncode == 128 + told
    assert "Traceback" not in errors
    assert "Warning" not in errors


@pytest.mark.parametrize("inherited", [(), DEAF], ids=["as usual", "interrupts ignored"])
@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_a_call_is_ended_in_order_in_the_middle_of_it(told: signal.Signals, inherited: tuple[str, ...]) -> None:
    with serve(*inherited, *TRIO_LIVE, "demo") as call:
        first_lines(call)
        time.sleep(1)  # somewhere in the call
        call.send_signal(told)
        _, errors = call.communicate(timeout=30)
    assert call.returncode == 128 + told
    assert "Traceback" not in errors


def test_a_persona_that_does_not_exist_is_named() -> None:
    done = run("emulator", "--port", "0", "--persona", "nobody")
    assert done.returncode == 1
    assert "nobody" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unreachable_server_is_one_clear_line() -> None:
    env = {**PLAIN, "GEMINI_API_KEY": "k", "GOOGLE_GEMINI_BASE_URL": "ws://127.0.0.1:9"}
    done = run("chat", typed="hi\n", env=env)
    assert done.returncode == 1
    assert "127.0.0.1:9 cannot be reached" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_extra_says_what_to_install() -> None:
    code = "import sys; sys.modules['click'] = None; from trio_live.cli import main; main()"
    done = finish_code(code)
    assert done.returncode == 1
    assert "pip install 'trio-live[cli]'" in done.stderr


def test_a_persona_is_checked_with_the_line_of_each_mistake(tmp_path: Path) -> None:
    file = tmp_path / "odd.toml"
    file.write_text('name = "odd"\nnonsense = 1\n', encoding="utf-8")
    done = run("emulator", "check", str(file))
    assert done.returncode == 1
    assert "odd.toml:2" in done.stderr
    fine = tmp_path / "fine.toml"
    fine.write_text('name = "fine"\n[[default]]\nsay = "Yes."\n', encoding="utf-8")
    assert run("emulator", "check", str(fine)).returncode == 0


def test_a_bundled_persona_is_checked_by_its_name() -> None:
    assert "front_desk is fine" in run("emulator", "check", "front_desk").stdout
    unknown = run("emulator", "check", "nobody")
    assert unknown.returncode == 1
    assert "front_desk" in unknown.stderr


@pytest.mark.parametrize("port", ["99999", "-5"])
def test_a_port_that_cannot_be_is_refused(port: str) -> None:
    done = run("emulator", "--port", port)
    assert done.returncode == 2
    assert "0<=x<=65535" in done.stderr


def test_a_port_that_is_taken_is_told_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run("emulator", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert "taken" in done.stderr
    assert "--port 0" in done.stderr


def test_an_address_that_others_can_reach_must_be_wanted_and_locked() -> None:
    done = run("emulator", "--host", "0.0.0.0", "--port", "0")  # noqa: S104  # refused, which is the point
    assert done.returncode == 1
    assert "--expose and --key" in done.stderr


def test_a_fault_that_does_not_exist_is_named() -> None:
    done = run("emulator", "--port", "0", "--fault", "earthquake")
    assert done.returncode == 1
    assert "earthquake" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_secure_emulator_says_how_to_trust_it_and_keeps_a_record(tmp_path: Path) -> None:
    record = tmp_path / "record.jsonl"
    with serve(*SERVE, "--tls", "--record", str(record)) as server:
        address, (told,) = first_lines(server, errors=1)
        assert address.startswith("wss://")
        trust = told.rpartition("SSL_CERT_FILE=")[2]
        env = {**PLAIN, "GEMINI_API_KEY": "k", "GOOGLE_GEMINI_BASE_URL": address, "SSL_CERT_FILE": trust}
        talk = run("chat", typed="hello\n\n", env=env)
        assert talk.returncode == 0, talk.stderr
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=30)
    assert not Path(trust).exists()
    kept = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
    assert {entry["direction"] for entry in kept} >= {"received", "sent"}
    frames = [(entry["direction"], entry["frame"]) for entry in kept if entry["frame"] is not None]
    assert [list(frame) for _, frame in frames[:2]] == [["setup"], ["setupComplete"]]
    assert any("inlineData" in str(frame) for direction, frame in frames if direction == "sent")
    assert record.stat().st_mode & 0o077 == 0, "voices are in it"


def test_what_a_shell_exports_leads_clients_to_an_emulator_that_starts_later(tmp_path: Path) -> None:
    keep = tmp_path / "my tls"
    done = run("emulator", "--port", "8443", "--tls-dir", str(keep), "--print-env")
    assert done.returncode == 0, done.stderr
    trust = keep / "authority.pem"
    assert done.stdout.splitlines() == [
        "export GOOGLE_GEMINI_BASE_URL=https://127.0.0.1:8443",
        "export GOOGLE_VERTEX_BASE_URL=https://127.0.0.1:8443",
        f"export SSL_CERT_FILE='{trust}'",
        f"export NODE_EXTRA_CA_CERTS='{trust}'",
    ]
    kept = trust.read_bytes()
    assert (keep / "authority.key").stat().st_mode & 0o077 == 0
    with serve(*SERVE, "--tls-dir", str(keep)) as server:
        address, _ = first_lines(server, errors=1)
        env = {**PLAIN, "GEMINI_API_KEY": "k", "GOOGLE_GEMINI_BASE_URL": address, "SSL_CERT_FILE": str(trust)}
        talk = run("chat", typed="hello\n\n", env=env)
        assert talk.returncode == 0, talk.stderr
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=30)
    assert trust.read_bytes() == kept


def test_what_would_change_at_the_next_start_is_not_exported() -> None:
    assert "--port 0" in run("emulator", "--port", "0", "--print-env").stderr
    assert "--tls-dir" in run("emulator", "--tls", "--print-env").stderr
    plain = run("emulator", "--print-env")
    assert plain.stdout.splitlines()[0] == "export GOOGLE_GEMINI_BASE_URL=http://127.0.0.1:8080"


def test_the_lifetime_of_connections_alone_can_be_short() -> None:
    with serve(*SERVE, "--lifetime", "0.5") as server:
        address, _ = first_lines(server)
        env = {**PLAIN, "GEMINI_API_KEY": "k", "GOOGLE_GEMINI_BASE_URL": address}
        run("chat", typed="hello\n\n", env=env)
        server.send_signal(signal.SIGINT)
        _, log = server.communicate(timeout=30)
    assert "goAway in 0.5 s" in log


def test_phases_of_a_builder_are_drawn(tmp_path: Path) -> None:
    (tmp_path / "my_agent.py").write_text(
        "from trio_live import Live\n"
        "live = (Live.builder().phase('a').instruction('A.').transition('b', bool).done()"
        ".phase('b').instruction('B.').terminal().done().initial_phase('a'))\n",
        encoding="utf-8",
    )
    done = run("phases", "my_agent:live", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "stateDiagram-v2" in done.stdout
    said = run("phases", "--say", "my_agent:live", cwd=tmp_path)
    assert said.returncode == 0, said.stderr
    assert "a (the talk begins here)\n  system instruction:\n    A.\n" in said.stdout
    assert (done.stderr, said.stderr) == ("", "")
    assert run("phases", "nowhere:live").returncode == 1
    assert "module:attribute" in run("phases", "nothing").stderr


def test_what_is_odd_about_phases_is_told_beside_their_picture(tmp_path: Path) -> None:
    (tmp_path / "my_agent.py").write_text(
        "from trio_live import Live\n"
        "odd = (Live.builder().phase('a').instruction('A.').done()"
        ".phase('b').instruction('B.').done().initial_phase('a'))\n"
        "wrong = odd.phase('c').instruction('C.').tools(['nope']).done()\n",
        encoding="utf-8",
    )
    odd = run("phases", "my_agent:odd", cwd=tmp_path)
    assert odd.returncode == 0
    assert odd.stdout.startswith("stateDiagram-v2"), "what is piped on is the picture alone"
    assert odd.stderr.startswith("Warning: No transitions lead from 'a', where the talk begins, to the phase 'b'")
    wrong = run("phases", "--say", "my_agent:wrong", cwd=tmp_path)
    assert wrong.returncode == 1, "it could not be connected"
    assert "a (the talk begins here)" in wrong.stdout
    assert "Error: Phase 'c' enables the tool 'nope', which is not declared" in wrong.stderr


def test_a_persona_is_held_against_an_agent(tmp_path: Path) -> None:
    (tmp_path / "my_agent.py").write_text(
        "from trio_live import Live\n"
        "def book(day: str) -> str:\n    'Book.'\n    return day\n"
        "live = Live.builder().model('m').tools(book)\n",
        encoding="utf-8",
    )
    persona = tmp_path / "desk.toml"
    rule = 'name = "desk"\n[[rule]]\nheard = { any = true }\n'
    persona.write_text(f'{rule}call = {{ tool = "book", args = {{ day = "x" }} }}', encoding="utf-8")
    fits = run("emulator", "check", "desk.toml", "--against", "my_agent:live", cwd=tmp_path)
    assert (fits.returncode, fits.stdout) == (0, "desk.toml: desk is fine, and fits my_agent:live\n"), fits.stderr
    persona.write_text(f'{rule}call = {{ tool = "book", args = {{ date = "x" }} }}', encoding="utf-8")
    (tmp_path / "kept.json").write_text(run("contract", "my_agent:live", cwd=tmp_path).stdout, encoding="utf-8")
    for agent in ("my_agent:live", "kept.json"):
        wrong = run("emulator", "check", "desk.toml", "--against", agent, cwd=tmp_path)
        assert wrong.returncode == 1
        assert wrong.stderr.splitlines() == [
            "desk.toml:4: rule[1].call.args.date does not fit 'book': date is not known; the function takes day",
            "desk.toml:4: rule[1].call.args does not fit 'book': day is missing",
        ]
    assert "cannot be found" in run("emulator", "check", "desk.toml", "--against", "nowhere:live", cwd=tmp_path).stderr


def test_a_contract_is_printed_and_compared(tmp_path: Path) -> None:
    (tmp_path / "my_agent.py").write_text(
        "from trio_live import Live\nlive = Live.builder().model('m')\nother = live.model('n').google_search()\n",
        encoding="utf-8",
    )
    printed = run("contract", "my_agent:live", cwd=tmp_path)
    assert printed.returncode == 0, printed.stderr
    assert '"model": "m"' in printed.stdout
    (tmp_path / "kept.json").write_text(printed.stdout, encoding="utf-8")
    same = run("contract", "kept.json", "--diff", "my_agent:live", cwd=tmp_path)
    assert (same.returncode, same.stdout) == (0, "")
    changed = run("contract", "kept.json", "--diff", "my_agent:other", cwd=tmp_path)
    assert changed.returncode == 1
    assert [line[:20] for line in changed.stdout.splitlines()] == ['~ model: "m" → "n"', "+ tools[google_searc"]
    assert "no contract" in run("contract", "my_agent.json", "--diff", "my_agent:live", cwd=_with(tmp_path)).stderr


def _with(folder: Path) -> Path:
    (folder / "my_agent.json").write_text("{}", encoding="utf-8")
    return folder


def evaluation_in(folder: Path, **changes: str) -> Path:
    """A file of an evaluation, its agent and its persona, in a folder of their own."""
    (folder / "desk.toml").write_text(PERSONA_TEXT, encoding="utf-8")
    expected = changes.get("expect", 'called = "book"')
    file = folder / "talk.toml"
    file.write_text(
        f'agent = "tests.evaluation.desk:live"\npersona = "desk.toml"\n[[goal]]\nsays = "At eight."\n[[expect]]\n{expected}\n',
        encoding="utf-8",
    )
    return file


@pytest.mark.parametrize(
    ("expect", "options", "code", "words"),
    [
        ('called = "book"', (), 0, "PASSED: talk (1 of 1 expectations met"),
        ('called = "book"', ("--markdown",), 0, "| ✓ | book() is called |"),
        ('never_called = "book"', (), 1, "FAILED: talk (0 of 1 expectations met"),
    ],
)
def test_evaluate_prints_what_came_of_a_talk(
    tmp_path: Path, expect: str, options: tuple[str, ...], code: int, words: str
) -> None:
    done = run("evaluate", str(evaluation_in(tmp_path, expect=expect)), *options)
    assert done.returncode == code, done.stderr
    assert words in done.stdout


def test_evaluate_says_when_it_needs_a_model(tmp_path: Path) -> None:
    done = run("evaluate", str(evaluation_in(tmp_path, expect='judged = "Kind."')))
    assert done.returncode == 1
    assert "name one with --model" in done.stderr
