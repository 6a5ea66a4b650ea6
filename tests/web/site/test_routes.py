"""What there is at which path."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from trio_live import ConfigError
from trio_live._typing import JsonObject
from trio_live.web._site._gate import Gate, Visit
from trio_live.web._site._routes import CONTENT_TYPES, SECURITY, Answer, Routes, StaticFile, files_in
from trio_live.web._site._socket import PageSocket

PAGE = Path(__file__).parents[3] / "trio_live" / "web" / "page"


async def hold(socket: PageSocket, hello: JsonObject) -> None:
    raise AssertionError("nobody calls it here")


ROUTES = Routes(files={"": StaticFile(b"<!doctype html>", "text/html")}, sockets={"call": hold}) | Routes(
    files={"": StaticFile(b"time", "text/plain")}
).under("timeline/")


def asked(path: str, method: str = "GET", *, upgrades: bool = False, root: str = "/") -> Answer:
    found = ROUTES.answer(
        Gate(),
        Visit(method=method, path=path, headers={"host": "localhost"}, client="127.0.0.1"),
        upgrades=upgrades,
        root=root,
    )
    assert isinstance(found, Answer)
    return found


def test_files_are_found_where_they_stand() -> None:
    assert (asked("").status, asked("").body) == (200, b"<!doctype html>")
    assert asked("timeline/").body == b"time"
    assert asked("timeline/").headers["Content-Type"] == "text/plain"


@pytest.mark.parametrize(
    ("path", "method", "status", "header"),
    [
        ("nowhere", "GET", 404, None),
        ("../pyproject.toml", "GET", 404, None),
        ("", "POST", 405, ("Allow", "GET, HEAD")),
        ("call", "GET", 426, ("Upgrade", "websocket")),
        ("timeline", "GET", 308, ("Location", "/timeline/")),
    ],
)
def test_what_is_not_there_is_answered(path: str, method: str, status: int, header: tuple[str, str] | None) -> None:
    answer = asked(path, method)
    assert answer.status == status
    assert header is None or answer.headers[header[0]] == header[1]
    assert answer.headers.items() >= SECURITY.items()


def test_a_folder_keeps_the_place_it_is_mounted_at() -> None:
    assert asked("timeline", root="/app/").headers["Location"] == "/app/timeline/"


def test_a_socket_is_its_handler() -> None:
    visit = Visit(method="GET", path="call", headers={"host": "localhost"}, client="127.0.0.1")
    assert ROUTES.answer(Gate(), visit, upgrades=True) is hold


def test_who_may_not_come_in_gets_neither() -> None:
    for path in ("", "call", "nowhere"):
        visit = Visit(method="GET", path=path, headers={"host": "localhost"}, client="203.0.113.9")
        answer = ROUTES.answer(Gate(), visit, upgrades=True)
        assert isinstance(answer, Answer)
        assert answer.status == 403


def test_two_things_at_one_path_are_a_mistake() -> None:
    with pytest.raises(ConfigError, match="there are two things at /call"):
        ROUTES | Routes(sockets={"call": hold})


@pytest.mark.parametrize("folder", ["timeline", "/timeline/", ""])
def test_a_folder_is_named_like_one(folder: str) -> None:
    with pytest.raises(ConfigError, match="is no folder"):
        ROUTES.under(folder)


def test_the_page_comes_from_the_package() -> None:
    files = files_in("trio_live.web", "page")
    assert files[""].body == (PAGE / "index.html").read_bytes()
    assert files["app.js"].content_type == "text/javascript; charset=utf-8"
    assert len(files) == len([each for each in PAGE.iterdir() if each.is_file()])


def test_a_file_of_an_unknown_kind_is_a_mistake() -> None:
    with pytest.raises(ConfigError, match=r"page/x\.exe|files of this kind are not served"):
        files_in("trio_live.cli", "calls")


@pytest.mark.parametrize("path", sorted(PAGE.glob("*.html")), ids=lambda path: path.name)
def test_a_page_has_nothing_inline_and_nothing_from_elsewhere(path: Path) -> None:
    html = path.read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert not re.search(r"<style|\bstyle=|\bon\w+=", html)
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", html)


@pytest.mark.parametrize("path", sorted(PAGE.iterdir()), ids=lambda path: path.name)
def test_no_file_of_the_page_reaches_for_the_network(path: Path) -> None:
    assert path.suffix in CONTENT_TYPES
    text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?://|@import|url\(|\beval\(|innerHTML", text)


def test_the_policy_allows_only_our_own() -> None:
    policy = SECURITY["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


LEAST_CONTRAST = 4.5
"""Of text, by the guidelines for accessible content (WCAG 2, level AA)."""


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("words", ["ink", "soft", "you", "agent", "warn", "danger", "accent"])
def test_words_stand_out_from_what_is_behind_them(words: str, scheme: str) -> None:
    light, dark, *_ = re.findall(r":root \{(.*?)\}", (PAGE / "style.css").read_text(encoding="utf-8"), re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#\w{6});", light if scheme == "light" else dark))
    for behind in ("paper", "raised"):
        lighter, darker = sorted((luminance(colours[words]), luminance(colours[behind])), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= LEAST_CONTRAST, behind
