"""Looks at everything, and prints what was found."""

from __future__ import annotations

import json
import os
import platform
import sys
import time
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Final

import attrs
import trio
from rich.console import Console
from rich.markup import escape
from rich.table import Table

import trio_live
from trio_live import ConfigError
from trio_live._typing import Seconds
from trio_live._wording import shown
from trio_live.cli._doctor._environment import (
    default_endpoint,
    look_at_address,
    look_at_credential,
    look_at_model,
)
from trio_live.cli._doctor._findings import Finding, Status
from trio_live.cli._doctor._installed import look_at_libraries, look_at_python, requirements_in
from trio_live.cli._doctor._machine import hold_talk, look_at_devices, look_at_timer, time_naps
from trio_live.cli._doctor._network import look_at_clock, look_at_server, reach
from trio_live.live import endpoint_from_env
from trio_live.transport import Endpoint

_STYLES: Final = {Status.OK: "green", Status.WARNING: "yellow", Status.PROBLEM: "bold red"}


async def run_doctor(*, as_json: bool, within: Seconds) -> None:
    """Look at everything; end with status 1 if there is a problem.

    Args:
        as_json: print JSON instead of a table.
        within: how long the server may take to answer.
    """
    findings = await look(within)
    if as_json:
        rows = [attrs.asdict(each) for each in findings]
        sys.stdout.write(json.dumps(rows, indent=2, ensure_ascii=False) + "\n")
    else:
        show(findings, Console())
    if any(each.status is Status.PROBLEM for each in findings):
        raise SystemExit(1)


async def look(within: Seconds) -> list[Finding]:
    """Everything that is to be found out. Cancellation: calls and connections are ended."""
    findings = [
        look_at_python(sys.version_info[:2], f"{platform.python_version()} on {platform.platform(terse=True)}"),
        Finding("trio-live", Status.OK, f"{trio_live.__version__} in {Path(trio_live.__file__).parent}"),
        *look_at_libraries(requirements_in(_requirements()), _version_of),
    ]
    described: Endpoint | ConfigError
    try:
        endpoint = described = endpoint_from_env()
    except ConfigError as missing:
        endpoint, described = default_endpoint(), missing
    findings += [look_at_credential(described, os.environ), *look_at_model(endpoint, os.environ)]
    try:
        findings += look_at_address(endpoint, os.environ)
    except ConfigError as mistake:
        findings.append(Finding("address", Status.PROBLEM, str(mistake), "correct it in the environment"))
    else:
        found = await reach(endpoint.url(), within)
        now = time.time()
        findings.append(look_at_server(found, is_needed=not isinstance(described, ConfigError)))
        findings.append(look_at_clock(found, now))
    findings.append(look_at_timer(await time_naps()))
    findings.append(await trio.to_thread.run_sync(look_at_devices))
    findings.append(await hold_talk())
    return findings


def _requirements() -> list[str]:
    try:
        return metadata.requires("trio-live") or []
    except metadata.PackageNotFoundError:  # run from a checkout that was not installed
        return []


def _version_of(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def show(findings: Sequence[Finding], console: Console) -> None:
    """Print the findings as a table, and one line that says what they come to."""
    table = Table(show_header=False, box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    for each in findings:
        told = shown(each.found) if not each.advice else f"{shown(each.found)}\n  → {shown(each.advice)}"
        table.add_row(f"[{_STYLES[each.status]}]{each.status}[/]", each.what, escape(told))
    console.print(table)
    counts = {status: sum(each.status is status for each in findings) for status in Status}
    problems, warnings = counts[Status.PROBLEM], counts[Status.WARNING]
    verdict = "everything is ready" if not (problems or warnings) else f"{problems} problems, {warnings} warnings"
    console.print(f"\n{verdict}")
