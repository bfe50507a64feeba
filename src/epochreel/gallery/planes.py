"""The net itself, for a clip's page: what a viewer who drags a point over a plane asks it."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from epochreel import Run
from epochreel.errors import EpochreelError, PublishError
from epochreel.gallery import weights
from epochreel.gallery.programs import Program, program
from epochreel.look.colour_maps import colours
from epochreel.look.style import load
from epochreel.runs import training
from epochreel.runs.playback import one_thread
from epochreel.runs.recorded import Recording
from epochreel.runs.store import runs_root

__all__ = ["script"]

OUTPUTS = 10
"""Numbers that a net may answer with."""
POINTS = 400
"""Of the data are drawn."""
LATENT = ("generator", "decoder")
"""Nets whose plane is that of a latent, which a standard normal is drawn from."""
REACH = 3.0
"""Of such a plane, to all sides."""
HOME = 0.1
"""The share of the data's variance below which the error of an autoencoder lies."""

FEW = 20
"""Epochs: a clip that shows no more of them jumps, and what lies between is of the run."""
LOOKS = 9
"""Epochs at which it is seen whether nets are those of an autoencoder."""

Floats = NDArray[np.float64]
Modules = dict[str, torch.nn.Module]
Chain = tuple[str, ...]
"""Names of nets that are used one after the other."""


@dataclass(frozen=True)
class _Data:
    """Points (N, 2) that a net learns from, and the class of each where it has one, (N,)."""

    points: torch.Tensor
    labels: torch.Tensor | None

    @property
    def classes(self) -> int:
        """How many there are; 0 where the points have none."""
        return 0 if self.labels is None else int(self.labels.max()) + 1


def script(described: Mapping[str, Any]) -> str | None:
    """Return the script of a clip's nets, `const nets = {…}`; None where there is nothing to drag.

    The clip's run has to be at hand, and its trainer as it was when it trained; and a net has to
    take points of a plane, answer with ten numbers at most, and fit in a page. `described` is what
    clip.json says. Raises PublishError where the trainer's data cannot be had.
    """
    try:
        run = Run.open(runs_root() / Path(described["run"]).name)
        if run.digest == described["digest"] and run.trainer in training.names():
            recording, trainer = Recording(run), training.find(run.trainer)
            if training.run_path(trainer, recording.config).name == run.path.name:
                modules, data = _modules(recording), _data(_given(trainer, recording.config))
                said = _said(run, modules, data, described["epochs"])
                return f"const nets = {json.dumps(said)};\n" if said else None
    except PublishError:
        raise
    except EpochreelError:
        pass  # the run is damaged, or the trainer gone
    return None


def _given(trainer: ModuleType, config: Any) -> Any:
    """What a trainer calls its data; PublishError where they cannot be had."""
    try:
        return trainer.data(config)
    except Exception as error:
        raise PublishError(
            f"The data of {trainer.__file__} cannot be had ({type(error).__name__}: {error}), so "
            "the page of its clip stays without the net: put them back, and write the gallery "
            "again."
        ) from error


def _said(
    run: Run, modules: Modules, data: _Data | None, shown: Sequence[float | None]
) -> dict[str, Any] | None:
    """What a page is told of a run's nets."""
    programs = _programs(modules)
    if not programs or not len(run.epochs):
        return None
    first, last = (_tensors(run, programs, epoch) for epoch in run.epochs[[0, -1]])
    # What two chains have in common travels once.
    keys = [(a.tobytes(), b.tobytes()) for a, b in zip(first, last, strict=True)]
    different = list(dict.fromkeys(keys))
    kept = [keys.index(key) for key in different]
    numbers = sum(len(first[place]) for place in kept)
    wanted = _wanted(run, shown)
    epochs, bits = weights.chosen(wanted, numbers, len(kept))
    if not len(epochs):
        return None
    every = (_tensors(run, programs, epoch) for epoch in epochs)
    places = iter([different.index(key) for key in keys])
    nets = []
    for chain, found in programs.items():
        own = [next(places) for _ in range(found.count)]
        nets.append(_net(run, {n: modules[n] for n in chain}, found, data) | {"tensors": own})
    return {
        "run": run.digest,
        "epochs": epochs.tolist(),
        "recorded": len(run.epochs),
        "nets": nets,
        "data": _drawn(data),
        "colours": _colours(data.classes if data else 0),
        **weights.packed([[tensors[place] for place in kept] for tensors in every], bits),
    }


class _Mean(torch.nn.Module):
    """The first half of what an encoder says that says a mean and a variance."""

    def forward(self, code: torch.Tensor) -> torch.Tensor:
        """Return it."""
        return code.chunk(2, dim=-1)[0]


def _modules(recording: Recording) -> Modules:
    """The trainer's nets that were recorded under their names."""
    layout = recording.run.layout
    return {
        name: module
        for name, module in recording.modules.items()
        if layout and layout.nets.get(name, {}).keys() == module.state_dict().keys()
    }


