"""What the clip of bricks draws: energies against values by hand, and models of one set."""

import sys
from itertools import pairwise

import numpy as np
import pytest
import torch

from epochreel.diagrams import Diagram
from epochreel.files import ROOT
from epochreel.look.style import load
from epochreel.marks.box import Box
from trainers import jepa, joint_embedding

SIGMA = np.array([[0.5, 0.2]])
SIGMAS = np.sqrt(2) * np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
"""Noises whose mean is 0 and whose covariance is I."""


@pytest.fixture
def beside(monkeypatch):
    """The modules beside the scene."""
    monkeypatch.syspath_prepend(ROOT / "scenes")
    import _bricks
    import _planes
    import _planes_of_codes

    yield _bricks, _planes, _planes_of_codes
    for name in ("_bricks", "_planes", "_planes_of_codes", "_jepa", "_jepa_pendulum"):
        sys.modules.pop(name)


@pytest.mark.parametrize("seed", [12345, 1, 7])
def test_a_free_energy_is_that_of_linear_nets(beside, seed):
    draw = np.random.default_rng(seed).normal
    a, w, y = draw(size=(2, 2)), draw(size=(2, 2)), draw(size=(9, 2))

    def encoder(points):
        return np.concatenate([points @ a.T, np.tile(np.log(SIGMA**2), (len(points), 1))], axis=1)

    energy = beside[1].free_energy(encoder, lambda z: z @ w.T, 0.3, SIGMAS)
    mu, v = y @ a.T, SIGMA**2
    # ⟨‖y − W(μ + ε√v)‖²⟩ = ‖y − Wμ‖² + Σ v_i ‖w_i‖², and the divergence from N(0, I).
    error = ((y - mu @ w.T) ** 2).sum(axis=1) + (v * (w**2).sum(axis=0)).sum()
    price = 0.15 * (v - np.log(v) - 1 + mu**2).sum(axis=1)
    assert energy(y) == pytest.approx(error + price)


def test_an_error_is_the_square_of_the_way(beside):
    points = np.array([[3.0, 4.0], [1.0, 0.0]])
    assert beside[1].error(np.zeros_like)(points) == pytest.approx([25, 1])


def test_energies_are_means_over_the_data_and_all_around_them(beside):
    planes = beside[1]
    data = np.array([[0.3, -0.2], [1.0, 2.0]], np.float32)

    def energy(y):
        return ((y[:, None] - data) ** 2).sum(axis=2).min(axis=1)

    on, off = planes.Plane(data, energy, 0, 1).energies()
    assert on == 0
    assert off == pytest.approx(planes.BESIDE**2, rel=1e-5)


def test_each_model_is_of_the_one_set_and_keeps_bricks_of_the_one_before(beside):
    bricks = beside[0]
    models = [*bricks.MODELS.values()]
    drawn = [
        Diagram(each.bricks, each.edges, Box(-6.4, -2, 6.4, 2), load("dark")) for each in models
    ]
    for model, net in zip(models, drawn, strict=True):
        assert model.bricks.items() <= bricks.BRICKS.items()
        assert {*net.nodes} == {*model.bricks}
        assert {"y", "C"} <= {*model.bricks}
        for line in model.lines:
            assert all(join in net.edges for join in pairwise(line))
    kept = [len({*one.bricks} & {*other.bricks}) for one, other in pairwise(models)]
    new = [len({*other.bricks} - {*one.bricks}) for one, other in pairwise(models)]
    assert kept == [6, 7, 4, 2, 7]
    assert new == [2, 2, 1, 5, 3]


def test_planes_are_those_of_the_runs_of_other_clips(beside, recorded):
    _, planes, codes = beside
    run = recorded("gan_critic")
    found = planes.planes(run) | codes.planes_of_codes(run)
    assert [*found] == [*beside[0].MODELS]
    assert [len(plane.data) for plane in found.values()] == [50, 140, 60, 128, 40, 40]
    for plane in found.values():
        values = plane.energy(plane.data)
        assert values.shape == (len(plane.data),)
        assert np.isfinite(values).all()
        on, off = plane.energies()
        assert on < off
        assert values.min() >= plane.low - 1e-6


class Given:
    """A recording with nets made by hand."""

    def __init__(self, config, **nets):
        self.config, self._nets = config, nets

    def nets(self, name):
        return lambda *inputs: lambda at: self._nets[name](*inputs)


def test_a_joint_embedding_compares_with_one_view(beside):
    codes = beside[2]
    config = joint_embedding.Config(turn=0, shake=0)
    plane = codes.of_views(Given(config, net=lambda y: 2 * y))
    points = joint_embedding.data(config).numpy()
    assert plane.data == pytest.approx(np.tile(points[codes.ONE], (codes.VIEWS, 1)))
    assert len(plane.others) == len(points) - 1
    off = ((points - points[codes.ONE]) ** 2).sum(axis=1)
    assert plane.energy(points) == pytest.approx(4 * off, abs=1e-5)


def test_the_true_future_of_each_push_lies_in_the_valley(beside):
    codes = beside[2]

    def encoder(pictures):  # where the bob is, by its brightest pixel
        tips = pictures.reshape(-1, jepa.SIDE**2).argmax(axis=1)
        return np.stack([tips % jepa.SIDE, tips // jepa.SIDE], axis=1) / jepa.SIDE

    def predictor(h, pushes):
        angles = torch.tensor(codes.NOW + jepa.PUSH * pushes[:, 0] - jepa.FALL * np.sin(codes.NOW))
        return encoder(jepa.pictures(angles).numpy())

    plane = codes.of_pushes(Given(jepa.Config(), encoder=encoder, predictor=predictor))
    assert plane.data[[0, -1], 0].tolist() == [-1, 1]
    assert np.ptp(plane.data[:, 1]) == pytest.approx(2 * jepa.PUSH)
    assert plane.energy(plane.data) == pytest.approx(0, abs=0.02)
    assert plane.energy(plane.data + np.array([0, 1])).min() > 0.05
