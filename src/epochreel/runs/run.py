"""Read a run: any parameter at any epoch, without loading the rest."""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from epochreel.errors import RunError, did_you_mean
from epochreel.runs import store
from epochreel.runs.header import Header, Layout, plain
from epochreel.runs.store import ShardFile

if TYPE_CHECKING:  # reading a run does not need torch
    import torch

OPEN_FILES = 16  # memory-mapped shards kept at hand

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Run:
    """A recorded training, complete or not; open one with `Run.open`.

    Epochs may be fractional: what lies between two snapshots is interpolated linearly. Arrays
    are the caller's own, save those of `epochs` and `scalar`, which are read-only.
    """

    path: Path

    def __init__(self, path: Path) -> None:
        self.path = path
        self._header: Header = store.read_header(path)
        self._files: OrderedDict[int, ShardFile] = OrderedDict()
        self._checked: set[int] = set()
        self._scalars: dict[str, tuple[Integers, Floats]] | None = None
        self._epochs: Integers = np.empty(0, np.int64)
        self._starts: Integers = np.zeros(1, np.int64)

    @classmethod
    def open(cls, path_or_trainer: str | Path, root: str | Path | None = None) -> Self:
        """Open the run in a folder, or the newest of the trainer of that name under `root`.

        Without `root`, runs lie under $EPOCHREEL_RUNS, or assets/runs of the project. Raises
        RunError where there is no such run or it cannot be read.
        """
        path = Path(path_or_trainer)
        if isinstance(path_or_trainer, Path) or path.name != path_or_trainer:
            return cls(path)
        if root is None:
            with suppress(OSError):  # a name may be longer than that of a file can be
                if (path / store.HEADER).exists():
                    return cls(path)
        root = Path(root) if root is not None else store.runs_root()
        runs, _ = runs_under(root)
        for run in runs:
            if run.trainer == path_or_trainer:
                return cls(run.path)
        raise _unknown(f"run of a trainer under {root}", path.name, {run.trainer for run in runs})

    @property
    def trainer(self) -> str:
        """The name of the trainer."""
        return self._header.trainer

    @property
    def config(self) -> dict[str, Any]:
        """The trainer's config, as JSON keeps it."""
        return self._header.config

    @property
    def complete(self) -> bool:
        """Whether the training came to its end."""
        return self._header.complete

    @property
    def created(self) -> str:
        """When recording began, ISO 8601, UTC."""
        return self._header.created

    @property
    def size(self) -> int:
        """Bytes on disk, of what can be looked at."""
        size = 0
        with suppress(OSError):  # the run may be deleted meanwhile
            for file in self.path.iterdir():
                with suppress(OSError):  # a recorder may be at work
                    size += file.stat().st_size
        return size

    @property
    def digest(self) -> str:
        """A hexadecimal name of the content: it changes whenever what was recorded does."""
        header = plain(self._header)
        content = [header[name] for name in ("schema", "trainer", "config", "layout", "shards")]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:32]

    @property
    def layout(self) -> Layout | None:
        """What every snapshot holds of each net and tensor; None before the first."""
        return self._header.layout

    @property
    def nets(self) -> list[str]:
        """The names of the nets."""
        return list(self.layout.nets) if self.layout else []

    @property
    def tensors(self) -> list[str]:
        """The names of the tensors beside the nets."""
        return list(self.layout.tensors) if self.layout else []

    @property
    def scalars(self) -> list[str]:
        """The names of the scalars."""
        return list(self._header.scalars)

    @property
    def epochs(self) -> Integers:
        """int64 (S,): the epochs of the snapshots, increasing."""
        self._load_scalars()
        return self._epochs

    def scalar(self, name: str) -> tuple[Integers, Floats]:
        """Every epoch at which the scalar was given, int64 (E,), and its values, float64 (E,)."""
        scalars = self._load_scalars()
        if name not in scalars:
            raise _unknown(f"scalar in the run {self.path}", name, scalars)
        return scalars[name]

    def at(self, name: str, epoch: float) -> float:
        """Return the scalar at an epoch, linear between those at which it was given."""
        epochs, values = self.scalar(name)
        self._require_within(epoch, epochs)
        return float(np.interp(epoch, epochs, values))

    def parameters(self, epoch: float, net: str = "net") -> dict[str, NDArray[Any]]:
        """Return the parameters and buffers of a net by name, float32; exact at the snapshots.

        Entries that are not floating-point keep their dtype, and the value of the snapshot at or
        before the epoch. Raises RunError outside the recorded epochs.
        """
        layout = self._header.layout
        if layout is None or net not in layout.nets:
            raise _unknown(f"net in the run {self.path}", net, self.nets)
        index, fraction = self._locate(epoch)
        flat = self._value(f"net:{net}", index, fraction)
        values: dict[str, NDArray[Any]] = {}
        start = 0
        for name, field in layout.nets[net].items():
            if field.floating:
                size = int(np.prod(field.shape))
                values[name] = flat[start : start + size].reshape(field.shape)
                start += size
            else:
                values[name] = self._value(f"net:{net}:{name}", index, 0.0)
        return values

    def load(self, module: "torch.nn.Module", epoch: float, name: str = "net") -> None:
        """Put the parameters and buffers of the net `name` at an epoch into a module."""
        import torch

        from epochreel.runs.nets import unwrapped

        values = self.parameters(epoch, name)
        module = unwrapped(module)
        try:
            module.load_state_dict({key: torch.from_numpy(each) for key, each in values.items()})
        except RuntimeError as error:
            raise RunError(
                f"The net {name!r} of the run {self.path} does not fit the module ({error}): "
                "build it as it was built when recorded."
            ) from error

    def tensor(self, name: str, epoch: float) -> NDArray[Any]:
        """Return a named tensor at an epoch, in its dtype.

        Real numbers are interpolated; integers and booleans are those of the snapshot at or
        before the epoch. Raises RunError outside the recorded epochs.
        """
        layout = self._header.layout
        if layout is None or name not in layout.tensors:
            raise _unknown(f"tensor in the run {self.path}", name, self.tensors)
        index, fraction = self._locate(epoch)
        floating = layout.tensors[name].floating
        return self._value(f"tensor:{name}", index, fraction if floating else 0.0)

    def _repr_html_(self) -> str:
        """What a notebook shows of the run."""
        from epochreel.runs.display import html

        return html(self)

    def widget(self, show: Callable[[float], object] | None = None) -> Any:
        """Return a slider over the epochs for a notebook, with the scalars at each.

        What `show` makes of the epoch is shown with it, such as `stills(Mine)` of
        `epochreel.notebook`. Raises RunError where ipywidgets is missing, which
        `pip install 'epochreel[notebook]'` brings, and for a run without a snapshot.
        """
        from epochreel.runs.widget import widget

        return widget(self, show)

    def __digest__(self) -> str:
        return self.digest  # to the key of a play it is what was recorded, wherever that lies

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def _locate(self, epoch: float) -> tuple[int, float]:
        """Find the snapshot at or before an epoch, and how far on to the next it is, in [0, 1)."""
        epochs = self.epochs
        self._require_within(epoch, epochs)
        index = int(np.searchsorted(epochs, epoch, "right")) - 1
        before = int(epochs[index])
        if epoch == before:
            return index, 0.0
        return index, (epoch - before) / (int(epochs[index + 1]) - before)

    def _require_within(self, epoch: float, epochs: Integers) -> None:
        if not len(epochs):
            raise RunError(f"The run {self.path} holds no snapshot yet: let it record for longer.")
        if not epochs[0] <= epoch <= epochs[-1]:
            raise RunError(
                f"Epoch {epoch} lies outside the run {self.path}, which was recorded "
                f"from {epochs[0]} to {epochs[-1]}."
            )

    def _value(self, key: str, index: int, fraction: float) -> NDArray[Any]:
        before = self._row(key, index)
        if fraction == 0:
            return before
        after = self._row(key, index + 1)
        after -= before
        after *= after.dtype.type(fraction)
        after += before
        return after

    def _row(self, key: str, index: int) -> NDArray[Any]:
        shard = int(np.searchsorted(self._starts, index, "right")) - 1
        return self._file(shard).row(key, index - int(self._starts[shard]))

    def _file(self, shard: int) -> ShardFile:
        if shard in self._files:
            self._files.move_to_end(shard)
            return self._files[shard]
        count = int(self._starts[shard + 1] - self._starts[shard])
        checked = shard in self._checked
        file = ShardFile(self.path, self._header, shard, count, checked=checked)
        self._checked.add(shard)
        self._files[shard] = file
        if len(self._files) > OPEN_FILES:
            self._files.popitem(last=False)
        return self._files[shard]

    def _load_scalars(self) -> dict[str, tuple[Integers, Floats]]:
        if self._scalars is None:
            files = [
                store.read_scalars(self.path, self._header, index)
                for index in range(len(self._header.shards))
            ]
            counts = [len(file["snapshots"]) for file in files]
            self._starts = np.cumsum([0, *counts], dtype=np.int64)
            self._epochs = _joined([file["snapshots"] for file in files], np.int64)
            epochs = _joined([file["epochs"] for file in files], np.int64)
            if (np.diff(epochs) <= 0).any() or (np.diff(self._epochs) < 0).any():
                raise store.damaged(self.path, "its epochs do not count up")
            self._scalars = {}
            for name in self._header.scalars:
                key = f"scalar:{name}"
                values = _joined(
                    [file.get(key, np.full(len(file["epochs"]), np.nan)) for file in files],
                    np.float64,
                )
                given = ~np.isnan(values)
                pair = epochs[given], values[given]
                for array in pair:
                    array.setflags(write=False)
                self._scalars[name] = pair
        return self._scalars


def runs_under(root: str | Path | None = None) -> tuple[list[Run], list[RunError]]:
    """Open the runs below `root`, newest first; the errors are of those that cannot be opened."""
    root = Path(root) if root is not None else store.runs_root()
    runs: list[Run] = []
    errors: list[RunError] = []
    for header in sorted(root.rglob(store.HEADER)):
        try:
            runs.append(Run(header.parent))
        except RunError as error:
            errors.append(error)
    return sorted(runs, key=lambda run: run.created, reverse=True), errors


def _joined(arrays: list[NDArray[Any]], dtype: type) -> NDArray[Any]:
    joined = np.concatenate([np.empty(0, dtype), *arrays])
    joined.setflags(write=False)
    return joined


def _unknown(kind: str, name: str, names: Iterable[str]) -> RunError:
    listed = ", ".join(sorted(names)) or "none"
    hint = did_you_mean(name, names).capitalize()
    return RunError(f"There is no {kind} called {name!r}: there are {listed}. {hint}".rstrip())
