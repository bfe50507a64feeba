"""Functions of clocks that compose: arithmetic on what changes while a net trains."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from enum import Enum
from typing import Any, Final, NoReturn, Self

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin
from numpy.typing import NDArray

from epochreel.errors import EpochreelError

__all__ = ["EPOCH", "Function", "Instant", "between", "epoch", "varying"]


class _Clocks(Enum):
    EPOCH = "the clip's own epoch"


EPOCH: Final = _Clocks.EPOCH
"""The clock that stands for the clip's own epoch, whichever clip draws the function."""


class Function(NDArrayOperatorsMixin):
    """`operation(*arguments, **options)`, where Functions among them stand for their values.

    `f(*instants)` is its value, a read-only array, at one instant for each of `f.clocks`: the
    clocks of its arguments in the order in which they first appear. Clocks are opaque; `EPOCH` is
    one. NumPy's operators, ufuncs and functions give Functions again: `np.stack([f, 2 * g])`.
    Functions are compared with <, ≤, >, ≥ and `np.equal`, while == asks whether they are the same.

    The latest value is remembered, so that many who ask at the same instants cost one evaluation.
    Arrays among the arguments are copied, torch's tensors as arrays: nothing changes it later.
    """

    # What decides the value is plain in __dict__; what is remembered is not.
    __slots__ = ("__dict__", "_latest")

    __eq__ = object.__eq__
    __ne__ = object.__ne__
    __hash__ = object.__hash__
    __iter__ = None  # or Python would count through the indices without end

    def __init__(self, operation: Callable[..., Any], *arguments: Any, **options: Any) -> None:
        self.operation = operation
        self.name = getattr(operation, "__name__", type(operation).__name__)
        self.arguments = _plain(arguments)
        self.options = _plain(options)
        self.clocks: tuple[Hashable, ...] = tuple(
            dict.fromkeys(
                clock
                for function in _functions((self.arguments, self.options))
                for clock in function.clocks
            )
        )
        self._latest: tuple[tuple[float, ...], NDArray[Any]] | None = None

    def __call__(self, *instants: float) -> NDArray[Any]:
        """Return the value at these instants, one for each clock; a lone number is no array."""
        return self._at(dict(zip(self.clocks, instants, strict=True)))

    def _at(self, times: Mapping[Hashable, float]) -> NDArray[Any]:
        instants = tuple(times[clock] for clock in self.clocks)
        if self._latest is None or self._latest[0] != instants:
            value = np.asarray(self._evaluate(times)).view()
            value.flags.writeable = False
            self._latest = instants, value[()]
        return self._latest[1]

    def _evaluate(self, times: Mapping[Hashable, float]) -> Any:
        arguments, options = _present((self.arguments, self.options), times)
        return self.operation(*arguments, **options)

    def __array_ufunc__(
        self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any
    ) -> Function:
        """Apply a ufunc or one of its methods; `f += 1` makes another function."""
        options.pop("out", None)
        operation = ufunc if method == "__call__" else getattr(ufunc, method)
        return Function(operation, *inputs, **options)

    def __array_function__(
        self, function: Callable[..., Any], types: Any, arguments: Any, options: Any
    ) -> Function:
        """Apply one of NumPy's functions."""
        return Function(function, *arguments, **options)

    def __array__(self, *_: Any, **__: Any) -> NoReturn:
        """Refuse: an array is what the function has at an instant."""
        raise EpochreelError(
            "A function of clocks is no array: draw it as a quantity, or ask for its value at an "
            "epoch, f(epoch)."
        )

    def __bool__(self) -> NoReturn:
        """Refuse: whether it is true depends on the instant."""
        raise EpochreelError(
            "A function of clocks is neither true nor false: np.where(condition, yes, no) chooses "
            "at every instant."
        )

    def __getitem__(self, index: Any) -> Function:
        """Return the function's elements at an index, which may hold Functions."""
        return Function(_item, self, index)

    @property
    def T(self) -> Function:  # noqa: N802 (NumPy's name)
        """The transpose."""
        return Function(np.transpose, self)

    def sum(self, axis: Any = None, **options: Any) -> Function:
        """Add up along an axis."""
        return Function(np.sum, self, axis=axis, **options)

    def mean(self, axis: Any = None, **options: Any) -> Function:
        """Average along an axis."""
        return Function(np.mean, self, axis=axis, **options)

    def max(self, axis: Any = None, **options: Any) -> Function:
        """Take the largest along an axis."""
        return Function(np.max, self, axis=axis, **options)

    def min(self, axis: Any = None, **options: Any) -> Function:
        """Take the smallest along an axis."""
        return Function(np.min, self, axis=axis, **options)

    def reshape(self, *shape: Any) -> Function:
        """Give the values another shape."""
        return Function(np.reshape, self, shape[0] if len(shape) == 1 else shape)

    def __digest__(self) -> dict[str, Any]:
        """What decides the value, and not what is remembered."""
        return vars(self)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self


class Instant(Function):
    """What a clock shows."""

    def __init__(self, clock: Hashable) -> None:
        super().__init__(float)
        self.clocks = (clock,)

    def _evaluate(self, times: Mapping[Hashable, float]) -> float:
        return float(times[self.clocks[0]])


def varying(function: Callable[..., Any], *clocks: Hashable) -> Function:
    """Make a plain function of the clocks' values one that composes."""
    return Function(function, *map(Instant, clocks))


def _item(values: NDArray[Any], index: Any) -> Any:
    return values[index]


def _plain(argument: Any) -> Any:
    """Copy what could be changed from outside; torch's tensors become arrays."""
    if hasattr(argument, "detach"):
        argument = argument.detach().cpu().numpy()
    if isinstance(argument, np.ndarray):
        return argument.copy()
    return _mapped(_plain, argument)


def _present(argument: Any, times: Mapping[Hashable, float]) -> Any:
    """Put values in the place of Functions."""
    if isinstance(argument, Function):
        return argument._at(times)
    return _mapped(lambda part: _present(part, times), argument)


def _mapped(change: Callable[[Any], Any], argument: Any) -> Any:
    if type(argument) in (list, tuple):
        return type(argument)(map(change, argument))
    if type(argument) is dict:
        return {name: change(part) for name, part in argument.items()}
    return argument


def _functions(argument: Any) -> Iterator[Function]:
    if isinstance(argument, Function):
        yield argument
    elif type(argument) in (list, tuple, dict):
        for part in argument.values() if isinstance(argument, dict) else argument:
            yield from _functions(part)


epoch = Instant(EPOCH)
"""The epoch that the clip shows, as a Function."""


def between(times: NDArray[Any], values: NDArray[Any], at: float) -> NDArray[Any]:
    """The value (…) at a time, linearly between those, (T, …), at rising times (T,), T ≥ 2.

    Before the first of them and after the last it stays as it is there.
    """
    index = np.clip(np.searchsorted(times, at, side="right") - 1, 0, len(times) - 2)
    share = np.clip((at - times[index]) / (times[index + 1] - times[index]), 0, 1)
    value: NDArray[Any] = (1 - share) * values[index] + share * values[index + 1]
    return value
