"""`C`: makes policies of what a model gets to see of a conversation."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final, NoReturn, TypeAlias

from trio_live._callables import answered_truth
from trio_live.compose._deciding import (
    TOKEN,
    Contents,
    P,
    agent_of,
    answers_in,
    calls_in,
    fitted,
    last,
    redacted,
    selected,
    text_of,
    truncated,
    whole_number,
    without_repeats,
)
from trio_live.compose._policy import ContextPolicy, ContextStep
from trio_live.errors import ConfigError, LlmError, LlmErrorKind
from trio_live.events import Speaker
from trio_live.llm import BaseLlm, LlmRequest
from trio_live.state import ABSENT, State
from trio_live.wire import Content

Predicate: TypeAlias = Callable[[Content], bool]

NOTES: Final = "[Notes]"
SUMMARY: Final = "[Summary of what was said before]"


def _pure(name: str, function: Callable[[Contents], Contents]) -> ContextPolicy:
    return ContextPolicy((ContextStep(name, lambda contents, _: function(contents)),))


def _keeping(name: str, keep: Predicate) -> ContextPolicy:
    return _pure(name, lambda contents: selected(contents, lambda _, content: keep(content)))


def _unavailable(name: str, instead: str) -> NoReturn:
    raise ConfigError(f"C.{name} has no meaning here: {instead}")


class C:
    """Makes policies: ``C.exclude_tools() >> C.window(10)``."""

    @staticmethod
    def window(count: int) -> ContextPolicy:
        """The last ``count``, without an answer whose call is gone; the very last one always."""
        whole_number("C.window", count)
        return _pure("window", lambda contents: last(contents, count))

    last = recent = rolling = fresh = window

    @staticmethod
    def head(count: int) -> ContextPolicy:
        """The first ``count``, a number above 0."""
        whole_number("C.head", count)
        return _pure("head", lambda contents: selected(contents, lambda place, _: place < count))

    @staticmethod
    def sample(every: int) -> ContextPolicy:
        """Every so many, from the first."""
        whole_number("C.sample", every)
        return _pure("sample", lambda contents: selected(contents, lambda place, _: place % every == 0))

    @staticmethod
    def user_only() -> ContextPolicy:
        """What the user has said."""
        return _keeping("user_only", lambda content: content.role != "model")

    @staticmethod
    def model_only() -> ContextPolicy:
        """What the model has said."""
        return _keeping("model_only", lambda content: content.role == "model")

    @staticmethod
    def exclude_tools() -> ContextPolicy:
        """Nothing that calls a function or answers a call."""
        return _keeping("exclude_tools", lambda content: not calls_in(content) and not answers_in(content))

    compact = exclude_tools

    @staticmethod
    def text_only() -> ContextPolicy:
        """What says something."""
        return _keeping("text_only", lambda content: bool(text_of(content)))

    @staticmethod
    def filter(predicate: Predicate) -> ContextPolicy:
        """Those of which the predicate holds."""
        return _keeping("filter", lambda content: answered_truth(predicate(content)))

    select = filter  # noqa: A003  # the field's word

    @staticmethod
    def map(function: Callable[[Content], Content]) -> ContextPolicy:
        """What the function makes of each."""
        return _pure("map", lambda contents: [function(content) for content in contents])

    @staticmethod
    def custom(function: Callable[[Contents], Contents]) -> ContextPolicy:
        """What the function makes of all."""
        return _pure("custom", lambda contents: list(function(contents)))

    @staticmethod
    def prepend(content: Content) -> ContextPolicy:
        """One more content, at the beginning."""
        return _pure("prepend", lambda contents: [content, *contents])

    @staticmethod
    def append(content: Content) -> ContextPolicy:
        """One more content, at the end."""
        return _pure("append", lambda contents: [*contents, content])

    @staticmethod
    def empty() -> ContextPolicy:
        """Nothing; of use before `prepend`, `append` and `from_state`, for a model refuses an empty conversation."""
        return _pure("empty", lambda _: [])

    none = empty

    @staticmethod
    def when(predicate: Callable[[Contents], bool], inner: ContextPolicy) -> ContextPolicy:
        """The ``inner`` policy, if the predicate holds of all contents; else they stay."""

        async def asked(contents: Contents, state: State) -> Contents:
            return await inner.applied(contents, state)

        def function(contents: Contents, state: State) -> Contents | Awaitable[Contents]:
            if not answered_truth(predicate(contents)):
                return contents
            return asked(contents, state) if asks else inner.apply(contents, state)

        asks = any(step.asks_model for step in inner.steps)
        return ContextPolicy((ContextStep("when", function, asks),))

    @staticmethod
    def dedup() -> ContextPolicy:
        """Of neighbours that say the same, the first."""
        return _pure("dedup", without_repeats)

    @staticmethod
    def redact(patterns: Iterable[str]) -> ContextPolicy:
        """Every occurrence of these ``patterns``, plain texts, becomes ``[REDACTED]``, also around functions."""
        covered = (patterns,) if isinstance(patterns, str) else tuple(patterns)
        if not covered or not all(covered):
            raise ConfigError(f"C.redact needs the texts that are to be hidden, not {patterns!r}")
        return _pure("redact", lambda contents: redacted(contents, covered))

    @staticmethod
    def truncate(characters: int) -> ContextPolicy:
        """The newest that have so many characters together; the very last one always."""
        whole_number("C.truncate", characters)
        return _pure("truncate", lambda contents: truncated(contents, characters))

    @staticmethod
    def budget(tokens: int) -> ContextPolicy:
        """The newest that have about so many tokens together."""
        whole_number("C.budget", tokens)
        return _pure("budget", lambda contents: truncated(contents, tokens * TOKEN))

    @staticmethod
    def fit(tokens: int) -> ContextPolicy:
        """As `budget`, in about so many tokens; a first content says how many were left out."""
        whole_number("C.fit", tokens)
        return _pure("fit", lambda contents: fitted(contents, tokens))

    @staticmethod
    def from_agents(*names: str) -> ContextPolicy:
        """Those that are marked ``[Agent: name]`` with one of these names."""
        return _keeping("from_agents", lambda content: agent_of(content) in names)

    @staticmethod
    def exclude_agents(*names: str) -> ContextPolicy:
        """Those that are not marked ``[Agent: name]`` with one of these names."""
        return _keeping("exclude_agents", lambda content: agent_of(content) not in names)

    # -- with the State -------------------------------------------------------------------------------------------

    @staticmethod
    def from_state(*keys: str) -> ContextPolicy:
        """A first content shows these values of the State; none where nothing is known."""

        def function(contents: Contents, state: State) -> Contents:
            found = [(key, state.get_raw(key, ABSENT)) for key in keys]
            lines = [f"{key}: {_shown(each)}" for key, each in found if each is not ABSENT]
            return [Content.of("\n".join(lines)), *contents] if lines else contents

        return ContextPolicy((ContextStep("from_state", function),))

    @staticmethod
    def template(text: str) -> ContextPolicy:
        """A first content says the text, with ``{key}`` for values of the State, as in `P.template`."""
        section = P.template(text)
        return ContextPolicy(
            (
                ContextStep(
                    "template", lambda contents, state: [Content.of(section.render_with_context(state)), *contents]
                ),
            )
        )

    @staticmethod
    def notes(key: str) -> ContextPolicy:
        """A first content shows the notes under a key of the State: a text, or a list of them."""

        def function(contents: Contents, state: State) -> Contents:
            held = state.get(key)
            lines = held if isinstance(held, list) else [held] if held else []
            shown = "\n".join(f"- {_shown(line)}" for line in lines)
            return [Content.of(f"{NOTES}\n{shown}"), *contents] if shown else contents

        return ContextPolicy((ContextStep("notes", function),))

    # -- with a model ---------------------------------------------------------------------------------------------

    @staticmethod
    def summarize(llm: BaseLlm, *, keep: int = 4) -> ContextPolicy:
        """All but the last ``keep`` become one content: what a model says in short of them."""
        prompt = "Summarise this conversation in a few sentences. Keep names, numbers, dates and decisions."
        return _told("summarize", llm, prompt, keep, SUMMARY)

    @staticmethod
    def distill(llm: BaseLlm, *, keep: int = 4) -> ContextPolicy:
        """All but the last ``keep`` become one content: the facts that a model finds in them, a line each."""
        prompt = "List the facts that were established in this conversation, one in a line, and nothing else."
        return _told("distill", llm, prompt, keep, SUMMARY)

    @staticmethod
    def extract(llm: BaseLlm, what: str, *, keep: int = 4) -> ContextPolicy:
        """All but the last ``keep`` become one content: what a model finds in them about something."""
        return _told("extract", llm, f"From this conversation give only: {what}", keep, NOTES)

    @staticmethod
    def relevant(llm: BaseLlm, query: str) -> ContextPolicy:
        """Those that a model finds to the point of a query, in words; the very last one always."""
        prompt = (
            f"Which of these numbered messages matter for: {query}? Answer with a JSON list of their numbers, "
            "such as [0, 3], and nothing else."
        )

        async def function(contents: Contents, _: State) -> Contents:
            numbered = "\n".join(f"{place}. {_line(content)}" for place, content in enumerate(contents))
            request = LlmRequest.from_text(numbered, system_instruction=prompt).asking_for("application/json")
            wanted = _numbers((await llm.generate(request)).text())
            return selected(contents, lambda place, _: place in wanted or place == len(contents) - 1)

        return ContextPolicy((ContextStep("relevant", function, asks_model=True),))

    # -- what has no meaning here ---------------------------------------------------------------------------------

    @staticmethod
    def priority(*_: Any) -> ContextPolicy:
        """Cannot be had: contents carry no priority.

        Raises:
            ConfigError: always; it says what to do instead.
        """
        _unavailable("priority", "contents carry no priority; use C.relevant(llm, query), or C.filter with a function")

    @staticmethod
    def project(*_: Any) -> ContextPolicy:
        """Cannot be had: contents have no fields of their own to be chosen.

        Raises:
            ConfigError: always; it says what to do instead.
        """
        _unavailable("project", "contents have no fields to choose from; use C.map with a function, or C.text_only")

    @staticmethod
    def pipeline_aware(*_: Any) -> ContextPolicy:
        """Cannot be had: agents of a pipeline hand on their replies, not their conversations.

        Raises:
            ConfigError: always; it says what to do instead.
        """
        _unavailable(
            "pipeline_aware", "agents of a sequence hand on their replies under `input`; use C.from_state for more"
        )


def _told(name: str, llm: BaseLlm, prompt: str, keep: int, header: str) -> ContextPolicy:
    whole_number(f"C.{name}", keep)

    async def function(contents: Contents, _: State) -> Contents:
        kept = last(contents, keep)
        before = contents[: len(contents) - len(kept)]
        if not before:
            return contents
        request = LlmRequest.from_text("\n".join(map(_line, before)), system_instruction=prompt)
        return [Content.of(f"{header}\n{(await llm.generate(request)).text().strip()}"), *kept]

    return ContextPolicy((ContextStep(name, function, asks_model=True),))


def _line(content: Content) -> str:
    who = Speaker.MODEL if content.role == "model" else Speaker.USER
    calls = [f"[calls {part.function_call.name}]" for part in content.parts or () if part.function_call]
    answers = [f"[{p.function_response.name} answered]" for p in content.parts or () if p.function_response]
    return f"{who.label}: {' '.join([text_of(content), *calls, *answers]).strip()}"


def _numbers(text: str) -> set[int]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, list) or not all(type(each) is int for each in found):
        raise LlmError(f"C.relevant wants a list of numbers, not {text[:100]!r}", kind=LlmErrorKind.OTHER)
    return set(found)


def _shown(held: Any) -> str:
    return held if isinstance(held, str) else json.dumps(held, ensure_ascii=False)
