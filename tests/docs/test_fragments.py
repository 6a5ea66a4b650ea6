"""Every piece of Python on a page runs, in its order, with the names around it that a reader would have.

Whole programs are files that other tests run. The rest are fragments: this file puts an agent, a session with an emulator
and a few names of the reader's own around those of a page, and executes them one after the other.
"""

from __future__ import annotations

import ast
import inspect
import re
import shutil
import ssl
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from types import CodeType
from typing import Any, Final

import attrs
import pytest
import trio
import trustme
from hypothesis import strategies as st

import trio_live
from docs.make_includes import MARKED
from tests.docs.blocks import LANGUAGES, PAGES, Block, blocks, keep_call, name_of
from trio_live import CallbackMode, FunctionCall, FunctionDeclaration, FunctionResponse, Live, LiveHandle, State
from trio_live.draining import open_drain
from trio_live.emulator import Emulator, Persona, open_emulator, parse_persona
from trio_live.live import endpoint_from_env
from trio_live.llm import GeminiLlm, LlmRequest, TokenTerms
from trio_live.telemetry import TokenPrices
from trio_live.testing.strategies import check_phases

Names = dict[str, Any]

SPEECH: Final = Path(trio_live.__file__).parent / "cli" / "calls" / "hello.wav"
PROGRAMS: Final = {
    "README.md": "test_readme.py runs those that are whole",
    "how-to/personas.md": "test_personas_page.py puts its file together and runs its program",
}
"""Page → who runs the whole programs on it."""


# -- what a reader has ----------------------------------------------------------------------------------------------------


def nothing(*_: object) -> None:
    """For whatever a program would do there."""


async def nothing_async(*_: object) -> None:
    """The same, awaited."""
    await trio.lowlevel.checkpoint()


async def found(*_: object) -> dict[str, str]:
    await trio.lowlevel.checkpoint()
    return {"found": "a lamp"}


async def give_token(_: str) -> str:
    await trio.lowlevel.checkpoint()
    return "any"


async def answer_one(call: FunctionCall, _: State) -> FunctionResponse:
    await trio.lowlevel.checkpoint()
    return FunctionResponse.of(call, {"ok": True})


class Speaker:
    """A player that keeps what it is given."""

    def __init__(self) -> None:
        self.played = bytearray()
        self.play = self.played.extend

    async def flush(self) -> None:
        await trio.lowlevel.checkpoint()
        self.played.clear()


async def say_something() -> AsyncGenerator[bytes, None]:
    """A microphone that is soon switched off."""
    for _ in range(5):
        await trio.lowlevel.checkpoint()
        yield bytes(640)


async def find_slots(doctor: str, day: str) -> list[str]:
    """Free times of a doctor on a day."""
    await trio.lowlevel.checkpoint()
    return [f"{doctor} {day}"]


def restaurant() -> Live:
    """An agent with a phase and a function."""
    live = Live.builder().tools(book).phase("ask").instruction("Ask.").needs(["guests"])
    live_ = live.transition("seat", lambda state: state.is_known("guests")).done()
    return live_.phase("seat").instruction("Seat them.").terminal().done().initial_phase("ask")


async def book(guests: int) -> int:
    """Book a table."""
    await trio.lowlevel.checkpoint()
    return guests


def common() -> Names:
    """Names that pages use without saying where they come from: everything public, and some of the reader's own."""
    public = {name: getattr(trio_live, name) for name in trio_live.__all__}
    return {
        **public,
        "trio": trio,
        "st": st,
        "Sequence": Sequence,
        "dataclass": attrs.define,
        "GeminiLlm": GeminiLlm,
        "LlmRequest": LlmRequest,
        "TokenTerms": TokenTerms,
        "TokenPrices": TokenPrices,
        "endpoint_from_env": endpoint_from_env,
        "check_phases": check_phases,
        "CallbackMode": CallbackMode,
        "live": Live.builder().model("gemini-3.8-live").transcription(),
        "api_key": "any",
        "key": "any",
        "token": "any",
        "access_token": "any",
        "show": nothing,
        "offer_to_send_again": nothing,
        "sees_somebody": bool,
        "save_transcript": nothing_async,
        "carry": nothing_async,
        "ask_our_server": give_token,
        "look_everywhere": found,
        "answer_one": answer_one,
        "find_slots": find_slots,
        "book_appointment": book,
        "speaker": Speaker(),
        "microphone": say_something(),
        "declaration": lambda name: FunctionDeclaration(name=name),
    }


