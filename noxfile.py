"""Every check of the project, each in an environment of its own.

``nox`` runs what a change must pass: tests on every supported Python that is found and on the oldest libraries, lint,
typing, the site, the package. ``nox -l`` lists the rest.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tomllib
from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.error_on_missing_interpreters = False
nox.options.sessions = ["tests", "conformance", "browser", "lint", "typing", "docs", "package", "api"]

nox.options.download_python = "never"  # what is not installed is skipped, with a line that says so

PYPROJECT = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
PYTHONS = [
    classifier.rsplit(" ", 1)[-1]
    for classifier in PYPROJECT["project"]["classifiers"]
    if classifier.startswith("Programming Language :: Python :: 3.")
]

if (
    pyenv := shutil.which("pyenv")
) and "PYENV_VERSION" not in os.environ:  # whose commands find one Python, and hide the others
    installed = subprocess.run(  # noqa: S603  # of the user's own
        [pyenv, "versions", "--bare"], capture_output=True, text=True, check=False
    ).stdout.split()
    os.environ["PYENV_VERSION"] = ":".join(
        each for each in installed if each.startswith(tuple(f"{p}." for p in PYTHONS))
    )

PROGRAMS = "Scripts" if os.name == "nt" else "bin"

SUITE = (
    "-e",
    ".[audio,cli,emulator-speech,llm,mcp,otel,phone,testing,vad,web]",
    *(each for each in PYPROJECT["dependency-groups"]["tests"] if "[" not in each),
)
"""What the test suite needs, this checkout included."""


BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """The test suite, on as many processes as there are cores; arguments go to pytest."""
    session.install(*SUITE)
    session.run("pytest", "--numprocesses", "auto", *session.posargs)


OLDEST_MATTER = (
    "tests/architecture",
    "tests/docs/test_examples.py",
    "tests/docs/test_fragments.py",
    "tests/package",
    "tests/scenarios",
    "tests/transport",
)
"""What `floors` runs, unless told otherwise: whole sessions, every carrier, every example. They meet each library."""


@nox.session(python=PYTHONS[0])
def floors(session: nox.Session) -> None:
    """Tests on the oldest dependencies we promise to work with, on the oldest Python; arguments go to pytest instead."""
    project = PYPROJECT["project"]
    own = [each.split(";")[0].strip() for each in project["dependencies"]]
    of_extras = [each for extra in project["optional-dependencies"].values() for each in extra if "[" not in each]
    session.install("--resolution", "lowest-direct", *SUITE, *own, *of_extras)
    session.run("pytest", "--numprocesses", "auto", *(session.posargs or OLDEST_MATTER))
    # Some extras need newer versions than the package itself: its own floors once more, and what needs nothing else.
    session.install(*(each.replace(">=", "==") for each in own))
    session.run("pytest", "--numprocesses", "auto", "tests/transport", "tests/emulator/session")


@nox.session(python=PYTHONS)
def package(session: nox.Session) -> None:
    """Build wheel and sdist into ``dist/``, look into them, and use the wheel in an environment that has nothing else."""
    session.install(*nox.project.dependency_groups(PYPROJECT, "package"))
    shutil.rmtree("dist", ignore_errors=True)
    session.run("python", "-m", "build", "--installer", "uv", silent=True)  # the wheel is built from the sdist
    session.run("twine", "check", "--strict", *map(str, Path("dist").glob("*.*")))
    session.run("python", "-m", "tests.package.contents", "dist")
    (wheel,) = Path("dist").glob("*.whl")
    home = Path(session.create_tmp(), "empty").absolute()
    session.run("uv", "venv", "--quiet", "--clear", "--python", session.virtualenv.location, str(home))
    python, command = (str(home / PROGRAMS / name) for name in ("python", "trio-live"))
    for extra in ("", "[cli]"):
        session.run("uv", "pip", "install", "--quiet", "--python", python, f"{wheel}{extra}")
        session.run(python, "-I", "-W", "error", "tests/package/installed.py", external=True)
    session.run(command, "--help", silent=True, external=True)


@nox.session
def api(session: nox.Session) -> None:
    """Compare what is public with the last tag: what is gone, or has changed for callers, is a break."""
    session.install(*nox.project.dependency_groups(PYPROJECT, "api"))
    session.run("python", "-m", "tests.package.breaks", *session.posargs)


@nox.session
def conformance(session: nox.Session) -> None:
    """The emulator against the official client, unpatched, over TLS."""
    session.install(*SUITE, "google-genai>=3.4")
    session.run("pytest", "tests/conformance", *session.posargs, env={"TRIO_LIVE_CONFORMANCE": "1"})


@nox.session
def clients(session: nox.Session) -> None:
    """The programs of others, each in an environment of its own: clients against the emulator, a Twilio against the telephone.

    ``--newest`` installs their newest versions instead of those that are known to work.
    """
    session.install(*SUITE, "uv")
    directory = str(Path(session.create_tmp(), "clients").absolute())
    newest = [argument for argument in session.posargs if argument == "--newest"]
    session.run("python", "-m", "tests.clients.clients", directory, *newest)
    arguments = [argument for argument in session.posargs if argument != "--newest"]
    session.run("pytest", "tests/clients", *arguments, env={"TRIO_LIVE_CLIENTS": directory})


@nox.session
def browser(session: nox.Session) -> None:
    """The pages in a real Chromium, headless, against the emulator; arguments go to pytest."""
    found = os.environ.get("TRIO_LIVE_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        session.skip(
            f"there is none of {', '.join(BROWSERS)}: apt-get install chromium, or name one in TRIO_LIVE_BROWSER"
        )
    session.install(*SUITE, "playwright>=1.50")
    session.run("pytest", "tests/browser", *session.posargs, env={"TRIO_LIVE_BROWSER": found})


@nox.session
def lint(session: nox.Session) -> None:
    """Style: ruff's rules, its formatter's opinion, and no name that nobody uses."""
    session.install(*SUITE, *nox.project.dependency_groups(PYPROJECT, "lint"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("python", "-m", "tests.architecture.unused")


@nox.session
def typing(session: nox.Session) -> None:
    """Strict typing, tests and benchmarks included."""
    session.install(*SUITE, "nox>=2025.2.9", *nox.project.dependency_groups(PYPROJECT, "checkers"))
    session.run("mypy")
    python = f"{session.bin}/python"  # else it takes a ``.venv`` that stands here, whatever is in that
    session.run("basedpyright", "--pythonpath", python, "--level", "error", "tests/typing")


@nox.session
def docs(session: nox.Session) -> None:
    """Build the site into ``build/site``, warnings being errors; run the examples, and check what the pages say."""
    session.install(*SUITE, *nox.project.dependency_groups(PYPROJECT, "docs"))
    session.run("python", "-m", "sphinx", "-W", "-n", "--keep-going", "docs", "build/site")
    session.run("pytest", "tests/docs", *session.posargs)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Mutated frames, whole sessions of them, and a hostile server, for an hour; arguments go to ``python -m tests.fuzz``."""
    session.install(*SUITE)
    endless = [word for name in ("frames", "talks", "clients", "sessions") for word in (f"--{name}", "1000000000")]
    session.run("python", "-m", "tests.fuzz", *(session.posargs or ["--minutes", "60", *endless]))


@nox.session
def kills(session: nox.Session) -> None:
    """Kill fifty processes in the middle of a call, for each back end that keeps it, and go on from what they left."""
    session.install(*SUITE)
    session.run("pytest", "tests/persistence/test_killed.py", *session.posargs, env={"TRIO_LIVE_KILLS": "50"})


@nox.session
def bench(session: nox.Session) -> None:
    """Measure speed and memory, also of the official client in an environment of its own; see ``benchmarks/``."""
    session.install("-e", ".[otel]", "trustme", "opentelemetry-sdk")
    session.run("python", "-m", "benchmarks.official_client")
    session.run("python", "-m", "benchmarks", *session.posargs)


@nox.session
def demo(session: nox.Session) -> None:
    """A spoken call against the embedded emulator."""
    session.install("-e", ".[demo]")
    session.run("trio-live", "demo", *session.posargs)
