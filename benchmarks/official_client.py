"""The official client's environment: ``python -m benchmarks.official_client`` makes it.

It is one of its own, so that its libraries and ours need not agree, and next to none of ours are in it. What is
measured there is `benchmarks.official`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

OFFICIAL = "google-genai"
REQUIREMENT = "google-genai>=3.4"
MISSING = "google-genai is not installed; `python -m benchmarks.official_client` makes an environment for it"


def _folder() -> Path:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return Path(__file__).parents[1] / ".nox" / f"benchmarks-{OFFICIAL}-{version}"


def official_python() -> Path | None:
    """The interpreter of that environment, if it has been made."""
    python = _folder() / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    return python if python.exists() else None


def main() -> None:
    """Make the environment for the Python that runs this, and install the client into it."""
    folder, uv = _folder(), shutil.which("uv")
    if uv is not None:
        subprocess.run([uv, "venv", "--clear", "--python", sys.executable, str(folder)], check=True)  # noqa: S603
        install = [uv, "pip", "install", "--python", str(official_python())]
    else:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)  # noqa: S603
        install = [str(official_python()), "-m", "pip", "install"]
    subprocess.run([*install, REQUIREMENT], check=True)  # noqa: S603


if __name__ == "__main__":
    main()
