"""``trio-live doctor``: whether this machine is ready for live calls, and what to do where it is not."""

from trio_live.cli._doctor._run import run_doctor

__all__ = ["run_doctor"]
