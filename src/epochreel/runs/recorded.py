"""What a run holds as functions of the epoch: its nets, scalars and tensors."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from functools import cached_property
from typing import Any, Self, overload

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

from epochreel.errors import RunError, choices
from epochreel.runs import training
from epochreel.runs.functions import Function, epoch
from epochreel.runs.playback import Playback
from epochreel.runs.run import Run
from epochreel.runs.scalars import RecordedScalar, RecordedTensor

__all__ = ["Net", "Recording", "recorded"]

REMEMBERED = 32  # outputs of a net: more inputs than one frame asks about


class Net:
    """A recorded net as a function of arrays that gives functions of the epoch.

    `net(y)` takes what the net takes, arrays, tensors or Functions, and is a Function:
    `decoder(encoder(y)) - y` is one too. `net.layer("embedding")` is the net as far as one of its
    submodules, `net["classifier.weight"]` one of its parameters, `net.gradient(y)` the slope of a
    scalar output. `playback` reads it at a given epoch.

    It is evaluated once for an epoch and input, however many ask and whatever they compose of it.
    Options and errors are those of `Playback`.
    """

    __slots__ = ("__dict__", "_layers", "_outputs", "_source")

    def __init__(
        self, run: Run, module: torch.nn.Module, name: str = "net", **options: Any
    ) -> None:
        self.playback = Playback(run, module, net=name, **options)
        self._source = run, module, name, options
        self._layers: dict[str, Net] = {}
        self._outputs: OrderedDict[tuple[Any, ...], NDArray[Any]] = OrderedDict()

    def __call__(self, *inputs: ArrayLike | torch.Tensor | Function) -> Function:
        """Return the outputs for these inputs, as a function of the epoch and of their clocks."""
        return Function(Net._output, self, "outputs", epoch, *inputs)

    def gradient(self, *inputs: ArrayLike | torch.Tensor | Function) -> Function:
        """Return ∇ of a scalar output with respect to its (first) inputs; see `Playback`."""
        return Function(Net._output, self, "gradient", epoch, *inputs)

    def layer(self, name: str) -> Net:
        """Return the net up to the submodule of this name, as in `named_modules`."""
        if name not in self._layers:
            run, module, net, options = self._source
            outer = self.playback.layer
            inner = {**options, "layer": f"{outer}.{name}" if outer else name}
            self._layers[name] = Net(run, module, net, **inner)
        return self._layers[name]

    def __getitem__(self, name: str) -> Function:
        """Return the parameter or buffer of this name, as in `state_dict`."""
        return self.playback.parameter(name)

    def _output(self, what: str, epoch: float, *inputs: Any) -> NDArray[Any]:
        arrays = [np.asarray(each) for each in inputs]
        key = (what, epoch, *(_content(array) for array in arrays))
        if key not in self._outputs:
            evaluate = self.playback.gradient if what == "gradient" else self.playback
            self._outputs[key] = evaluate(epoch, *arrays)
            if len(self._outputs) > REMEMBERED:
                self._outputs.popitem(last=False)
        return self._outputs[key]

    def __digest__(self) -> Playback:
        return self.playback

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self


def recorded(run: Run, name: str) -> Function:
    """Return a scalar or a tensor of the run as a function of the epoch.

    A scalar is linear between the epochs at which it was given; see `Run.tensor` for a tensor.
    Raises RunError where the run has neither.
    """
    if name in run.scalars:
        return Function(RecordedScalar(run, name), epoch)
    if name in run.tensors:
        return Function(RecordedTensor(run, name), epoch)
    raise RunError(
        f"The run {run.path} has no scalar or tensor {name!r}; "
        f"{choices(name, [*run.scalars, *run.tensors])}"
    )


class Recording:
    """A run with the trainer that knows how its nets are built.

    `trainer` is a name in trainers/ or the path of a .py file, by default what the run names.
    """

    def __init__(self, run: Run, trainer: str = "") -> None:
        self.run = run
        self.trainer = trainer or run.trainer
        self._nets: dict[tuple[Any, ...], Net] = {}

    @cached_property
    def config(self) -> Any:
        """The trainer's Config of this run; RunError where its fields are not those of today."""
        return training.configure(training.find(self.trainer), **self.run.config)

    @cached_property
    def modules(self) -> dict[str, torch.nn.Module]:
        """The trainer's nets by name, with initial parameters; a single one is called "net"."""
        built = training.find(self.trainer).build(self.config)
        return built if isinstance(built, dict) else {"net": built}

    @overload
    def nets(self, which: str | torch.nn.Module | None = None, /, *, epochs: Any = None) -> Net: ...

    @overload
    def nets(
        self,
        first: str | torch.nn.Module,
        second: str | torch.nn.Module,
        /,
        *others: str | torch.nn.Module,
        epochs: Any = None,
    ) -> tuple[Net, ...]: ...

    def nets(
        self, *which: str | torch.nn.Module | None, epochs: ArrayLike | None = None
    ) -> Net | tuple[Net, ...]:
        """Return the nets of these names; one alone is no tuple, and without a name the only one.

        A module in place of a name is filled with the run's only net, for runs whose trainer is
        no file of trainers/. `epochs` are the only snapshots to be looked at, by default all.
        Raises RunError where there is no such net.
        """
        nets = tuple(self._net(each, epochs) for each in which or (None,))
        return nets if len(nets) > 1 else nets[0]

    def recorded(self, name: str) -> Function:
        """Return a scalar or a tensor of the run as a function of the epoch; see `recorded`."""
        return recorded(self.run, name)

    def _net(self, which: str | torch.nn.Module | None, epochs: ArrayLike | None) -> Net:
        name = which if isinstance(which, str) else self._only()
        module = which if isinstance(which, torch.nn.Module) else None
        if name not in self.run.nets:
            raise RunError(
                f"There is no net {name!r} in the run {self.run.path}; "
                f"{choices(name, self.run.nets)}"
            )
        thinned = None if epochs is None else tuple(np.asarray(epochs, dtype=float))
        key = name, id(module), thinned
        if key not in self._nets:
            if module is None and name not in self.modules:
                raise RunError(
                    f"The trainer {self.trainer!r} builds no net {name!r}; "
                    f"{choices(name, self.modules)}"
                )
            # The net holds the module, so that its id is no other's.
            self._nets[key] = Net(self.run, module or self.modules[name], name, epochs=epochs)
        return self._nets[key]

    def _only(self) -> str:
        if len(self.run.nets) != 1:
            raise RunError(
                f"The run {self.run.path} has {len(self.run.nets)} nets, not one; name what is "
                f"meant: {', '.join(self.run.nets) or 'it recorded none'}."
            )
        return self.run.nets[0]


def _content(array: NDArray[Any]) -> tuple[Any, ...]:
    digest = hashlib.sha256(array.tobytes()).digest()
    return array.shape, array.dtype.str, digest
