"""Evaluate a recorded net: its outputs for any inputs at any epoch."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

from epochreel.errors import RunError
from epochreel.runs.run import Run

ROWS = 4096  # go through the net together: few enough for what they become to stay in the cache


class _ReachedError(Exception):
    """Carries the output of the layer asked for out of the forward, which can stop there."""

    def __init__(self, output: Any) -> None:
        self.output = output


class Playback:
    """The module with the parameters that a net of the run had at the epoch asked for.

    `playback(epoch, inputs)` is its output, or that of its submodule `layer` ("0", "2.1", as in
    `named_modules`), in evaluation mode, on the CPU. The module itself is left alone. Raises
    RunError where the run has no such net, the net does not fit the module, or the module has no
    such layer.

    Between snapshots parameters are interpolated. `epochs` are the only snapshots to be looked at,
    by default all: a net that swings to and fro from one to the next would flash on the screen.
    """

    # What decides the pixels is plain in __dict__, for Manim's cache key; the rest is in slots.
    __slots__ = ("__dict__", "_latest", "_module", "_run")

    def __init__(
        self,
        run: Run,
        module: torch.nn.Module,
        *,
        net: str = "net",
        layer: str | None = None,
        epochs: ArrayLike | None = None,
    ) -> None:
        self.net = net
        self.layer = layer
        self.digest = run.digest
        self.architecture = repr(module)
        self.epochs = None if epochs is None else np.asarray(epochs, dtype=np.float64)
        self._run = run
        self._module = copy.deepcopy(module).cpu().eval()
        self._latest: tuple[float, dict[str, torch.Tensor]] | None = None
        layers = dict(self._module.named_modules())
        if layer is not None and layer not in layers:
            names = ", ".join(name for name in layers if name)
            raise RunError(f"The module has no layer {layer!r}: its layers are {names}.")
        run.load(self._module, run.epochs[0] if len(run.epochs) else 0, net)
        if layer is not None:
            layers[layer].register_forward_hook(_stop)

    def __call__(self, epoch: float, *inputs: ArrayLike | torch.Tensor) -> NDArray[np.float32]:
        """Return the outputs, float32 (N, …), for inputs (N, …) at a (fractional) epoch.

        Whole numbers and truths go in as they are, other numbers in the module's own dtype.
        """
        batches = [self._tensor(each).split(ROWS) for each in inputs]
        self._tensors(epoch)
        with _one_thread(), torch.no_grad():
            output = torch.cat([self._forward(*rows) for rows in zip(*batches, strict=True)])
        array: NDArray[np.float32] = output.float().numpy()
        return array

    def gradient(self, epoch: float, *inputs: ArrayLike | torch.Tensor) -> NDArray[np.float32]:
        """Return ∇ of a scalar output with respect to the first inputs, float32 (N, D).

        Raises RunError where the module does not map inputs (N, D) to (N,) or (N, 1).
        """
        batch, *others = (self._tensor(each) for each in inputs)
        batch.requires_grad_()
        self._tensors(epoch)
        with _one_thread(), torch.enable_grad():
            output = self._forward(batch, *others)
            if output.numel() != len(batch):
                raise RunError(
                    f"The gradient of an output of shape {tuple(output.shape)} is no vector a "
                    "point; play back a module with one number for each."
                )
            (slopes,) = torch.autograd.grad(output.sum(), batch)
        array: NDArray[np.float32] = slopes.float().numpy()
        return array

    def of(self, inputs: ArrayLike | torch.Tensor) -> "Outputs":
        """Return the outputs for these inputs as a function of the epoch, for a layer to draw."""
        return Outputs(self, inputs)

    def parameter(self, name: str) -> "Parameter":
        """Return one parameter of the net as a function of the epoch, for a layer to draw."""
        return Parameter(self, name)

    def parameters(self, epoch: float) -> dict[str, NDArray[Any]]:
        """Return the net's parameters and buffers at an epoch, read-only."""
        values = {name: tensor.numpy() for name, tensor in self._tensors(epoch).items()}
        for value in values.values():
            value.setflags(write=False)
        return values

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def _forward(self, *inputs: torch.Tensor) -> torch.Tensor:
        try:
            output = self._module(*inputs)
        except _ReachedError as reached:
            output = reached.output
        if not isinstance(output, torch.Tensor):
            raise RunError(
                f"The output of {self.layer or 'the module'!r} is a {type(output).__name__}, not "
                "a tensor: play back one of its layers, Playback(…, layer=…)."
            )
        return output

    def _tensor(self, inputs: ArrayLike | torch.Tensor) -> torch.Tensor:
        tensor = torch.from_numpy(_array(inputs))
        floats = (p.dtype for p in self._module.parameters() if p.is_floating_point())
        return tensor.to(next(floats, torch.float32)) if tensor.is_floating_point() else tensor

    def _tensors(self, epoch: float) -> dict[str, torch.Tensor]:
        """Return the parameters and buffers at an epoch, which the module then has."""
        # The layers of a frame all ask for the same epoch.
        if self._latest is None or self._latest[0] != epoch:
            values = self._values(epoch)
            tensors = {name: torch.from_numpy(each) for name, each in values.items()}
            self._module.load_state_dict(tensors)
            self._latest = epoch, tensors
        return self._latest[1]

    def _values(self, epoch: float) -> dict[str, NDArray[Any]]:
        if self.epochs is None:
            return self._run.parameters(epoch, self.net)
        before = int(np.clip(np.searchsorted(self.epochs, epoch) - 1, 0, len(self.epochs) - 2))
        first, second = self.epochs[before : before + 2]
        share = np.float32((epoch - first) / (second - first))
        start, end = (self._run.parameters(each, self.net) for each in (first, second))
        return {name: (1 - share) * start[name] + share * end[name] for name in start}


class Outputs:
    """A playback's outputs for the same inputs at every epoch: `outputs(epoch)`."""

    def __init__(self, playback: Playback, inputs: ArrayLike | torch.Tensor) -> None:
        self.playback = playback
        self.inputs = _array(inputs)  # which Manim's cache key sees, unlike a tensor

    def __call__(self, epoch: float) -> NDArray[np.float32]:
        """Return the outputs, float32 (N, …), at a (fractional) epoch."""
        return self.playback(epoch, self.inputs)


class Parameter:
    """A parameter of a playback's net at every epoch: `parameter(epoch)`."""

    def __init__(self, playback: Playback, name: str) -> None:
        self.playback = playback
        self.name = name

    def __call__(self, epoch: float) -> NDArray[Any]:
        """Return the parameter at a (fractional) epoch, read-only."""
        return self.playback.parameters(epoch)[self.name]


def _array(inputs: ArrayLike | torch.Tensor) -> NDArray[Any]:
    if isinstance(inputs, torch.Tensor):
        inputs = inputs.detach().cpu().numpy()
    return np.array(inputs)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Keep torch to this thread: a frame is drawn beside an encoder that uses every core."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _stop(module: torch.nn.Module, inputs: Any, output: Any) -> None:
    raise _ReachedError(output)