# -- what a page needs besides ----------------------------------------------------------------------------------------


@attrs.frozen
class Setting:
    """What is particular about a page."""

    replaced: dict[str, str] = attrs.field(factory=dict)
    """Words of its fragments that name a place on the reader's machine → what is there instead."""
    names: Callable[[], Names] = dict
    persona: Persona | None = None
    meanwhile: Callable[[Names, LiveHandle], Any] | None = None
    """Async: what happens beside the fragments."""
    checks: Callable[[Names], Any] | None = None
    """Async: uses what the page has defined."""


async def check_tools(names: Names) -> None:
    """The last `answer` of the page starts a search and says that it runs."""
    sent: list[Sequence[FunctionResponse]] = []

    class Session:
        async def send_tool_response(self, responses: Sequence[FunctionResponse]) -> None:
            await trio.lowlevel.checkpoint()
            sent.append(responses)

    call = FunctionCall(id="1", name="search", args={})
    async with trio.open_nursery() as nursery:
        names |= {"nursery": nursery, "session": Session()}
        (running,) = await names["answer"]([call], State())
    assert running.will_continue
    assert sent[0][0].response == {"found": "a lamp"}
    assert len(names["answers"]) == 1, "the operator was asked"


async def check_typed_tools(names: Names) -> None:
    tools = names["live"].describe_contract().tools
    assert {tool.name for tool in tools} == {"end_call", "hand_over"}
    assert inspect.isasyncgenfunction(names["watch_the_door"].function)


async def begin_drain(names: Names, _: LiveHandle) -> None:
    """The signal comes when the server is there."""
    while "drain" not in names:  # noqa: ASYNC110  # a fragment sets no event
        await trio.sleep(0.01)
    await trio.sleep(0.1)
    names["drain"].start()


async def end_soon(_: Names, session: LiveHandle) -> None:
    await trio.sleep(0.2)
    await session.disconnect()


SETTINGS: Final = {
    "explanation/cancellation.md": Setting(replaced={"60": "0.3"}),
    "how-to/answer-the-telephone.md": Setting(
        replaced={"8080": "0"},
        names=lambda: {"answer": nothing_async, "AUTH_TOKEN": "any", "open_drain": open_drain},
    ),
    "how-to/connect.md": Setting(
        replaced={
            "live.example.internal": "localhost:{tls_port}",
            "ws://127.0.0.1:8080": "{url}",
            'quota_project="who-pays"': 'quota_project="who-pays", base_url="{url}"',
        }
    ),
    "how-to/leave-well.md": Setting(replaced={"8080": "0"}, meanwhile=begin_drain, names=lambda: {"gateway": None}),
    "how-to/property-test-phases.md": Setting(
        names=lambda: {"live": restaurant(), "WRITES": {"guests": st.integers(1, 20)}}
    ),
    "how-to/reconnect.md": Setting(meanwhile=end_soon),
    "how-to/tools.md": Setting(
        names=lambda: {"ask_the_operator": found},
        persona=parse_persona(
            """
            name = "transfer"
            greeting = { when = "connected", call = { tool = "transfer_call" }, then = "Done." }
            [[default]]
            say = "Yes?"
            """
        ),
        checks=check_tools,
    ),
    "how-to/typed-tools.md": Setting(checks=check_typed_tools),
}
ENDLESS: Final = {"how-to/answer-the-telephone.md": 1.0, "how-to/tools.md": 2.0}
"""Page → for how many seconds its fragments are watched; they go on until their session ends."""
WITHOUT_TRIO: Final = ("how-to/property-test-phases.md",)
"""Their fragments run Trio by themselves."""

