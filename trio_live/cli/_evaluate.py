"""``trio-live evaluate``: hold a talk that a file describes, and print what came of it."""

from __future__ import annotations

from pathlib import Path

import click

from trio_live.cli._builders import find_builder
from trio_live.evaluation._internal import evaluate_file


async def run_evaluation(file: Path, *, is_online: bool, model: str | None, as_markdown: bool) -> None:
    """Hold the talk, print the report, and end with status 1 unless everything is as expected."""
    report = await evaluate_file(file, find_builder, is_online=is_online, model=model)
    click.echo(report.markdown() if as_markdown else report.text())
    if not report.passed:
        raise SystemExit(1)
