import math

import numpy as np
import pytest
import torch

from epochreel import Playback
from epochreel.runs.training import record
from trainers.classifier_unwarp import affine_r2
from trainers.horn_ebm import (
    ANGLES,
    Config,
    build,
    data,
    direction,
    energy,
    free_energy,
    radii,
    surface,
)

X = torch.linspace(0, 1, 101)


@pytest.fixture
def runs(tmp_path, monkeypatch):
    monkeypatch.setenv("EPOCHREEL_RUNS", str(tmp_path))
    return tmp_path


def test_radii_by_hand():
    e = math.e
    expected = [[2, 1.5], [1.75 * e, 1.75 * e], [1.5 * e**2, 2 * e**2]]
    np.testing.assert_allclose(radii(torch.tensor([0.0, 0.5, 1.0])), expected, rtol=1e-6)


def test_data_lie_on_the_horn():
    x, y = data(Config(noise=0.0))
    assert x.shape == (400, 1)
    assert y.shape == (400, 2)
    assert x.dtype == y.dtype == torch.float32
    assert 0 <= x.min() < 0.02 < 0.98 < x.max() <= 1
    round_one = y / radii(x[:, 0])
    np.testing.assert_allclose(round_one.norm(dim=1), 1, atol=1e-5)
    quarter = torch.atan2(round_one[:, 1], round_one[:, 0]).div(math.pi / 2).floor()
    assert torch.bincount(quarter.long() + 2).min() > 80  # of 100 expected in each


def test_noise_stands_beside_the_same_points():
    x, clean = data(Config(noise=0.0))
    same, noisy = data(Config())
    assert torch.equal(x, same)
    noise = noisy - clean
    assert float(noise.std()) == pytest.approx(0.05, rel=0.1)
    assert abs(float(noise.mean())) < 0.01
    assert not torch.equal(x, data(Config(seed=1))[0])


def test_energy_and_free_energy_by_hand():
    axes = torch.tensor([[2.0, 3.0], [1.0, 1.0]])
    y = torch.tensor([[0.0, 4.0], [1.0, 0.0]])
    z = torch.tensor([0.0, math.pi / 2])
    np.testing.assert_allclose(energy(axes, y, z), [[20, 1], [0, 2]], atol=1e-5)
    np.testing.assert_allclose(free_energy(axes, y, z), [1, 0], atol=1e-5)
    # Of 48 angles one is that of the point; the sign of an axis makes no difference.
    np.testing.assert_allclose(free_energy(-axes, y), [1, 0], atol=1e-5)
    assert energy(axes, y).shape == (2, 48)
    np.testing.assert_allclose(ANGLES[[0, 12, 24]], [0, math.pi / 2, math.pi], rtol=1e-6)


def test_free_energy_is_the_squared_distance_to_the_ellipse_from_its_centre_too():
    axes = torch.tensor([3.0, 2.0])
    assert float(free_energy(axes, torch.zeros(2))) == pytest.approx(4)


def test_surface_turns_the_axes_of_each_x_around():
    net = build(Config()).requires_grad_(False)
    xs, zs = torch.linspace(0, 1, 5), torch.linspace(0, 6, 7)
    points = surface(net, xs, zs)
    assert points.shape == (5, 7, 3)
    for i, x in enumerate(xs):
        first, second = net(x.reshape(1, 1))[0]
        for j, z in enumerate(zs):
            expected = [x, first * math.cos(z), second * math.sin(z)]
            np.testing.assert_allclose(points[i, j], expected, atol=1e-6)
    assert direction(zs).shape == (7, 2)


def test_net_has_two_hidden_layers_of_eight():
    net = build(Config())
    assert [tuple(p.shape) for p in net.parameters() if p.ndim == 2] == [(8, 1), (8, 8), (2, 8)]


@pytest.mark.parametrize("seed", [12345, 7])
def test_cylinder_cone_horn(runs, seed):
    run = record("horn_ebm", seed=seed, progress=False)
    net = Playback(run, build(Config()))
    np.testing.assert_array_equal(run.epochs, np.arange(1001))

    def axes(epoch):
        return torch.from_numpy(np.abs(net(epoch, X[:, None])))

    cylinder, cone, horn = axes(20), axes(100), axes(1000)
    assert (cylinder.amax(0) < 1.8 * cylinder.amin(0)).all()
    assert affine_r2(X[:, None], cone) > 0.99
    assert (cone[-1] > 2 * cone[0]).all()
    wanted = radii(X)
    assert affine_r2(X[:, None], wanted) == pytest.approx(affine_r2(X[:, None], horn), abs=0.01)
    error = (horn / wanted - 1).abs()
    assert error.mean() < 0.03
    assert error.max() < 0.12

    x, y = data(Config(seed=seed))
    assert run.at("loss", 0) > 30
    # Most of what remains is the gap to the nearest of 48 angles, which the truth has as well.
    assert run.at("loss", 1000) < 1.4 * free_energy(radii(x[:, 0]), y).mean()
    with torch.no_grad():  # the loss is that of the parameters beside it
        loss = free_energy(torch.from_numpy(net(100, x)), y).mean()
    assert run.at("loss", 100) == pytest.approx(float(loss), rel=1e-5)
