"""Read the checkpoints of a training that is over as a run, so that it can be filmed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from epochreel import files
from epochreel.errors import RunError, writing
from epochreel.runs import store
from epochreel.runs.nets import fields_of
from epochreel.runs.recorder import Recorder
from epochreel.runs.run import Run
from epochreel.runs.schedule import at
from epochreel.runs.training import progress_bar

__all__ = ["import_checkpoints"]

KINDS = {".pt", ".pth", ".ckpt", ".bin", ".safetensors"}
BESIDE = re.compile(r"(optimi[sz]er|scheduler|scaler|rng_state|training_args)", re.IGNORECASE)
"""How files begin that hold what a training needs beside its nets."""
EPOCH = re.compile(r"epoch\D{0,2}(\d+)", re.IGNORECASE)
WRAPPED = "module.", "_orig_mod."
"""What DistributedDataParallel and torch.compile put before every name."""
COUNTS = {"epoch", "global_step"}


@dataclass
class Checkpoint:
    """What a file holds: states of nets by name, tensors and numbers; its epoch if it says one."""

    nets: dict[str, dict[str, torch.Tensor]] = field(default_factory=dict)
    tensors: dict[str, torch.Tensor] = field(default_factory=dict)
    scalars: dict[str, float] = field(default_factory=dict)
    epoch: int | None = None


class _Held(torch.nn.Module):
    """A net of which only the state is known."""

    def __init__(self, state: Mapping[str, torch.Tensor]) -> None:
        super().__init__()
        self.state = state

    def state_dict(self, *_: Any, **__: Any) -> Any:
        return self.state


def import_checkpoints(
    folder: str | Path,
    to: str | Path | None = None,
    *,
    trainer: str = "",
    restart: bool = False,
    progress: bool = False,
) -> Run:
    """Record the checkpoints in a folder and below it as a run in the folder `to`, and open it.

    They are what `torch.save` writes of a state_dict, alone or in a dict beside others, numbers
    and tensors, or safetensors. Each is of the epoch that it says in "epoch", or its file's name,
    or its folder's. The run is that of `trainer`, by default the folder's name, and lies where
    runs do unless `to` is given; it is there as a whole or not at all. `restart` replaces one that
    lies there; `progress` draws a bar on stderr. Nothing but weights is unpickled.

    Raises RunError where there are none, where one cannot be read or has no epoch, where two of
    one epoch differ, and where what they hold is not the same throughout.
    """
    folder = Path(folder).absolute()
    target = Path(to) if to is not None else store.runs_root() / folder.name
    _require_free(target, restart)
    paths = _by_epoch(folder)
    with ExitStack() as stack:
        stack.enter_context(writing(f"The run {target}", RunError, then="import again"))
        target.parent.mkdir(parents=True, exist_ok=True)
        place = stack.enter_context(files.aside(target)) / "run"
        observer = stack.enter_context(progress_bar(folder.name, max(paths), progress))
        recorder = Recorder.create(
            place,
            trainer=trainer or folder.name,
            config={"checkpoints": str(folder)},
            schedule=at(paths),
            observer=observer,
        )
        with recorder:
            for epoch, path in sorted(paths.items()):
                held = _read(path)
                nets = {name: _Held(state) for name, state in held.nets.items()}
                recorder.snapshot(epoch, **nets, **held.tensors, **held.scalars)
        _require_free(target, restart)  # another may have been there meanwhile
        _move(place, target)
    return Run.open(target)


def _move(place: Path, target: Path) -> None:
    """Move a run to its place, where it is whole at once; what lies there gives way."""
    if target.exists():
        with store.lock(target):
            target.rename(place.with_name("before"))
    place.rename(target)


def _require_free(target: Path, restart: bool) -> None:
    if (target / store.HEADER).exists() and not restart:
        raise RunError(
            f"{target} already holds a run: import with --restart to replace it, or to another "
            "folder with --to."
        )
    if (
        target.exists()
        and not (target / store.HEADER).exists()
        and any(path.name != store.LOCK for path in target.iterdir())
    ):
        raise RunError(f"{target} holds other files: import to another folder with --to.")


def _by_epoch(folder: Path) -> dict[int, Path]:
    """The checkpoints below a folder by their epochs; of equal ones of an epoch the first."""
    if not folder.is_dir():
        raise RunError(f"There is no folder {folder}: name the one in which the checkpoints lie.")
    paths = sorted(
        path
        for path in folder.rglob("*")
        if path.suffix in KINDS and path.is_file() and not BESIDE.match(path.name)
    )
    if not paths:
        raise RunError(
            f"There are no checkpoints in {folder}: they are files that end with "
            f"{', '.join(sorted(KINDS))}."
        )
    # Read here and once more to be recorded: there may be more of them than there is memory.
    found: dict[int, Path] = {}
    layout = None
    for path in paths:
        held = _read(path)
        _require_finite(held, path)
        layout = layout or _layout(held)
        if _layout(held) != layout:
            raise RunError(
                f"{path} and {paths[0]} hold other nets or tensors: import each kind from a "
                "folder of its own."
            )
        epoch = _named(path, folder) if held.epoch is None else held.epoch
        if epoch in found and not _equal(held, _read(found[epoch])):
            raise RunError(
                f"{found[epoch]} and {path} are both of epoch {epoch} and differ: move one of "
                "them elsewhere, or name them by steps."
            )
        found.setdefault(epoch, path)
    return found


def _named(path: Path, folder: Path) -> int:
    """The epoch in the name of a file, or else of the folders that it lies in."""
    relative = path.relative_to(folder)
    for name in (relative.stem, *(parent.name for parent in relative.parents)):
        if numbers := EPOCH.findall(name) or re.findall(r"\d+", name):
            return int(numbers[-1])
    raise RunError(
        f"{path} does not say its epoch: put it into the file's name, as in net-0012.pt, or into "
        'the checkpoint as "epoch".'
    )


def _read(path: Path) -> Checkpoint:
    try:
        if path.suffix == ".safetensors":
            content: Any = load_file(path)
        else:
            content = torch.load(path, map_location="cpu", weights_only=True)
    except UnpicklingError as error:
        raise RunError(
            f"{path} holds more than weights, which is not read, since that could run anything "
            "that its author wrote: save net.state_dict() alone."
        ) from error
    except (SafetensorError, EOFError, LookupError, RuntimeError, ValueError) as error:
        reason = str(error).split("\n")[0]
        raise RunError(f"{path} is no checkpoint ({reason}): move it elsewhere.") from error
    held = Checkpoint()
    if _is_state(content):
        held.nets["net"] = _bare(content)
    elif isinstance(content, Mapping):
        _sort(content, held)
    if not held.nets:
        raise RunError(
            f"{path} holds no net: save net.state_dict(), alone or in a dict under the net's name."
        )
    return held


def _sort(content: Mapping[Any, Any], held: Checkpoint) -> None:
    """Tell the nets, tensors and numbers of a dict from what else it holds."""
    states = {str(name): each for name, each in content.items() if _is_state(each)}
    for name, state in states.items():
        short = re.sub(r"_?state_dict$", "", name) or "net"
        held.nets["net" if len(states) == 1 else short] = _bare(state)
    for name, value in content.items():
        if name in COUNTS:
            continue
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if isinstance(value, torch.Tensor) and value.ndim:
            held.tensors[str(name)] = value
        elif number or isinstance(value, torch.Tensor):
            held.scalars[str(name)] = float(value)
    epoch = content.get("epoch")
    held.epoch = epoch if isinstance(epoch, int) else None


def _is_state(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and bool(value)
        and all(isinstance(name, str) for name in value)
        and all(isinstance(each, torch.Tensor) for each in value.values())
    )


def _bare(state: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """A state by the names that its net has when nothing is wrapped around it."""
    bare = dict(state)
    for prefix in WRAPPED * 2:  # one may be within the other
        if all(name.startswith(prefix) for name in bare):
            bare = {name.removeprefix(prefix): each for name, each in bare.items()}
    return bare


def _require_finite(held: Checkpoint, path: Path) -> None:
    named = {f"{net}'s {n}": each for net, state in held.nets.items() for n, each in state.items()}
    numbers = {name: torch.tensor(value) for name, value in held.scalars.items()}
    for name, value in (named | held.tensors | numbers).items():
        if not value.isfinite().all():
            raise RunError(f"{path} holds values that are not finite in {name}: leave it out.")


def _layout(held: Checkpoint) -> Any:
    """What must be the same in all checkpoints of a run."""
    return {name: fields_of(net) for name, net in held.nets.items()}, fields_of(held.tensors)


def _equal(one: Checkpoint, other: Checkpoint) -> bool:
    return one.nets.keys() == other.nets.keys() and all(
        state.keys() == other.nets[name].keys()
        and all(torch.equal(state[entry], other.nets[name][entry]) for entry in state)
        for name, state in one.nets.items()
    )
