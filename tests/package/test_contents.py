"""What is looked for in the built distributions; `nox -s package` builds them, and looks."""

from __future__ import annotations

from tests.package.contents import IN_THE_SDIST, IN_THE_WHEEL, mistakes_of_sdist, mistakes_of_size, mistakes_of_wheel

WHOLE = [*IN_THE_WHEEL, "trio_live-0.1.0.dist-info/METADATA", "trio_live-0.1.0.dist-info/licenses/LICENSE"]


def test_a_whole_wheel_and_a_whole_sdist_have_nothing_wrong() -> None:
    assert list(mistakes_of_wheel(WHOLE, "See [docs](https://example.org).")) == []
    assert list(mistakes_of_sdist(IN_THE_SDIST)) == []
    assert list(mistakes_of_size({"trio_live/a.py": 900, "trio_live/a.steps": 100})) == []


def test_what_is_missing_and_what_does_not_belong_is_named() -> None:
    names = [*WHOLE[2:-1], "tests/conftest.py", "trio_live/__pycache__/a.pyc"]
    assert list(mistakes_of_wheel(names, "[a](docs/a.md)")) == [
        "lacks trio_live/__init__.py",
        "lacks trio_live/py.typed",
        "lacks the licence",
        "holds tests/conftest.py, which belongs to no package",
        "holds trio_live/__pycache__/a.pyc",
        "describes itself with links that lead nowhere on the package index",
    ]
    assert list(mistakes_of_sdist([*IN_THE_SDIST[1:], "docs/api/index.rst"])) == [
        "lacks trio_live/__init__.py",
        "holds docs/api/index.rst",
    ]


def test_a_wheel_that_is_large_or_mostly_sound_is_told_of() -> None:
    assert list(mistakes_of_size({"trio_live/a.py": 3_000_000})) == ["has 3,000,000 bytes, more than 2,500,000"]
    assert list(mistakes_of_size({"trio_live/a.py": 100, "trio_live/a.wav": 100})) == ["consists of recordings by 50%"]
