"""``trio-live doctor``, as a process and as a table."""

from __future__ import annotations

import functools
import io
import json
import socket

from rich.console import Console

from tests.processes import PLAIN, TRIO_LIVE, finish, first_lines, serve
from trio_live.cli._doctor._findings import Finding, Status
from trio_live.cli._doctor._run import show

run = functools.partial(finish, *TRIO_LIVE)
KEY = "AIza-secret-of-somebody"


def test_with_a_server_it_says_so_and_shows_no_key() -> None:
    with serve(*TRIO_LIVE, "emulator", "--port", "0") as server:
        address, _ = first_lines(server)
        env = {**PLAIN, "GEMINI_API_KEY": KEY, "GOOGLE_GEMINI_BASE_URL": address}
        done = run("doctor", "--json", env=env)
    assert done.returncode == 0, done.stdout + done.stderr
    found = {row["what"]: row for row in json.loads(done.stdout)}
    assert found["credential"]["status"] == "ok"
    assert found["address"]["status"] == "warning", "calls do not go to Google"
    assert found["server"]["found"].startswith("127.0.0.1 answers in ")
    assert found["loopback"]["status"] == "ok"
    assert {"Python", "trio-live", "dependencies", "extra audio", "clock", "timer", "sound"} <= found.keys()
    assert KEY not in done.stdout + done.stderr


def test_a_server_that_is_away_is_a_problem_for_who_has_a_key_and_takes_no_longer_than_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        address = f"ws://127.0.0.1:{deaf.getsockname()[1]}"
        env = {**PLAIN, "GEMINI_API_KEY": KEY, "GOOGLE_GEMINI_BASE_URL": address}
        done = run("doctor", "--timeout", "0.3", env=env)
    assert done.returncode == 1
    told = " ".join(done.stdout.split())
    assert "problem server 127.0.0.1 cannot be reached: no answer within 0.3 s" in told
    assert "1 problems" in told


def test_an_address_that_is_none_is_told() -> None:
    done = run("doctor", env={**PLAIN, "GEMINI_API_KEY": KEY, "GOOGLE_GEMINI_BASE_URL": "nonsense"})
    assert done.returncode == 1
    assert "not an address" in " ".join(done.stdout.split())
    assert "Traceback" not in done.stderr


def test_a_table_shows_what_to_do_and_words_of_others_are_words() -> None:
    out = io.StringIO()
    findings = [
        Finding("one", Status.OK, "fine [/x]"),
        Finding("two", Status.WARNING, "odd \x1b[2J", "mend it"),
    ]
    show(findings, Console(file=out, width=100, no_color=True))
    assert out.getvalue().splitlines()[0].rstrip() == "ok       one  fine [/x]"
    assert "→ mend it" in out.getvalue()
    assert "\x1b[2J" not in out.getvalue()
    assert out.getvalue().rstrip().endswith("0 problems, 1 warnings")
    out = io.StringIO()
    show(findings[:1], Console(file=out, width=100))
    assert "everything is ready" in out.getvalue()
