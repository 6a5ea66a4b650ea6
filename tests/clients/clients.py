"""The programs of others that are driven against ours, and an environment of its own for each.

``python -m tests.clients.clients DIRECTORY`` makes the environments. Which version is installed is written here and not
left to the day: a release of somebody else's must not break our checks. ``--newest`` tries what is newest instead.
A client that cannot be installed leaves a sentence that says why, and its tests are skipped with it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import attrs
import pytest

HERE: Final = Path(__file__).parent
DRIVERS: Final = HERE / "drivers"
RECIPES: Final = HERE.parents[1] / "docs/examples/clients"
SPEECH: Final = HERE.parents[1] / "trio_live/cli/calls/one_moment.wav"
INSTALL_SECONDS: Final = 240.0


@attrs.frozen(kw_only=True)
class Client:
    """One client."""

    name: str
    requirements: tuple[str, ...]
    """With versions; the first one is the client's own."""
    program: str
    """The name of its driver, and of its recipe. Not that of a module: a program shadows those that have its name."""

    @property
    def is_python(self) -> bool:
        return not self.program.endswith(".mjs")

    @property
    def recipe(self) -> Path:
        return RECIPES / self.program

    @property
    def driver(self) -> Path:
        return DRIVERS / self.program

    def excuse(self, directory: Path) -> str | None:
        """Why it cannot be run; ``None`` when it can."""
        told = directory / self.name / "excuse.txt"
        if told.exists():
            return told.read_text(encoding="utf-8").strip()
        if not (directory / self.name).exists():
            return f"{self.name} is not installed here; nox -s clients installs it"
        return None

    def command(self, directory: Path, program: Path, *arguments: str) -> list[str]:
        """What runs one of its programs in its environment."""
        home = directory / self.name
        if self.is_python:
            return [str(home / "bin/python"), "-W", "ignore", str(program), *arguments]
        # Node looks for packages beside the program.
        return ["node", str(shutil.copy(str(program), home)), *arguments]

    def install(self, directory: Path, *, newest: bool) -> str | None:
        """Make its environment; tells why that did not work."""
        home = directory / self.name
        shutil.rmtree(home, ignore_errors=True)
        wanted = list(self.requirements)
        home.mkdir(parents=True)
        for command in self._installers(home, [without_version(each) for each in wanted] if newest else wanted):
            try:
                done = subprocess.run(
                    command,
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                    text=True,
                    timeout=INSTALL_SECONDS,
                    check=False,
                    cwd=home,
                )
            except (OSError, subprocess.TimeoutExpired) as problem:
                return self._excused(home, str(problem))
            if done.returncode:
                return self._excused(home, done.stderr.strip()[-1000:])
        return None

    def _installers(self, home: Path, wanted: list[str]) -> list[list[str]]:
        if not self.is_python:
            return [["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(home), *wanted]]
        uv = shutil.which("uv")
        if uv is not None:
            python = ["--python", str(home / "bin/python")]
            return [
                [uv, "venv", "-q", "--allow-existing", "--python", sys.executable, str(home)],
                [uv, "pip", "install", "-q", *python, *wanted],
            ]
        return [[sys.executable, "-m", "venv", str(home)], [str(home / "bin/pip"), "install", "-q", *wanted]]

    def _excused(self, home: Path, why: str) -> str:
        excuse = f"{self.name} cannot be installed here: {why}"
        (home / "excuse.txt").write_text(excuse, encoding="utf-8")
        return excuse


def without_version(requirement: str) -> str:
    """The same package, whatever its version."""
    at = requirement.find("@", 1)
    return requirement.partition("==")[0] if at < 0 else requirement[:at]


CLIENTS: Final = (
    Client(
        name="pipecat", requirements=("pipecat-ai[google]==1.14.0", "google-genai==2.34.0"), program="with_pipecat.py"
    ),
    Client(
        name="livekit",
        requirements=("livekit-plugins-google==1.8.9", "livekit-agents==1.8.9", "google-genai==3.6.1"),
        program="with_livekit.py",
    ),
    Client(name="adk", requirements=("google-adk==2.13.0", "google-genai==2.34.0"), program="with_adk.py"),
    Client(
        name="pydantic-ai",
        requirements=("pydantic-ai-slim[google]==2.68.0", "google-genai==2.34.0"),
        program="with_pydantic_ai.py",
    ),
    Client(name="javascript", requirements=("@google/genai@2.32.0",), program="with_genai.mjs"),
)

STREAMDOUBLE: Final = Client(
    name="streamdouble", requirements=("streamdouble[resample]==0.3.0",), program="bin/streamdouble"
)
"""No client of the Live API: a Twilio that calls an agent, and judges what it answers."""


def environments() -> Path:
    """Where the environments are: the directory that the variable ``TRIO_LIVE_CLIENTS`` names."""
    return Path(os.environ.get("TRIO_LIVE_CLIENTS", "/nowhere"))


def needs(client: Client) -> pytest.MarkDecorator:
    """Skips a test where a client cannot be run, and says why."""
    excuse = client.excuse(environments())
    return pytest.mark.skipif(excuse is not None, reason=excuse or "")


def main() -> None:
    directory = Path(sys.argv[1])
    newest = "--newest" in sys.argv
    with ThreadPoolExecutor() as pool:
        excuses = pool.map(lambda client: client.install(directory, newest=newest), (*CLIENTS, STREAMDOUBLE))
    for client, excuse in zip((*CLIENTS, STREAMDOUBLE), excuses, strict=True):
        print(excuse or f"{client.name} is installed")


if __name__ == "__main__":
    main()
