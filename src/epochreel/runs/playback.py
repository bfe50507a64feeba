"""Evaluate a recorded net: its outputs for any inputs at any epoch."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import nn

from epochreel.errors import RunError, choices
from epochreel.runs.chains import Chain
from epochreel.runs.functions import Function, epoch
from epochreel.runs.nets import unwrapped
from epochreel.runs.run import Run

ROWS = 4096  # go through the net together: few enough for what they become to stay in the cache
ROW_WISE = (nn.Sequential, nn.Linear, nn.Identity, nn.ReLU, nn.Tanh, nn.Sigmoid, nn.Softplus)
"""Modules in which no row of the inputs knows of another, so that they can go in batches."""
FIRST = (nn.RNNBase, nn.RNNCellBase, nn.MultiheadAttention)
"""Modules whose output is the first of a tuple, before states or weights."""


class _Reached(Exception):  # noqa: N818
    """The layer has its output, and nothing that follows changes it."""


class Playback:
    """The module with the parameters that a net of the run had at the epoch asked for.

    `playback(epoch, *inputs)` is its output, or that of its submodule `layer` ("0", "2.1", as in
    `named_modules`), in evaluation mode, on the CPU. The module itself is left alone. Raises
    RunError where the run has no such net, the net does not fit the module, or the module has no
    such layer.

    A layer that is used several times in a forward, as a recurrent cell is, gives the outputs of
    all its uses in order, stacked along axis 1: (N, uses, …). Of torch's recurrent modules the
    output is meant, not the state beside it: of an LSTM h at all steps, of an LSTM cell h; of its
    attention the values, not the weights.

    Between snapshots parameters are interpolated. `epochs` are the only snapshots to be looked at,
    by default all: a net that swings to and fro from one to the next would flash on the screen.
    Before the first of them and after the last, the net stays as it is there.
    """

    def __init__(
        self,
        run: Run,
        module: nn.Module,
        *,
        net: str = "net",
        layer: str | None = None,
        epochs: ArrayLike | None = None,
    ) -> None:
        self.net = net
        self.layer = layer
        self.epochs = None if epochs is None else np.unique(np.asarray(epochs, dtype=np.float64))
        if self.epochs is not None and not len(self.epochs):
            raise RunError(f"No epochs are left to play the net {net!r} back from; give one.")
        self._run = run
        self._module = copy.deepcopy(unwrapped(module)).cpu().eval().requires_grad_(False)
        self._splits = all(type(each) in ROW_WISE for each in self._module.modules())
        self._state = self._module.state_dict()
        self._latest: tuple[float, dict[str, NDArray[Any]]] | None = None
        self._loaded: float | None = None
        self._outputs: list[Any] = []  # of the layer in this forward
        layers = dict(self._module.named_modules())
        if layer is not None and layer not in layers:
            names = ", ".join(name for name in layers if name)
            raise RunError(f"The module has no layer {layer!r}: its layers are {names}.")
        run.load(self._module, run.epochs[0] if len(run.epochs) else 0, net)
        chain = Chain.of(self._module, layer or "")
        layers[layer or ""].register_forward_hook(self._keep)
        # Of one that is used once, nothing that follows is worked out.
        used = [each for _, each in self._module.named_modules(remove_duplicate=False)]
        self._ends = bool(layer) and self._splits and used.count(layers[layer or ""]) == 1
        self._chain = chain if self._ends or not layer else None
        # What a linear layer puts out is nobody else's: no rectifier after it need copy that.
        for block in used if self._splits else ():
            if type(block) is nn.Sequential:
                for before, after in pairwise(block):
                    if type(before) is nn.Linear and type(after) is nn.ReLU:
                        after.inplace = after.inplace or used.count(after) == 1

    def __call__(self, epoch: float, *inputs: ArrayLike | torch.Tensor) -> NDArray[np.float32]:
        """Return the outputs, float32, for these inputs at a (fractional) epoch.

        Whole numbers and truths go in as they are, other numbers in the module's own dtype.
        Raises RunError for inputs that the module does not take.
        """
        arrays = [_array(each) for each in inputs]
        if self._chain is not None and len(arrays) == 1 and self._chain.takes(arrays[0]):
            return self._chain(self._at(epoch), arrays[0])
        tensors = [self._tensor(each) for each in arrays]
        self._load(epoch)
        with one_thread(), torch.no_grad():
            if self._splits and len(tensors) == 1 and tensors[0].ndim > 1:
                output = torch.cat([self._forward(rows) for rows in tensors[0].split(ROWS)])
            else:
                output = self._forward(*tensors)
        array: NDArray[np.float32] = output.float().numpy()
        return array

    def gradient(self, epoch: float, *inputs: ArrayLike | torch.Tensor) -> NDArray[np.float32]:
        """Return ∇ of a scalar output with respect to the first inputs, float32, in their shape.

        Raises RunError where the module maps inputs (N, D) neither to (N,) or (N, 1) nor, all
        together, to one number; or where the inputs are whole numbers.
        """
        batch, *others = (self._tensor(_array(each)) for each in inputs)
        if not batch.is_floating_point():
            raise RunError(f"Inputs of {batch.dtype} have no gradient; hand in real numbers.")
        batch.requires_grad_()
        self._load(epoch)
        with one_thread(), torch.enable_grad():
            output = self._forward(batch, *others)
            if output.ndim and output.numel() != len(batch):
                raise RunError(
                    f"The gradient of an output of shape {tuple(output.shape)} is no vector a "
                    "point; play back a module with one number for each."
                )
            (slopes,) = torch.autograd.grad(output.sum(), batch)
        array: NDArray[np.float32] = slopes.float().numpy()
        return array

    def of(self, *inputs: ArrayLike | torch.Tensor) -> Function:
        """Return the outputs for these inputs as a function of the epoch, for a layer to draw."""
        return Function(Playback.__call__, self, epoch, *inputs)

    def parameter(self, name: str) -> Function:
        """Return one parameter of the net as a function of the epoch, for a layer to draw.

        Raises RunError where the net has none of this name.
        """
        if name not in (known := self._module.state_dict()):
            raise RunError(
                f"The net {self.net!r} has no parameter {name!r}; {choices(name, known)}"
            )
        return Function(Playback._parameter, self, name, epoch)

    def parameters(self, epoch: float) -> dict[str, NDArray[Any]]:
        """Return the net's parameters and buffers at an epoch, read-only."""
        values = {name: value.view() for name, value in self._at(epoch).items()}
        for value in values.values():
            value.setflags(write=False)
        return values

    def __digest__(self) -> Any:
        # The parameters are the run's, whatever epoch the module was left at.
        blank = vars(torch.nn.Module())
        made = [
            (name, type(each), {key: v for key, v in vars(each).items() if key not in blank})
            for name, each in self._module.named_modules()
        ]
        return self._run, self.net, self.layer, self.epochs, made

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def _parameter(self, name: str, epoch: float) -> NDArray[Any]:
        return self.parameters(epoch)[name]

    def _forward(self, *inputs: torch.Tensor) -> torch.Tensor:
        self._outputs.clear()
        try:
            with suppress(_Reached):
                self._module(*inputs)
        except (IndexError, RuntimeError, TypeError, ValueError) as error:
            given = ", ".join(f"{tuple(each.shape)} of {each.dtype}" for each in inputs)
            raise RunError(
                f"The net {self.net!r} does not take inputs {given or 'of no kind'} "
                f"({str(error).strip().splitlines()[0]}): hand in what it was trained with."
            ) from error
        outputs, name = self._outputs, repr(self.layer or "the module")
        if not outputs:
            raise RunError(f"The layer {name} takes no part in the forward; play back another.")
        for output in outputs:
            if not isinstance(output, torch.Tensor):
                raise RunError(
                    f"The output of {name} is a {type(output).__name__}, not "
                    "a tensor: play back one of its layers, Playback(…, layer=…)."
                )
        first: torch.Tensor = outputs[0]
        if len(outputs) == 1:
            return first
        if len(shapes := {tuple(output.shape) for output in outputs}) > 1 or first.ndim == 0:
            raise RunError(
                f"The layer {name} is used {len(outputs)} times, with outputs of shapes "
                f"{', '.join(map(str, sorted(shapes)))}, which do not stack along the rows; play "
                "back a layer that is used once."
            )
        return torch.stack(outputs, dim=1)

    def _keep(self, module: nn.Module, inputs: Any, output: Any) -> None:
        if isinstance(module, FIRST) and isinstance(output, tuple):
            output = output[0]
        if self._ends:
            self._outputs.append(output)
            raise _Reached
        # A copy, for what comes next in the module may work in place.
        self._outputs.append(output.clone() if isinstance(output, torch.Tensor) else output)

    def _tensor(self, inputs: NDArray[Any]) -> torch.Tensor:
        tensor = torch.from_numpy(inputs.copy())
        if not tensor.is_floating_point():
            return tensor
        floats = (each.dtype for each in self._module.parameters() if each.is_floating_point())
        return tensor.to(next(floats, torch.float32))

    def _load(self, epoch: float) -> None:
        """Give the module the parameters and buffers of an epoch."""
        if self._loaded != epoch:
            values = {name: torch.from_numpy(each) for name, each in self._at(epoch).items()}
            if self._splits:
                with torch.no_grad():
                    for name, tensor in values.items():
                        self._state[name].copy_(tensor)
            else:
                self._module.load_state_dict(values)
            self._loaded = epoch

    def _at(self, epoch: float) -> dict[str, NDArray[Any]]:
        """Return the parameters and buffers at an epoch."""
        # The layers of a frame all ask for the same epoch.
        if self._latest is None or self._latest[0] != epoch:
            self._latest = epoch, self._values(epoch)
        return self._latest[1]

    def _values(self, epoch: float) -> dict[str, NDArray[Any]]:
        if self.epochs is None:
            return self._run.parameters(epoch, self.net)
        epoch = float(np.clip(epoch, self.epochs[0], self.epochs[-1]))
        index = int(np.searchsorted(self.epochs, epoch, "right")) - 1
        before, after = self.epochs[index], self.epochs[min(index + 1, len(self.epochs) - 1)]
        start = self._run.parameters(before, self.net)
        if epoch == before:
            return start
        end, share = self._run.parameters(after, self.net), (epoch - before) / (after - before)
        return {
            name: (1 - np.float32(share)) * value + np.float32(share) * end[name]
            if np.issubdtype(value.dtype, np.floating)
            else value
            for name, value in start.items()
        }


def _array(inputs: ArrayLike | torch.Tensor) -> NDArray[Any]:
    return np.asarray(inputs.detach().cpu() if isinstance(inputs, torch.Tensor) else inputs)


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep torch to this thread: a frame is drawn beside an encoder that uses every core."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
