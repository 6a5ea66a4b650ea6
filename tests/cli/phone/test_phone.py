"""``trio-live phone`` as a process: it answers, admits whom it should, and leaves well."""

from __future__ import annotations

import functools
import signal
from pathlib import Path

import pytest
import trio

from tests.processes import PLAIN, TRIO_LIVE, finish, first_lines, serve
from trio_live import ConfigError, ConnectRejected
from trio_live.cli._phone import NAMES, PhoneCommand
from trio_live.phone import AUDIOSOCKET, DIALECTS, TWILIO, twilio_signature
from trio_live.testing.phone import open_phone_over_socket

run = functools.partial(finish, *TRIO_LIVE, "phone")
URL = "wss://example.com/calls"


async def test_the_front_desk_answers_and_a_signal_lets_the_caller_finish() -> None:
    with serve(*TRIO_LIVE, "phone", "audiosocket", "--port", "0", "--emulator") as process, trio.fail_after(60):
        address, _ = await trio.to_thread.run_sync(first_lines, process)
        async with open_phone_over_socket(address, AUDIOSOCKET) as phone:
            await phone.wait_heard(0.5)
            process.send_signal(signal.SIGTERM)
            await phone.wait_heard(1.5)
            await phone.hang_up()
        assert await trio.to_thread.run_sync(process.wait) == 0


async def test_an_agent_of_ones_own_answers_signed_calls_only(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(
        "from trio_live import Live\nlive = Live.builder().greeting('Say hello.')\n", encoding="utf-8"
    )
    (tmp_path / "desk.toml").write_text('name = "desk"\n[[default]]\nsay = "Good morning to you."', encoding="utf-8")
    env = {**PLAIN, "PYTHONPATH": str(tmp_path), "TRIO_LIVE_PHONE_SECRET": "token"}
    command = (*TRIO_LIVE, "phone", "twilio", "own:live", "--port", "0", "--url", URL, "--emulator")
    persona = ("--persona", str(tmp_path / "desk.toml"))
    with serve(*command, *persona, env=env) as process, trio.fail_after(60):
        address, _ = await trio.to_thread.run_sync(first_lines, process)
        assert process.stderr is not None
        assert await trio.to_thread.run_sync(process.stderr.readline) == "this is the emulator's desk\n"
        with pytest.raises(ConnectRejected, match="no X-Twilio-Signature"):
            async with open_phone_over_socket(address, TWILIO):
                pass
        signed = {"X-Twilio-Signature": twilio_signature("token", URL)}
        async with open_phone_over_socket(address, TWILIO, headers=signed) as phone:
            await phone.wait_heard(0.5)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("twilio", "--host", "0.0.0.0"), "anybody could call 0.0.0.0: give admission=TwilioSignature"),  # noqa: S104
        (("twilio", "--secret", "token"), "'' is no URL of a stream"),
        (("audiosocket", "--secret", "x"), "--secret is of no use: audiosocket has no way to tell it"),
        (("plivo", "nobody:agent"), "'nobody:agent' cannot be found"),
        (("audiosocket", "--persona", "nobody"), "there is no persona 'nobody'"),
    ],
    ids=["anybody", "no URL", "no use", "no agent", "no persona"],
)
def test_what_cannot_work_is_told_in_a_line(arguments: tuple[str, ...], words: str) -> None:
    ended = run(*arguments, "--port", "0", "--emulator")
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1].startswith("Error: ")
    assert words in ended.stderr
    assert ended.stdout == ""


def test_every_dialect_has_a_name_and_a_secret_its_admission() -> None:
    assert {dialect for dialect, _ in NAMES.values()} == set(DIALECTS)
    secrets = {"plivo": "/calls/0123456789abcdef"}
    for name, (dialect, _) in NAMES.items():
        command = PhoneCommand(
            dialect=name,
            builder=None,
            host="127.0.0.1",
            port=0,
            secret=secrets.get(name, "secret"),
            url=URL,
            grace=1,
            force_emulator=True,
        )
        if dialect.admission is None:
            with pytest.raises(ConfigError):
                command.admission()
        else:
            assert type(command.admission()).__name__ == dialect.admission