FRAGMENTS: Final = [block for block in blocks("python") if not (block.page in PROGRAMS and "trio.run(" in block.text)]
BY_PAGE: Final = {page: [each for each in FRAGMENTS if each.page == page] for page in {each.page for each in FRAGMENTS}}


def compiled(block: Block, words: dict[str, str]) -> CodeType:
    text = block.text
    for old, new in words.items():
        assert old in "".join(each.text for each in BY_PAGE[block.page]), f"{block.page} no longer says {old!r}"
        text = text.replace(old, new)
    code: CodeType = compile(text, block.page, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    return code


async def perform(code: CodeType, names: Names) -> None:
    """Execute a fragment; one that awaits is awaited."""
    try:
        waiting = eval(code, names)  # noqa: S307  # that is the test
        if code.co_flags & inspect.CO_COROUTINE:
            await waiting
    except NameError as missing:
        missing.add_note("a name that only the reader has belongs to `common` here, or to the page's row of `SETTINGS`")
        raise


@asynccontextmanager
async def open_private_emulator(folder: Path) -> AsyncGenerator[Emulator, None]:
    """One whose certificate an authority of its own has signed, which is kept in the folder."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "our-authority.pem"))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    async with open_emulator(ssl_context=context) as emulator:
        yield emulator


@pytest.mark.parametrize("page", sorted(set(BY_PAGE) - {*WITHOUT_TRIO}))
async def test_the_fragments_of_a_page_run(page: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    setting = SETTINGS.get(page, Setting())
    monkeypatch.chdir(tmp_path)
    shutil.copy(SPEECH, tmp_path / "said.wav")
    await keep_call(tmp_path)
    async with (
        open_emulator(setting.persona, pace=None, realtime_playback=False) as emulator,
        open_private_emulator(tmp_path) if "tls_port" in str(setting.replaced) else nullcontext(emulator) as private,
    ):
        for variable in ("GOOGLE_GEMINI_BASE_URL", "GOOGLE_VERTEX_BASE_URL"):
            monkeypatch.setenv(variable, emulator.url)
        monkeypatch.setenv("GEMINI_API_KEY", "any")
        names = {**common(), **setting.names()}
        place = {"url": emulator.url, "tls_port": private.port}
        words = {old: new.format(**place) for old, new in setting.replaced.items()}
        async with names["live"].connect_from_env() as session, session.events() as stream:
            names |= {"session": session, "stream": stream}
            async with trio.open_nursery() as nursery:
                if setting.meanwhile is not None:
                    nursery.start_soon(setting.meanwhile, names, session)
                for block in BY_PAGE[page]:
                    with trio.move_on_after(ENDLESS.get(page, 20)) as scope:
                        await perform(compiled(block, words), names)
                    assert not scope.cancelled_caught or page in ENDLESS, f"{block.name} does not end"
        if setting.checks is not None:
            await setting.checks(names)


@pytest.mark.parametrize("page", WITHOUT_TRIO)
def test_the_fragments_of_a_page_run_without_trio_around_them(page: str) -> None:
    names = {**common(), **SETTINGS[page].names()}
    for block in BY_PAGE[page]:
        exec(compiled(block, {}), names)  # noqa: S102  # that is the test


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_whole_program_is_a_file_of_its_own(page: Path) -> None:
    rest = MARKED.sub("", page.read_text(encoding="utf-8"))
    assert "<!-- example:" not in rest, "a marker stands before no block that can be included"
    programs = [text for text in re.findall(r"```python\n(.*?)```", rest, re.DOTALL) if "trio.run(" in text]
    assert not programs or name_of(page) in PROGRAMS


def test_every_block_is_somebodys_affair() -> None:
    for page in PAGES:
        for language in re.findall(
            r"^```([\w-]*)\n.*?^```$", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
        ):
            assert language in LANGUAGES, f"{name_of(page)} has a block of {language!r}, which no test looks at"
