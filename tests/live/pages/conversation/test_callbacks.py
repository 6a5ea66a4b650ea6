"""One method a hook, with a concurrent twin exactly where the table allows it."""

from __future__ import annotations

import functools
import inspect
from typing import Any

import pytest

from trio_live import CallbackMode, Live
from trio_live.lanes import HOOKS, EventCallbacks
from trio_live.live._pages import CallbackPage, ControlCallbackPage

WITH_MODES = [name for name, hook in HOOKS.items() if hook.modes]


def plain(*args: object) -> Any:
    return args


def says_none(*args: object) -> None:
    return


async def act(*args: object) -> Any:
    return args


class Speaker:
    """A callable object, and a method."""

    async def __call__(self, *args: object) -> None:
        return

    async def method(self, *args: object) -> None:
        return


def fitting(name: str) -> Any:
    return act if HOOKS[name].is_async else plain


def test_there_is_a_method_for_every_hook_and_a_twin_where_the_table_says_so() -> None:
    methods = {name for page in (CallbackPage, ControlCallbackPage) for name in vars(page) if not name.startswith("_")}
    assert methods == set(HOOKS) | {f"{name}_concurrent" for name in WITH_MODES}


@pytest.mark.parametrize("name", HOOKS)
def test_a_hook_is_hung_in(name: str) -> None:
    function = fitting(name)
    live = getattr(Live.builder(), name)(function)
    assert live.spec.callbacks == EventCallbacks(**{name: function})


@pytest.mark.parametrize("name", HOOKS)
def test_a_method_takes_a_mode_exactly_where_there_is_one(name: str) -> None:
    parameters = inspect.signature(getattr(Live, name)).parameters
    assert ("mode" in parameters) is HOOKS[name].modes
    if HOOKS[name].modes:
        assert parameters["mode"].kind is inspect.Parameter.KEYWORD_ONLY


@pytest.mark.parametrize("name", WITH_MODES)
def test_the_twin_is_the_method_with_the_mode(name: str) -> None:
    twin = getattr(Live.builder(), f"{name}_concurrent")(act)
    assert twin == getattr(Live.builder(), name)(act, mode=CallbackMode.CONCURRENT)
    assert getattr(twin.spec.callbacks, f"{name}_mode") is CallbackMode.CONCURRENT


@pytest.mark.parametrize("name", WITH_MODES)
def test_registering_again_resets_the_mode(name: str) -> None:
    twin = getattr(Live.builder(), f"{name}_concurrent")(act)
    assert getattr(twin, name)(act) == getattr(Live.builder(), name)(act)


@pytest.mark.parametrize("name", HOOKS)
def test_what_is_no_function_is_refused(name: str) -> None:
    with pytest.raises(TypeError, match=f"{name} needs a function, not str"):
        getattr(Live.builder(), name)("print")


WRONG_FOR_PLAIN = [act, Speaker(), Speaker().method, functools.partial(act, 1)]


@pytest.mark.parametrize("name", [name for name, hook in HOOKS.items() if not hook.is_async])
@pytest.mark.parametrize("function", WRONG_FOR_PLAIN, ids=["def", "object", "method", "partial"])
def test_an_inline_hook_refuses_an_async_function(name: str, function: Any) -> None:
    with pytest.raises(TypeError, match=rf"{name} runs inline, on the \w+ lane, and needs a plain function"):
        getattr(Live.builder(), name)(function)


@pytest.mark.parametrize("name", [name for name, hook in HOOKS.items() if hook.is_async])
def test_an_async_hook_refuses_a_function_that_returns_nothing(name: str) -> None:
    with pytest.raises(TypeError, match=f"{name} needs an async function"):
        getattr(Live.builder(), name)(says_none)


@pytest.mark.parametrize("name", [name for name, hook in HOOKS.items() if hook.is_async])
@pytest.mark.parametrize("function", [*WRONG_FOR_PLAIN, lambda *args: act(1, *args)])
def test_an_async_hook_takes_whatever_may_return_an_awaitable(name: str, function: Any) -> None:
    live = getattr(Live.builder(), name)(function)
    assert getattr(live.spec.callbacks, name) is function


def test_an_annotation_may_be_anything() -> None:
    def odd(*args: object) -> Any:
        return act(*args)

    odd.__annotations__["return"] = ["not", "hashable"]
    assert Live.builder().on_turn_complete(odd).spec.callbacks.on_turn_complete is odd


def test_a_mode_is_a_mode() -> None:
    with pytest.raises(TypeError, match="mode must be a CallbackMode, not 'concurrent'"):
        Live.builder().on_error(act, mode="concurrent")  # type: ignore[arg-type]


@pytest.mark.parametrize("name", HOOKS)
def test_a_function_that_does_not_take_what_it_will_get_is_refused_where_it_is_given(name: str) -> None:
    hook = HOOKS[name]

    def plain(*, never: int) -> None: ...

    async def waiting(*, never: int) -> None: ...

    with pytest.raises(TypeError, match=rf"{name} is called with \(.*\), which .* does not take: ") as caught:
        getattr(Live.builder(), name)(waiting if hook.is_async else plain)
    assert all(parameter in str(caught.value) for parameter in hook.payload)
