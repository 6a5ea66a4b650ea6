"""The commands about a machine, a project, and the agent in it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from trio_live.cli._ending import run, told_in_a_line


@click.command(short_help="Say whether this machine is ready, and what to do.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: a list of what, status, found and advice.")
@click.option("--timeout", default=5.0, show_default=True, help="Seconds in which the server is to answer.")
def doctor(as_json: bool, timeout: float) -> None:  # noqa: FBT001
    """Look at Python, libraries, the credential, the server, the clock, sound, and a call on this machine alone.

    Each line says ok, warning or problem, and what to do. Status 1 tells that there is a problem. The credential is not
    shown, and sent nowhere.
    """
    from trio_live.cli._doctor import run_doctor

    run(lambda: run_doctor(as_json=as_json, within=timeout))


@click.command(short_help="Make a project: an agent, a persona, tests that pass.")
@click.argument("name", type=click.Path(path_type=Path))
def new(name: Path) -> None:
    """Make a project in the directory NAME, which must not exist or be empty: an agent, a persona, tests that pass."""
    from trio_live.cli._new import make_project

    with told_in_a_line():
        make_project(name)


@click.command(short_help="List the microphones and speakers.")
def devices() -> None:
    """List the microphones and speakers of this machine."""
    from trio_live.cli._devices import show_devices

    with told_in_a_line():
        show_devices()


@click.command(short_help="Print a picture of the phases of a builder.")
@click.argument("builder")
@click.option(
    "--format",
    "as_format",
    type=click.Choice(["mermaid", "graphviz"]),
    default="mermaid",
    show_default=True,
    help="Which language the picture is written in.",
)
@click.option("--say", is_flag=True, help="Print what the model is told in each phase instead of a picture.")
def phases(builder: str, as_format: str, say: bool) -> None:  # noqa: FBT001  # click passes it by name
    """Print a picture of the phases of BUILDER, given as module:attribute, and what is odd or wrong about it.

    Status 1 tells that it could not be connected; it is drawn all the same.

    The attribute is a Live builder, or a function without arguments that returns one.
    """
    from trio_live.cli._phases import show_phases

    with told_in_a_line():
        show_phases(builder, as_format=as_format, say=say)


@click.command(short_help="Print what a builder declares, as JSON.")
@click.argument("builder")
@click.option("--diff", "other", help="Print what OTHER has otherwise instead, and end with status 1 if anything.")
def contract(builder: str, other: str | None) -> None:
    """Print what BUILDER declares as JSON: its tools, phases, watchers and so on.

    BUILDER and OTHER are given as module:attribute, or as a JSON file with a contract that was printed earlier.
    """
    from trio_live.cli._contract import show_contract, show_differences

    with told_in_a_line():
        if other is None:
            show_contract(builder)
        else:
            show_differences(builder, other)


PROJECT_COMMANDS: Final = (doctor, new, devices, phases, contract)
"""In no order: the list of commands is sorted."""
