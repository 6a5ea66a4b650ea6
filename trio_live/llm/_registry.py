"""Models by their names."""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any, TypeAlias

from trio_live.errors import ConfigError
from trio_live.llm._abc import BaseLlm

LlmFactory: TypeAlias = Callable[[str], BaseLlm]
"""Makes the model of a name."""


class LlmRegistry:
    """Makes models by their names, so that a configuration can name them.

    ::

        models = LlmRegistry()
        models.register("gemini-*", lambda name: GeminiLlm(name, endpoint_from_env()))
        models.register("mock", lambda _: MockLlm.text("{}"))
        llm = models.create("gemini-3.8-flash")

    Of several patterns that fit a name, the one that was registered first counts.
    """

    def __init__(self) -> None:
        self._factories: dict[str, LlmFactory] = {}

    def register(self, pattern: str, factory: LlmFactory) -> None:
        """Say who makes the models of some names.

        Args:
            pattern: a name, in which ``*`` stands for anything, ``?`` for one letter, and ``[ab]`` for one of those.
            factory: is given the name.

        Raises:
            ConfigError: the pattern is registered already, or is none, or the factory cannot be called.
        """
        given: Any = pattern
        if not isinstance(given, str) or not given.strip():
            raise ConfigError(f"a pattern of names is a text such as 'gemini-*', not {pattern!r}")
        if pattern in self._factories:
            raise ConfigError(f"the pattern {pattern!r} is registered already")
        if not callable(factory):
            raise ConfigError(
                f"what makes the models of {pattern!r} is called with their name, which {factory!r} cannot be"
            )
        self._factories[pattern] = factory

    def create(self, name: str) -> BaseLlm:
        """Make the model of a name; a new one with each call.

        Args:
            name: of the model.

        Raises:
            ConfigError: nobody makes it, or what was made is no model.
        """
        for pattern, factory in self._factories.items():
            if fnmatchcase(name, pattern):
                made = factory(name)
                if not isinstance(made, BaseLlm):
                    raise ConfigError(f"the factory of {pattern!r} made {made!r} for {name!r}, which is no BaseLlm")
                return made
        known = ", ".join(self._factories) or "none: register some"
        raise ConfigError(f"nobody makes a model {name!r}; the patterns are {known}")

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and any(fnmatchcase(name, pattern) for pattern in self._factories)

    @property
    def patterns(self) -> tuple[str, ...]:
        """The patterns, in the order in which they are tried."""
        return tuple(self._factories)
