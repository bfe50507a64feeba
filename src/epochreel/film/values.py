"""A digest of any Python value, by what it holds and never by where it lies in memory.

Two values that draw the same have the same digest in every process; two that may draw differently
have not. A class that knows better than its attributes tells what it is worth by a method
`__digest__`, which returns anything that can be digested.
"""

from __future__ import annotations

import copyreg
import dis
import functools
import inspect
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from enum import Enum
from hashlib import blake2b
from pathlib import Path, PurePath
from types import (
    BuiltinFunctionType,
    CodeType,
    FunctionType,
    MappingProxyType,
    MethodType,
    ModuleType,
)
from typing import Any

import numpy as np
from manim import Mobject, Scene, VMobject

from epochreel.errors import ClipError
from epochreel.files import PACKAGE
from epochreel.layers import Layer

__all__ = ["digest", "fields"]

LIBRARIES = tuple(
    Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib")
)
INSTALLED = {"site-packages", "dist-packages"}
"""Folders of libraries wherever they lie: a user's own, the system's, another environment's."""
BUILT_IN = 1 << 9  # the flag that a class of Python's own lacks, Py_TPFLAGS_HEAPTYPE
SIZE = 16  # bytes of a digest


class _OpaqueError(Exception):
    """A value that holds what cannot be seen; `path` leads to it, the innermost name first."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.path: list[str] = []


def digest(value: Any) -> str:
    """Return a digest of a value, hexadecimal.

    Raises ClipError, naming it, where it holds something whose content cannot be read: a
    generator, a lock, an open file.
    """
    try:
        return _Walk().of(value).hex()
    except _OpaqueError as error:
        where = " of ".join(error.path[:3]) or "a play"
        raise ClipError(
            f"Whether {where} changed cannot be known, for it holds a {error.kind}: hold an array "
            "or a number instead, or give its class a method __digest__ that says what it draws."
        ) from None


def fields(value: Any) -> dict[str, Any]:
    """The attributes of an object by name, apart from those that are worked out from the rest."""
    kind = type(value)
    held = dict(getattr(value, "__dict__", ()))
    for name in _slots(kind):  # type: ignore[arg-type]
        if hasattr(value, name):
            held[name] = getattr(value, name)
    for name in _derived(kind):  # type: ignore[arg-type]
        held.pop(name, None)
    return held


@functools.cache
def _slots(kind: type) -> tuple[str, ...]:
    names = []
    for base in kind.__mro__:
        slots = base.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if name not in ("__dict__", "__weakref__"):
                hidden = name.startswith("__") and not name.endswith("__")
                names.append(f"_{base.__name__.lstrip('_')}{name}" if hidden else name)
    return tuple(names)


@functools.cache
def _derived(kind: type) -> tuple[str, ...]:
    names = {name for base in kind.__mro__ for name in vars(base)}
    found = {name: inspect.getattr_static(kind, name) for name in names}
    cached = (n for n, member in found.items() if isinstance(member, functools.cached_property))
    return (*cached, *(kind.derived if issubclass(kind, Layer) else ()))


@functools.cache
def _covered(module: str) -> bool:
    """Whether a name says all: of a library, whose version counts, and of this package's code."""
    file = getattr(sys.modules.get(module), "__file__", None)
    if file is None:
        return module in sys.modules and module != "__main__"
    if not INSTALLED.isdisjoint(Path(file).parts):
        return True
    return any(map(Path(file).is_relative_to, (PACKAGE, *LIBRARIES)))


@functools.cache
def _reduced_only(kind: type) -> bool:
    """Whether a class keeps what its objects hold out of sight of their attributes."""
    return any(not base.__flags__ & BUILT_IN for base in kind.__mro__[:-1])


@functools.lru_cache(maxsize=4096)
def _instructions(code: CodeType) -> tuple[tuple[tuple[Any, ...], ...], tuple[str, ...]]:
    """What a function does, docstrings and line numbers apart, and the globals that it names."""
    steps: list[tuple[Any, ...]] = [
        (code.co_flags, code.co_varnames[: code.co_argcount + code.co_kwonlyargcount + 2]),
        (code.co_exceptiontable,),
    ]
    names: dict[str, None] = {}
    for step in dis.get_instructions(code):
        if isinstance(step.argval, CodeType):
            inner, more = _instructions(step.argval)
            steps.append((step.opname, inner))
            names |= dict.fromkeys(more)
        else:
            steps.append((step.opname, step.argval))
        if step.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            names[step.argval] = None
    return tuple(steps), tuple(names)


