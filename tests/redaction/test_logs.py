from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest
import trio

import trio_live
from trio_live.redaction import Redaction
from trio_live.redaction._internal import LOGGERS, hidden_in_logs

SECRET = "4111 1111 1111 1111"


def test_the_table_names_every_logger_of_the_package() -> None:
    root = Path(trio_live.__file__).parent
    found = set()
    for path in root.rglob("*.py"):
        module = "trio_live." + ".".join(path.relative_to(root).with_suffix("").parts)
        for name in re.findall(r"getLogger\((.+?)\)", path.read_text(encoding="utf-8")):
            found.add(module if name == "__name__" else name.strip('"'))
    assert found - {"trio_live.emulator", "name"} <= set(LOGGERS)


def fail() -> None:
    raise ValueError(f"cannot charge {SECRET}")


async def test_words_and_tracebacks_are_redacted_in_every_task_of_the_block(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("trio_live.tools")

    async def work() -> None:
        try:
            fail()
        except ValueError:
            logger.exception("the tool failed for %s", SECRET)

    with hidden_in_logs(Redaction()):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(work)
    assert "the tool failed for [card ending 1111]" in caplog.text
    assert "cannot charge [card ending 1111]" in caplog.text
    assert SECRET not in caplog.text
    logger.warning("outside: %s", SECRET)
    assert f"outside: {SECRET}" in caplog.text
