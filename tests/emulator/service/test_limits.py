from __future__ import annotations

import re
from pathlib import Path

from trio_live import emulator
from trio_live.emulator._service import LIMITS


def test_every_limit_is_read_by_the_code() -> None:
    sources = [path.read_text() for path in Path(emulator.__file__).parent.rglob("*.py")]
    read = {name for source in sources for name in re.findall(r'LIMITS\["([^"]+)"\]', source)}
    assert read | {"objects", "text"} == set(LIMITS)
    assert all(row.most > 0 and row.unit and row.what and row.then for row in LIMITS.values())
