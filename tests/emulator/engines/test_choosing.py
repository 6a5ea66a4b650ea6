from __future__ import annotations

import attrs
import pytest

from trio_live.emulator._engines._choosing import AUTO, chosen
from trio_live.errors import ConfigError


@attrs.frozen
class Engine:
    libraries: tuple[str, ...]


HERE, ABSENT, ALSO_HERE = Engine(("json",)), Engine(("json", "no_such_library")), Engine(("wave",))
TABLE = {"absent": ABSENT, "here": HERE, "also_here": ALSO_HERE}


@pytest.mark.parametrize(("name", "engine"), [("here", HERE), ("also_here", ALSO_HERE), (AUTO, HERE), ("none", None)])
def test_one_is_chosen_by_name_or_the_first_that_is_installed(name: str, engine: Engine | None) -> None:
    assert chosen("hearing", name, TABLE, "none") is engine


def test_auto_is_content_with_none() -> None:
    assert chosen("hearing", AUTO, {"absent": ABSENT}, "none") is None


def test_what_is_not_installed_says_how_to_get_it() -> None:
    with pytest.raises(ConfigError) as raised:
        chosen("hearing", "absent", TABLE, "none")
    assert str(raised.value) == (
        "hearing='absent' needs no_such_library: pip install 'trio-live[emulator-speech]', or leave it at hearing='none'"
    )