class _Walk:
    """One digest in the making; it remembers the objects it has seen, and those it is within."""

    def __init__(self) -> None:
        self.known: dict[int, bytes] = {}
        self.within: dict[int, int] = {}
        self.kept: list[Any] = []  # or a new object could take the place of one that is gone

    def of(self, value: Any) -> bytes:
        """The digest of a value; of something short it is the thing itself."""
        kind = type(value)
        if kind in PLAIN:
            return b"%s:%s;" % (kind.__name__.encode(), repr(value).encode())
        place = id(value)
        if (found := self.known.get(place)) is not None:
            return found
        if place in self.within:
            return b"within:%d;" % self.within[place]
        self.within[place] = len(self.within)
        try:
            total = blake2b(digest_size=SIZE)
            for part in self.parts(value, kind):
                total.update(b"%d:" % len(part))
                total.update(part)
        finally:
            del self.within[place]
        self.kept.append(value)
        self.known[place] = made = total.digest()
        return made

    def parts(self, value: Any, kind: type) -> Iterator[bytes | memoryview]:
        """What the digest of a value is made of, its kind first."""
        if handler := HANDLERS.get(kind):
            yield kind.__qualname__.encode()
            yield from handler(self, value)
            return
        if isinstance(value, type):
            yield from self.klass(value)
            return
        yield self.of(kind)
        if told := getattr(kind, "__digest__", None):
            yield self.named(kind.__name__, told(value))
        elif isinstance(value, Enum):
            yield value.name.encode()
        elif isinstance(value, np.ndarray | np.generic):
            yield from self.array(np.asarray(value))
        elif (torch := sys.modules.get("torch")) and isinstance(value, torch.Tensor):
            yield from self.tensor(value)
        elif isinstance(value, PurePath):
            yield value.as_posix().encode()
        elif isinstance(value, dict):
            yield self.of(getattr(value, "default_factory", None))
            yield from self.mapping(value)
        elif isinstance(value, tuple | list):
            yield from self.sequence(value)
        elif isinstance(value, set | frozenset):
            yield from self.collection(value)
        elif callable(value) and hasattr(value, "__wrapped__"):
            yield self.of(value.__wrapped__)
        elif _reduced_only(kind) or not (hasattr(value, "__dict__") or _slots(kind)):
            yield from self.reduced(value, kind)
        else:
            held = fields(value)
            if isinstance(value, Mobject):
                _leave_traces(value, held)
            yield from self.named_all(kind.__name__, sorted(held.items()))
            return
        if kind.__flags__ & BUILT_IN and not told and getattr(value, "__dict__", None):
            yield from self.named_all(kind.__name__, sorted(fields(value).items()))

    def named(self, name: str, value: Any) -> bytes:
        """The digest of what something of a name holds; the name is for the error."""
        try:
            return self.of(value)
        except _OpaqueError as error:
            error.path.append(name)
            raise

    def named_all(self, owner: str, members: Iterable[tuple[str, Any]]) -> Iterator[bytes]:
        for name, member in members:
            yield name.encode()
            try:
                yield self.of(member)
            except _OpaqueError as error:
                error.path.append(f"{name!r} of a {owner}" if not error.path else f"a {owner}")
                raise

    def sequence(self, values: Iterable[Any]) -> Iterator[bytes]:
        return map(self.of, values)

    def collection(self, values: Iterable[Any]) -> Iterator[bytes]:
        return iter(sorted(map(self.of, values)))

    def mapping(self, values: Any) -> Iterator[bytes]:
        for key, value in values.items():
            yield self.of(key)
            yield self.named(f"the entry {key!r}", value)

    def array(self, array: Any) -> Iterator[bytes | memoryview]:
        if array.dtype.hasobject:
            yield from self.sequence(array.ravel().tolist())
        else:
            yield (
                array.dtype.str.encode()
                if array.dtype.names is None
                else repr(array.dtype).encode()
            )
            yield array.tobytes()
        yield repr(array.shape).encode()

    def tensor(self, tensor: Any) -> Iterator[bytes | memoryview]:
        yield str(tensor.dtype).encode()
        yield repr(tuple(tensor.shape)).encode()
        if tensor.is_sparse or tensor.is_quantized:
            raise _OpaqueError("tensor that is not dense")
        flat = tensor.detach().cpu().resolve_conj().resolve_neg().contiguous().reshape(-1)
        yield flat.view(sys.modules["torch"].uint8).numpy().tobytes()

    def function(self, function: FunctionType) -> Iterator[bytes]:
        """A function by what it does, what it is closed over, and the globals that it names."""
        if _covered(function.__module__):
            yield f"{function.__module__}.{function.__qualname__}".encode()
        else:
            steps, names = _instructions(function.__code__)
            yield self.of(steps)
            there = function.__globals__
            yield from self.named_all(
                function.__qualname__, ((n, there[n]) for n in names if n in there)
            )
        yield self.of(function.__defaults__)
        yield self.of(function.__kwdefaults__)
        names = function.__code__.co_freevars
        cells = zip(names, function.__closure__ or (), strict=True)
        yield from self.named_all(
            function.__qualname__, ((name, _content(cell)) for name, cell in cells)
        )
        yield self.of({name: v for name, v in vars(function).items() if name != "__wrapped__"})

    def method(self, method: MethodType) -> Iterator[bytes]:
        yield self.of(method.__func__)
        yield self.named(f"a method {method.__name__}", method.__self__)

    def built_in(self, function: BuiltinFunctionType) -> Iterator[bytes]:
        yield f"{function.__module__}.{function.__qualname__}".encode()
        if not isinstance(function.__self__, ModuleType | type | None):
            yield self.of(function.__self__)

    def partial(self, partial: functools.partial[Any]) -> Iterator[bytes]:
        yield self.of((partial.func, partial.args, partial.keywords))

    def descriptor(self, member: Any) -> Iterator[bytes]:
        for name in ("__func__", "fget", "fset", "func"):
            yield self.of(getattr(member, name, None))

    def klass(self, kind: type) -> Iterator[bytes]:
        """A class by its name and, if it is nobody's that is known, by its members."""
        yield kind.__name__.encode()
        own_file = getattr(sys.modules.get(kind.__module__), "__file__", None) is not None
        if _covered(kind.__module__) or (issubclass(kind, Scene) and own_file):  # counts as a whole
            yield kind.__module__.encode() if not issubclass(kind, Scene) else b""
            return
        yield from map(self.of, kind.__bases__)
        if issubclass(kind, Enum):
            yield self.of([(member.name, member.value) for member in kind])
            return
        own = sorted(vars(kind).items())
        yield from self.named_all(
            kind.__name__,
            ((n, m) for n, m in own if n[:2] != "__" or callable(m) if n[:4] != "_abc"),
        )

    def reduced(self, value: Any, kind: type) -> Iterator[bytes]:
        """What would be written to take a value to another process."""
        try:
            reduce = copyreg.dispatch_table.get(kind)
            made = reduce(value) if reduce else value.__reduce_ex__(4)
        except TypeError:
            raise _OpaqueError(kind.__name__) from None
        if isinstance(made, str):
            yield made.encode()
            return
        function, *rest = made
        yield self.of(function)
        for part in rest:
            yield self.of(list(part) if isinstance(part, Iterator) else part)


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # nothing yet
        return ValueError


