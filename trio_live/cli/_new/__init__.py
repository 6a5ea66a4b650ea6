"""``trio-live new``: a project to begin with."""

from trio_live.cli._new._project import make_project

__all__ = ["make_project"]
