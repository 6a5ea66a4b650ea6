"""``trio-live emulator``: the options of the command, made into an emulator."""

from __future__ import annotations

import json
import shlex
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

import attrs
import click
import trio
from rich.console import Console

from trio_live import ConfigError, Platform
from trio_live._typing import Json, Seconds
from trio_live._wording import one_line
from trio_live.cli._builders import find_agent
from trio_live.cli._emulator._authority import kept_authority, open_tls
from trio_live.emulator import (
    Direction,
    EmulatorOptions,
    FaultPlan,
    LogRecord,
    Persona,
    bundled_persona,
    check_persona,
    load_persona,
    open_emulator,
    parse_fault,
)
from trio_live.transport._internal import is_loopback

LIFETIME = EmulatorOptions().connection_lifetime
DIALECTS = {"google-ai": Platform.GOOGLE_AI, "vertex": Platform.VERTEX}

_ARROWS = {Direction.RECEIVED: "[cyan]→[/]", Direction.SENT: "[green]←[/]", Direction.NOTE: "[yellow]·[/]"}


@attrs.frozen(kw_only=True)
class EmulatorCommand:
    """What was asked for on the command line."""

    port: int
    host: str
    persona: str
    model_profile: str | None
    dialect: str | None
    fault: tuple[str, ...]
    key: tuple[str, ...]
    strict: bool
    lifetime: float | None
    tls: bool
    tls_dir: Path | None
    print_env: bool
    record: Path | None
    expose: bool
    time_scale: float
    hearing: str
    speaking: str
    quiet: bool


def find_persona(name: str) -> Persona:
    """A bundled persona by name, or one from a file.

    Raises:
        ConfigError: there is no such persona, or its file has mistakes.
    """
    return load_persona(Path(name)) if _is_file(name) else bundled_persona(name)


def _is_file(name: str) -> bool:
    return name.endswith(".toml") or "/" in name or Path(name).is_file()


def check_one(name: str, against: str | None) -> None:
    """Print what is wrong with a persona, and where it does not fit an agent.

    Args:
        name: a bundled one's, or a file.
        against: the agent as ``module:attribute``, or a file with its contract.

    Raises:
        ConfigError: there is no bundled one of that name, or no such agent.
        OSError: the file cannot be read.
        SystemExit: with status 1, something is wrong.
    """
    agent = None if against is None else find_agent(against)
    persona = name if not _is_file(name) else Path(name)
    if persona == name and agent is None:
        click.echo(f"{bundled_persona(name).name} is fine, as all bundled personas are")
        return
    problems = check_persona(persona, agent)
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        raise SystemExit(1)
    click.echo(f"{name}: {find_persona(name).name} is fine{'' if against is None else f', and fits {against}'}")


def refuse_exposure(command: EmulatorCommand) -> None:
    """An emulator that others can reach must be wanted, and must ask for a key.

    Raises:
        ConfigError: one of the two is missing.
    """
    if is_loopback(command.host):
        return
    missing = [flag for flag, given in (("--expose", command.expose), ("--key", command.key)) if not given]
    if missing:
        raise ConfigError(f"others could reach {command.host}; if that is wanted, add {' and '.join(missing)}")


def print_environment(command: EmulatorCommand) -> None:
    """Print what a shell exports so that clients of Google's come to this emulator.

    Raises:
        ConfigError: an emulator that starts later could not be known by what would be printed.
    """
    missing = [f"--port {command.port}"] if not command.port else []
    if command.tls and command.tls_dir is None:
        missing.append("--tls")
    if missing:
        raise ConfigError(f"{' and '.join(missing)} would change; give a port of its own and --tls-dir for --print-env")
    authority = None if command.tls_dir is None else kept_authority(command.tls_dir)
    scheme = "http" if authority is None else "https"
    host = f"[{command.host}]" if ":" in command.host else command.host
    address = f"{scheme}://{host}:{command.port}"
    variables = {"GOOGLE_GEMINI_BASE_URL": address, "GOOGLE_VERTEX_BASE_URL": address}
    if authority is not None:
        variables |= {"SSL_CERT_FILE": str(authority), "NODE_EXTRA_CA_CERTS": str(authority)}
    for name, value in variables.items():
        click.echo(f"export {name}={shlex.quote(value)}")


async def run_emulator(command: EmulatorCommand) -> None:
    """Serve until interrupted; prints the address first."""
    refuse_exposure(command)
    if command.print_env:
        print_environment(command)
        return
    plans = [parse_fault(word) for word in command.fault]
    console = Console(stderr=True, highlight=False)
    with ExitStack() as stack:
        record = None if command.record is None else stack.enter_context(_open_record(command.record))
        log = _Log(None if command.quiet else console, record)
        async with (
            open_tls(command.host, console, throwaway=command.tls, kept_in=command.tls_dir) as context,
            open_emulator(
                find_persona(command.persona),
                host=command.host,
                port=command.port,
                ssl_context=context,
                on_log=log.write,
                keys=command.key or None,
                strict=command.strict,
                model_profile=command.model_profile,
                dialect=DIALECTS.get(command.dialect or ""),
                faults=FaultPlan(tuple(strike for plan in plans for strike in plan.strikes)),
                time_scale=command.time_scale,
                hearing=command.hearing,
                speaking=command.speaking,
                connection_lifetime=LIFETIME if command.lifetime is None else command.lifetime,
            ) as server,
        ):
            sys.stdout.write(f"{server.url}\n")
            sys.stdout.flush()
            await trio.sleep_forever()


def _open_record(path: Path) -> TextIO:
    """A file for everything that is said, voices included: a new one can be read by its owner alone."""
    path.touch(mode=0o600)
    return path.open("w", encoding="utf-8")


def _readable(frame: bytes | str | None) -> Json:
    """A message as JSON, and as text where it is none."""
    if frame is None:
        return None
    try:
        value: Json = json.loads(frame)
    except ValueError:
        return frame if isinstance(frame, str) else frame.decode(errors="backslashreplace")
    return value


@attrs.define
class _Log:
    """Shows and keeps what happens."""

    console: Console | None
    file: TextIO | None
    started: Seconds = attrs.field(factory=trio.current_time)

    def write(self, record: LogRecord) -> None:
        seconds = record.at - self.started
        if self.console is not None and not record.is_media:
            arrow = _ARROWS[record.direction]
            self.console.print(f"{seconds:8.2f}  #{record.connection} {arrow} ", end="")
            self.console.print(one_line(record.summary), markup=False, overflow="ellipsis", no_wrap=True)
        if self.file is not None:
            values = {**attrs.asdict(record), "at": round(seconds, 3), "direction": str(record.direction)}
            values["frame"] = _readable(record.frame)
            self.file.write(json.dumps(values, ensure_ascii=False) + "\n")
            self.file.flush()
