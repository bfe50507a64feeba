"""The walk of the spiral's classifier is held to what is told of it, on three seeds."""

import sys

import numpy as np
import pytest
import torch

from epochreel.files import ROOT
from epochreel.runs.recorded import Recording

SEEDS = (12345, 1, 7)
PAUSES = 0, 300, 2000


@pytest.fixture(scope="module")
def scene():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "scenes")
        import _loss_landscape

        yield _loss_landscape
    sys.modules.pop("_loss_landscape")


@pytest.fixture(scope="module", params=SEEDS)
def told(request, scene, recorded):
    run = recorded("classifier_unwarp", seed=request.param)
    return run, scene.Landscape(run, Recording(run).config, PAUSES)


def test_a_plane_through_three_points_of_space(scene):
    start, between, end = np.array([[1.0, 1, 5], [2, -2, 5], [4, 1, 5]])
    forth, aside = scene.plane_through(start, between, end)
    assert forth == pytest.approx([1, 0, 0])
    assert aside == pytest.approx([0, -1, 0])
    points = np.random.default_rng(0).normal(size=(3, 517))
    plane = scene.plane_through(*points)
    assert plane @ plane.T == pytest.approx(np.eye(2), abs=1e-12)
    sides = points[1:] - points[0]
    assert sides @ plane.T @ plane == pytest.approx(sides)


def test_the_walk_lies_almost_in_a_plane(told):
    _, land = told
    assert land.walk.shape == (2001, 517)
    # Of a random walk of many steps the best plane holds 76 %: 6/π² (1 + 1/4).
    assert land.share > 0.9
    left = land.walk - land.origin - land.places @ land.plane
    spread = land.walk - land.walk.mean(axis=0)
    assert land.share == pytest.approx(1 - (left**2).sum() / (spread**2).sum())


def test_half_of_the_loss_goes_on_a_third_of_the_way(told):
    run, land = told
    first, half, last = (run.at("loss", epoch) for epoch in (0, 300, 2000))
    assert 0.45 < (first - half) / (first - last) < 0.6
    assert 0.25 < land.way[300] < 0.35
    assert land.way[[0, -1]] == pytest.approx([0, 1])


def test_it_goes_down_bends_and_ends_at_the_bottom(scene, told):
    _, land = told
    lying = land.lying()
    losses = lying[:, 3]
    assert (np.diff(losses) < 0.01).all()
    lowest = land.heights.min()
    assert losses[-1] - lowest < 0.02 * losses[0]
    # Forth along the first direction; along the second there and back.
    assert (np.diff(lying[:, 1]) > 0).all()
    assert 200 < lying[lying[:, 2].argmax(), 0] < 500
    way = scene.walked(lying, 300)
    assert way[-1] == pytest.approx(lying[lying[:, 0] == 300][0, 1:])
    assert way[0] == pytest.approx(lying[0, 1:])


def test_heights_are_the_loss_of_the_net_at_its_parameters(told):
    run, land = told
    # Off the plane the walk's own loss is another; a net at a place of the plane is held to it.
    at = np.array([land.x[0], land.y[0]])
    vector = torch.from_numpy(land.origin + at @ land.plane)
    w1, b1, w2, b2, w3, b3 = torch.split(vector, [200, 100, 200, 2, 10, 5])
    h = torch.relu(land.points.double() @ w1.view(100, 2).T + b1) @ w2.view(2, 100).T + b2
    s = h @ w3.view(5, 2).T + b3
    loss = (torch.logsumexp(s, 1) - s[range(len(s)), land.labels]).mean()
    assert land.heights[0, 0] == pytest.approx(float(loss), rel=1e-4)
    # Through these three the plane goes; what it leaves out between them costs little.
    for epoch in PAUSES:
        assert land.loss(land.places[[epoch]]) == pytest.approx(run.at("loss", epoch), rel=1e-3)
    for epoch in (50, 150, 600, 1000, 1500):
        assert land.loss(land.places[[epoch]]) == pytest.approx(run.at("loss", epoch), abs=0.2)