def _leave_traces(mobject: Mobject, held: dict[str, Any]) -> None:
    """Leave out what Manim leaves on a mobject and never draws.

    A subclass may use the same names for something of its own, which is of another kind.
    """
    for name in ("target", "saved_state"):
        if type(held.get(name)) is type(mobject):
            held[name] = None
    if held.get("saved_state", mobject) is None:
        del held["saved_state"]
    if held.get("name") == type(mobject).__name__:
        del held["name"]
    if isinstance(mobject, VMobject):  # drawn with the alpha of its colours
        for name in ("fill_opacity", "stroke_opacity", "background_stroke_opacity"):
            held.pop(name, None)
    if str(held.get("original_id")).isdigit():  # a copy's, and a place in memory
        del held["original_id"]


PLAIN = {type(None), bool, int, float, complex, str, bytes, type(Ellipsis)}
HANDLERS: dict[type, Any] = {
    tuple: _Walk.sequence,
    list: _Walk.sequence,
    dict: _Walk.mapping,
    MappingProxyType: _Walk.mapping,
    set: _Walk.collection,
    frozenset: _Walk.collection,
    np.ndarray: _Walk.array,
    FunctionType: _Walk.function,
    MethodType: _Walk.method,
    BuiltinFunctionType: _Walk.built_in,
    functools.partial: _Walk.partial,
    property: _Walk.descriptor,
    staticmethod: _Walk.descriptor,
    classmethod: _Walk.descriptor,
    functools.cached_property: _Walk.descriptor,
    ModuleType: lambda walk, module: [module.__name__.encode()],
}
