"""A playback's outputs for the same inputs, as a layer draws them."""

import numpy as np
import pytest
import torch

from epochreel import Playback, Recorder, Run, RunError


@pytest.fixture
def doubling(tmp_path):
    """The run of a net that multiplies by its epoch, recorded at 0, 1 and 2, and the module."""
    net = torch.nn.Linear(2, 2, bias=False)
    with Recorder.create(tmp_path / "run", trainer="doubling") as recorder:
        for epoch in range(3):
            torch.nn.init.eye_(net.weight).data.mul_(epoch)
            recorder.snapshot(epoch, net=net)
    return Run.open(tmp_path / "run"), net


@pytest.mark.parametrize("kind", [np.array, torch.tensor, list])
def test_outputs_are_a_function_of_the_epoch(doubling, kind):
    outputs = Playback(*doubling).of(kind([[1.0, -3.0], [0.5, 4.0]]))
    np.testing.assert_allclose(outputs(2), [[2, -6], [1, 8]])
    np.testing.assert_allclose(outputs(1.5), [[1.5, -4.5], [0.75, 6]])


def test_outputs_keep_the_shape_of_a_grid(doubling):
    assert Playback(*doubling).of(np.ones((3, 5, 2)))(1).shape == (3, 5, 2)


def test_outputs_are_of_the_inputs_as_they_were(doubling):
    inputs = np.ones((1, 2), np.float32)
    outputs = Playback(*doubling).of(inputs)
    inputs[:] = 7
    np.testing.assert_allclose(outputs(1), [[1, 1]])


def test_everything_that_decides_the_outputs_is_in_sight_of_the_cache_key(doubling):
    run, _ = doubling
    outputs = Playback(*doubling).of(torch.ones(1, 2))
    assert type(vars(outputs)["inputs"]) is np.ndarray
    assert vars(vars(outputs)["playback"])["digest"] == run.digest


def test_chosen_epochs_are_the_only_ones_looked_at(tmp_path):
    net = torch.nn.Linear(1, 1, bias=False)
    with Recorder.create(tmp_path / "run", trainer="swinging") as recorder:
        for epoch in range(5):
            torch.nn.init.constant_(net.weight, [0, 9, 2, 9, 4][epoch])
            recorder.snapshot(epoch, net=net)
    playback = Playback(Run.open(tmp_path / "run"), net, epochs=[0, 2, 4])
    for epoch in (0, 0.5, 1, 2, 3, 3.75, 4):
        np.testing.assert_allclose(playback(epoch, [[1.0]]), [[epoch]], rtol=1e-6)


def test_a_gradient_is_the_one_of_finite_differences(tmp_path):
    torch.manual_seed(3)
    net = torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1))
    with Recorder.create(tmp_path / "run", trainer="bowl") as recorder:
        recorder.snapshot(0, net=net)
    playback = Playback(Run.open(tmp_path / "run"), net)
    points = np.array([[0.3, -0.2], [1.0, 0.5], [-2.0, 0.1]])
    step = 1e-2
    for axis in range(2):
        ahead, behind = points.copy(), points.copy()
        ahead[:, axis] += step
        behind[:, axis] -= step
        slope = (playback(0, ahead) - playback(0, behind))[:, 0] / (2 * step)
        np.testing.assert_allclose(playback.gradient(0, points)[:, axis], slope, atol=2e-4)


def test_only_one_number_a_point_has_a_gradient(doubling):
    with pytest.raises(RunError, match=r"shape \(1, 2\)"):
        Playback(*doubling).gradient(0, [[1.0, 2.0]])
