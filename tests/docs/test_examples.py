"""The programs in the documentation run, and the pages show the programs that run.

Most examples talk to whatever the environment names. Here that is an emulator in memory with a virtual clock, so that
a call of a minute takes a moment and always goes the same way. A few run as their reader runs them: a process of its
own, over a real socket.
"""

from __future__ import annotations

import os
import re
import runpy
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import pytest
import trio
from trio.testing import MockClock

from docs.make_includes import refreshed
from tests.docs.blocks import assert_shown
from tests.processes import finish
from trio_live import Live, LiveHandle
from trio_live._tasks import open_service_nursery
from trio_live.emulator import open_emulator, serve_transport
from trio_live.transport import memory_transport_pair

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLES = DOCS / "examples"
PAGES = sorted(DOCS.rglob("*.md"))

IN_MEMORY: Final = {
    "first_words.py": ["A consultation is sixty dollars"],
    "speak_and_listen.py": ["caller: Hello, this is Maria Lopez.", "desk: Hello Maria Lopez", "s of speech"],
    "with_a_function.py": ["[find_slots({'doctor': 'Chen', 'day': 'Thursday'})", "one thirty and three thirty"],
    "voice_agent.py": ["desk: (interrupted)", "three thirty. Your confirmation number is 4711", "and never heard"],
    "answer_calls.py": ["has just been taken'", "'confirmation_number': '4711'", "3 answers, all about Thursday"],
    "governed_call.py": ["[welcome -> day: ", "[day: None -> Thursday]", "[goodbye; Chen on Thursday]"],
    "typed_tools.py": [
        "{'output': ['14:15', '15:30']}",
        "on Thursday has just been taken",
        "'confirmation_number': '4711'",
    ],
    "guarded_tools.py": ["[find_slots: done]", "[May I book? {", "Your confirmation number is 4711"],
    "extract_facts.py": [
        "[Wish: {'doctor': 'Chen'}]",
        "[doctor stays: Ruiz was refused, existing value kept]",
        "[on to book]",
        "[Chen on Friday; extraction]",
    ],
    "interrupt.py": [
        "caller: mm-hm\n[volume 0.3]\n[volume 1]\ncaller: a whole sentence\n[volume 0.3]\n[silence: ",
        "[interrupted]\n[volume 1]\n[the user is silent]",
    ],
    "own_rule.py": ["[in a hurry]"],
    "answer_the_telephone.py": [
        "[Ann is on the line]",
        "[key 1]\n[key 0]\n[this side hung up; 2.",
    ],
    "keep_state.py": ["[turn 0: nothing yet]", "[turn 2: Friday with Doctor Chen]", "2 lookups"],
}
"""Example → what it prints, among other things."""

OVER_A_SOCKET: Final = {
    "text_agents.py": [
        "then:     Then all is well.",
        "together: ['There is a bright lamp.', 'Nobody can tell.']",
        "or else:  There is a bright lamp.",
        "[advisor({'request': 'Is there a lamp?'}) -> {'result': 'There is a bright lamp.'}]",
        "They say: There is a bright lamp. [tell]",
    ],
    "compositions.py": [
        "We are open until eight. {'caller': 'Ann', 'calls': 1}",
        "rejected: ('pii: holds a mail address',)",
        "S.counter': required and not known: name",
        "['Hello', 'Two lamps']",
        "for T.function",
        "use C.relevant(llm, query)",
    ],
    "background_tools.py": [
        "[inspect_car: {'status': 'running', 'tool': 'inspect_car'}]",
        "In the corner, help yourself.",
        "[still running: 1]",
        "I have word from the workshop: the brakes are fine",
    ],
    "go_away.py": ["[goAway: ", "[connection 2: RESUMED]", "A consultation is sixty dollars"],
    "asyncio_libraries.py": ["find_debts -> Ada owes nothing", "find_number -> Ada: 555"],
    "inside_asyncio.py": ["A consultation is sixty dollars, and most insurances pay for it."],
    "pure_core.py": ["with {'day': 'Friday'} the talk goes to ('booking', 0)", "at 10.0 s: True"],
    "first_words.py": ["A consultation is sixty dollars, and most insurances pay for it."],
    "persist_a_call.py": ["[hung up in appointment]", "[Maria Lopez again, after 1 turn, in appointment]"],
    "evaluate_a_talk.py": [
        "PASSED: books a table (3 of 3 expectations met, 3 of 3 goals reached, 4 exchanges",
        "✓ goal: book_table(time='eight') is called",
        "Agent: It is booked for eight.",
    ],
    "hand_over.py": [
        "reception: Luna, good evening.",
        "[reception -> billing]",
        "billing: This is billing. Which invoice?",
        "billing: Invoice 7 was paid on Monday.",
    ],
    "record_a_call.py": ["model: A consultation is sixty dollars"],
    "own_persona.py": ["sent: setup complete", "The library is open until eight.", "Shh."],
    "what_can_go_wrong.py": [
        "- api_key is empty",
        "- base_url is not an address",
        "The initial phase is 'nowhere', but there are no phases.",
        "ConnectError: 127.0.0.1:9 cannot be reached",
        "ConnectRejected with 1008: check the model name",
        "on_error: on_turn_complete: a mistake in on_turn_complete",
        "the session went on; errors of callbacks: {'on_turn_complete': 1}",
        "the session ended with ZeroDivisionError('a mistake in on_turn_complete')",
        "SessionClosed: the session is over: this side ended it",
    ],
}


