"""The four nets are held to what their clip claims, on three seeds."""

from dataclasses import asdict, replace

import numpy as np
import pytest
import torch

from epochreel.runs.recorded import Recording
from trainers import classifier_unwarp
from trainers.classifier_plain import energy
from trainers.model_energies import Config, build, data

SMALL = [{"seed": seed} for seed in (12345, 1, 7)]
WHOLE = [pytest.param(asdict(Config(**each)), marks=pytest.mark.slow) for each in SMALL]
NETS = ("wide", "tanh", "plane", "deep")


@pytest.fixture(scope="module", params=[*SMALL, *WHOLE])
def recording(request, recorded):
    return Recording(recorded("model_energies", **request.param))


def chosen(recording, points):
    """The class of the largest output, which is that of the lowest energy, (nets, N)."""
    last = recording.config.epochs
    return np.stack([net(points)(last).argmax(axis=1) for net in recording.nets(*NETS)])


def agreeing(classes):
    return (classes == classes[0]).all(axis=0).mean()


def test_the_spiral_is_that_of_the_other_classifiers():
    assert data is classifier_unwarp.data
    assert data(Config())[0].shape == (1000, 2)


def test_the_nets_are_as_they_are_named():
    nets = build(Config())
    sizes = {
        name: [(each.in_features, each.out_features) for each in net.modules() if is_linear(each)]
        for name, net in nets.items()
    }
    assert sizes == {
        "wide": [(2, 100), (100, 5)],
        "tanh": [(2, 100), (100, 5)],
        "plane": [(2, 100), (100, 2), (2, 5)],
        "deep": [(2, 10), (10, 10), (10, 10), (10, 10), (10, 5)],
    }
    kinds = {name: {type(each).__name__ for each in net.modules()} for name, net in nets.items()}
    assert "Tanh" in kinds["tanh"]
    assert "ReLU" not in kinds["tanh"]
    assert all("ReLU" in kinds[name] for name in ("wide", "plane", "deep"))


def is_linear(module):
    return isinstance(module, torch.nn.Linear)


def test_they_are_as_accurate_as_each_other_on_new_points(recording):
    points, labels = data(replace(recording.config, seed=recording.config.seed + 1))
    accuracies = (chosen(recording, points.numpy()) == labels.numpy()).mean(axis=1)
    print(accuracies)
    assert (accuracies > 0.96).all()
    assert np.ptp(accuracies) < 0.05


def test_they_agree_on_the_data_and_not_off_them(recording):
    points, _ = data(replace(recording.config, seed=recording.config.seed + 1))
    across, up = np.meshgrid(*2 * [np.linspace(-3, 3, 121, dtype=np.float32)])
    square = np.stack([across.ravel(), up.ravel()], axis=1)
    off = square[np.hypot(*square.T) > 1.5]
    here, there = (agreeing(chosen(recording, each)) for each in (points.numpy(), off))
    print(here, there)
    assert here > 0.93
    assert there < 0.8
    assert here - there > 0.2


def test_their_walls_are_not_as_high(recording):
    points, _ = data(recording.config)
    last = recording.config.epochs
    walls = [
        float(energy(torch.tensor(net(points.numpy())(last)))[:, 3].max())
        for net in recording.nets(*NETS)
    ]
    print(walls)
    assert max(walls) > 1.5 * min(walls)
