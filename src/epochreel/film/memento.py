"""Everything of a scene that can change, as it was at one moment, to be put back."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Collection, Iterable, Iterator
from types import FunctionType, MappingProxyType, MethodType, ModuleType
from typing import Any

import numpy as np
from manim import Animation, Mobject, Scene

from epochreel import Run
from epochreel.look.style import Style

__all__ = ["Memento"]

OF_SCENE = (
    "mobjects",
    "foreground_mobjects",
    "animations",
    "moving_mobjects",
    "static_mobjects",
    "duration",
    "last_t",
)
"""What of a scene's own attributes decides a frame of a play; the rest is for its story."""

CLOSED = (str, bytes, int, float, complex, type(None), type, ModuleType, np.generic, Run, Style)
"""What cannot change, or is only read: nothing is looked for in it."""

CONTAINERS = (list, tuple, dict, set, np.ndarray)


class Memento:
    """What can change of a scene at the start of a play, and everything that is animated in it.

    That is the `__dict__` of every mobject and animation that can be reached from the scene,
    through containers, objects and the closures of functions, with the lists, dicts, sets and
    arrays that belong to them. All else is pure: a function of clocks and of recorded arrays.

    What did not change since `before`, the memento of an earlier play, is shared with it.
    """

    def __init__(self, scene: Scene, before: Memento | None = None) -> None:
        earlier = {} if before is None else before._notes
        self._scene = scene
        self._of_scene = {name: getattr(scene, name) for name in OF_SCENE}
        self._notes: dict[int, tuple[Any, Any]] = {}
        for thing in _changing(scene):
            _, state = earlier.get(id(thing), (None, None))
            if not _is_now(thing, state):
                state = _state(thing)
            # The thing itself is kept too: no other gets its id as long as it lives.
            self._notes[id(thing)] = thing, state

    def restore(self) -> None:
        """Put everything back by identity: what was one thing in two places is so again."""
        for thing, state in self._notes.values():
            if isinstance(thing, np.ndarray):
                thing[...] = state
            elif isinstance(thing, list):
                thing[:] = state
            else:
                held = thing if isinstance(thing, dict | set) else vars(thing)
                held.clear()
                held.update(state)
        vars(self._scene).update(self._of_scene)


def _changing(scene: Scene) -> Iterator[Any]:
    """The mobjects and animations that can be reached, and the containers that belong to them."""
    own = [vars(scene)[name] for name in OF_SCENE]
    # What draws and what records is no part of the picture.
    rest = {**vars(scene), "renderer": None, "manager": None}
    # With each goes whether it belongs to what changes: the containers of a pure object may be a
    # cache, half of which is kept elsewhere.
    found: list[tuple[Any, bool]] = [(rest, False), (own, True)]
    seen: dict[tuple[int, bool], Any] = {(id(scene), True): scene}
    while found:
        thing, belongs = found.pop()
        changes, holds = _kind(type(thing))
        belongs = changes or (belongs and holds)
        if (id(thing), belongs) in seen or (id(thing), True) in seen:
            continue
        seen[id(thing), belongs] = thing
        if belongs and not _is_fixed(thing):
            yield thing
        found += [(part, belongs) for part in _parts(thing) if not _is_closed(type(part))]


# By the type, for a clip has some thousand things: whether one changes by itself and whether it
# holds others; and whether nothing is looked for in it.
_kind: Callable[[type], tuple[bool, bool]] = functools.cache(
    lambda kind: (issubclass(kind, Mobject | Animation), issubclass(kind, CONTAINERS))
)
_is_closed: Callable[[type], bool] = functools.cache(lambda kind: issubclass(kind, CLOSED))


def _is_fixed(thing: Any) -> bool:
    if isinstance(thing, np.ndarray):
        return not thing.flags.writeable
    return isinstance(thing, tuple)


def _parts(thing: Any) -> Iterable[Any]:
    """What a thing leads to."""
    if isinstance(thing, list | tuple | set | frozenset):
        return thing
    if isinstance(thing, dict | MappingProxyType):
        return thing.values()
    if isinstance(thing, np.ndarray):
        return thing.ravel().tolist() if thing.dtype.hasobject else ()
    if isinstance(thing, MethodType):
        return (thing.__self__, thing.__func__)
    if isinstance(thing, functools.partial):
        return (thing.func, thing.args, thing.keywords)
    if isinstance(thing, FunctionType):
        cells = thing.__closure__ or ()
        return [_content(cell) for cell in cells] + list(thing.__defaults__ or ())
    return getattr(thing, "__dict__", {}).values()


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # of a name that is not bound yet
        return None


def _state(thing: Any) -> Any:
    """What is to be put back: containers as they are one level deep, for the parts are noted."""
    if isinstance(thing, np.ndarray | list | dict | set):
        return thing.copy()
    return dict(vars(thing))


def _is_now(thing: Any, state: Any) -> bool:
    """Whether a thing is still as it was noted."""
    if state is None or isinstance(thing, set):
        return False
    if isinstance(thing, np.ndarray):
        plain = not thing.dtype.hasobject
        return plain and thing.dtype == state.dtype and np.array_equal(thing, state)
    if isinstance(thing, list):
        return _same(thing, state)
    held = thing if isinstance(thing, dict) else vars(thing)
    return held.keys() == state.keys() and _same(held.values(), state.values())


def _same(one: Collection[Any], other: Collection[Any]) -> bool:
    return len(one) == len(other) and all(map(operator.is_, one, other))