RUN_ELSEWHERE: Final = {
    "mount_page.py": "test_servers.py",
    "moved_here.py": "test_moving.py, with the persona of what it replaces",
    "service.py": "test_servers.py",
    "trio_asyncio_library.py": "below, where there is a trio-asyncio",
    "web_server.py": "test_servers.py",
}
"""Example → where it is run."""


@asynccontextmanager
async def connect_in_memory(live: Live) -> AsyncGenerator[LiveHandle, None]:
    ours, theirs = memory_transport_pair()
    async with open_service_nursery("the example is over") as nursery:
        nursery.start_soon(serve_transport, theirs)
        async with live.connect_with_transport(ours) as session:
            yield session


def test_every_example_is_run_by_a_test() -> None:
    tests = {path.name for path in EXAMPLES.glob("test_*.py")}
    assert {path.name for path in EXAMPLES.glob("*.py")} == {*IN_MEMORY, *OVER_A_SOCKET, *RUN_ELSEWHERE, *tests}


@pytest.mark.parametrize("name", IN_MEMORY)
async def test_an_example_says_what_it_should(
    name: str,
    autojump_clock: MockClock,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(Live, "connect_from_env", connect_in_memory)
    monkeypatch.chdir(tmp_path)  # some write a file
    main: Callable[[], Awaitable[None]] = runpy.run_path(str(EXAMPLES / name))["main"]
    with trio.fail_after(600):
        await main()
    printed = capsys.readouterr().out
    for words in IN_MEMORY[name]:
        assert words in printed
    assert_shown(EXAMPLES / name, printed)


@pytest.mark.parametrize("name", OVER_A_SOCKET)
async def test_an_example_runs_as_its_reader_runs_it(name: str, tmp_path: Path) -> None:
    async with open_emulator(time_scale=20) as emulator:
        env = {**os.environ, "GEMINI_API_KEY": "any", "GOOGLE_GEMINI_BASE_URL": emulator.url}
        command = [sys.executable, "-W", "error", str(EXAMPLES / name)]
        with trio.fail_after(60):
            done = await trio.run_process(
                command,
                env=env,
                cwd=tmp_path,  # some write a file
                capture_stdout=True,
                capture_stderr=True,
                check=False,
            )
    assert done.returncode == 0, done.stderr.decode()
    for words in OVER_A_SOCKET[name]:
        assert words in done.stdout.decode()
    assert_shown(EXAMPLES / name, done.stdout.decode())


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="trio-asyncio 0.16 needs what Python 3.14 no longer has")
def test_a_library_in_an_event_loop_inside_of_trio_calls_back() -> None:
    done = finish(sys.executable, str(EXAMPLES / "trio_asyncio_library.py"))  # not -W error: it warns on 3.12 and 3.13
    assert done.returncode == 0, done.stderr
    assert_shown(EXAMPLES / "trio_asyncio_library.py", done.stdout)


def test_the_tests_among_the_examples_pass_without_a_configuration(tmp_path: Path) -> None:
    empty = tmp_path / "pytest.ini"
    empty.write_text("[pytest]\n", encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-c",
        str(empty),
        "-p",
        "no:cacheprovider",
        *map(str, EXAMPLES.glob("test_*.py")),
    ]
    done = finish(*command)
    assert done.returncode == 0, done.stdout
    assert re.search(r"\d+ passed", done.stdout)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(DOCS).as_posix())
def test_a_page_shows_the_examples_as_they_are(page: Path) -> None:
    assert page.read_text(encoding="utf-8") == refreshed(page), "run `python -m docs.make_includes`"