def _programs(modules: Modules) -> dict[Chain, Program]:
    """The nets, and an encoder with its decoder, that can be asked of a point."""
    chains: list[Chain] = [(name,) for name in modules]
    if {"encoder", "decoder"} <= modules.keys():
        modules.setdefault("mean", _Mean())
        chains = [("encoder", "decoder"), ("encoder", "mean", "decoder"), *chains]
    found: dict[Chain, Program] = {}
    for chain in chains:
        if len(chain) == 3 and found:
            continue  # a code that the decoder takes as it is has no half that is its mean
        each = program([modules[name] for name in chain], 2)
        if each and each.widths[-1] <= OUTPUTS:
            found[chain] = each
    return found


def _tensors(run: Run, programs: Mapping[Chain, Program], epoch: float) -> list[Floats]:
    """The tensors of all programs at an epoch, one program after the other."""
    used = {name for chain in programs for name in chain if name in run.nets}
    state = {name: run.parameters(epoch, name) for name in used}
    found = []
    for chain, each in programs.items():
        pairs = zip(chain, each.names, strict=True)
        given = [torch.from_numpy(state[net][name]) for net, own in pairs for name in own]
        found += each.tensors([p.double() if p.is_floating_point() else p for p in given])
    return found


def _wanted(run: Run, shown: Sequence[float | None]) -> NDArray[np.int64]:
    """The snapshots that a clip shows, as often as it lets them pass, or all of the run's."""
    recorded = run.epochs
    within = [epoch for epoch in shown if epoch is not None]
    if not within:
        return recorded
    passed = np.unique(np.clip(within, recorded[0], recorded[-1]))
    nearest = np.unique(np.searchsorted(recorded, np.rint(passed)).clip(0, len(recorded) - 1))
    return recorded[nearest] if len(nearest) > FEW else recorded


def _net(run: Run, modules: Modules, found: Program, data: _Data | None) -> dict[str, Any]:
    """What a page is told of nets that are used one after the other."""
    latent = next(iter(modules)) in LATENT
    classes = data.classes if data and not latent else 0
    flat = not latent and found.widths[-1] == 2
    home = data is not None and flat and _leads_home(run, modules, data)
    return {
        "name": " → ".join(modules),
        "steps": found.steps,
        "widths": found.widths,
        "plane": found.plane,
        "input": "z" if latent else "x" if classes else "y",
        "output": "ytilde" if home or latent else "h",
        "reach": REACH if latent or not data else float(1.15 * data.points.abs().max()),
        "drawn": not latent,
        "home": home,
        "classes": classes if classes == found.widths[-1] > 1 else 0,
    }


def _leads_home(run: Run, modules: Modules, data: _Data) -> bool:
    """Whether the nets give the data back at some epoch, as those of an autoencoder do."""
    y = data.points.float()
    allowed = HOME * (y - y.mean(0)).square().sum(1).mean()
    for place in np.linspace(0, len(run.epochs) - 1, LOOKS).round().astype(int):
        values = y
        with torch.no_grad(), one_thread():
            for name, module in modules.items():
                if name in run.nets:
                    run.load(module, float(run.epochs[place]), name)
                values = module.float().eval()(values)
        if (values - y).square().sum(1).mean() < allowed:
            return True
    return False


def _data(given: Any) -> _Data | None:
    """The first points of the plane among what a trainer calls its data, and their classes."""
    parts = given if isinstance(given, (tuple, list)) else [given]
    tensors = [p.detach().cpu() for p in parts if isinstance(p, torch.Tensor) and p.ndim]
    points = [each for each in tensors if each.is_floating_point() and each.shape[1:] == (2,)]
    if not points or not len(points[0]):
        return None
    labels = [_labels(each) for each in tensors if len(each) == len(points[0])]
    return _Data(points[0], next((each for each in labels if each is not None), None))


def _labels(values: torch.Tensor) -> torch.Tensor | None:
    """Numbers of classes (N,), from themselves or one-hot; None where these are no classes."""
    if values.ndim == 2 and values.shape[1] > 2 and ((values == 0) | (values == 1)).all():
        values = values.argmax(1)
    values = values.double()
    whole = values.ndim == 1 and (values == values.round()).all()
    return values.long() if whole and values.min() == 0 and 0 < values.max() <= OUTPUTS else None


def _drawn(data: _Data | None) -> dict[str, Any]:
    """Some of the data, evenly among them."""
    if data is None:
        return {"points": [], "labels": []}
    count = min(POINTS, len(data.points))
    chosen = torch.linspace(0, len(data.points) - 1, count).round().long()
    points = data.points[chosen].double().numpy().round(4)
    return {
        "points": points.tolist(),
        "labels": [] if data.labels is None else data.labels[chosen].tolist(),
    }


def _colours(classes: int) -> dict[str, Any]:
    """The colours of energies, and in both themes those of classes: of marks, and of regions."""
    styles = {scheme: load(theme) for scheme, theme in (("dark", "dark"), ("light", "print"))}
    table = colours(styles["dark"], "energy")[:, :3]
    return {
        "energy": base64.b64encode(table.tobytes()).decode(),
        **{
            scheme: {"marks": style.classes(classes), "regions": style.regions(classes)}
            for scheme, style in styles.items()
            if classes
        },
    }
