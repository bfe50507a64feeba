"""Sparse coding is held to what its clip claims, on three seeds."""

from itertools import combinations, product

import numpy as np
import pytest
import torch
from scipy.optimize import linprog

from epochreel.runs import training
from trainers.sparse_coding import ANGLES, Config, SparseCoder, bound, build, data, lift, toy

SEEDS = (12345, 1, 7)


@pytest.fixture(scope="module", params=SEEDS)
def runs(request, tmp_path_factory):
    """The runs of the toys, by their names."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EPOCHREEL_RUNS", str(tmp_path_factory.mktemp("runs")))
        return {
            name: training.record("sparse_coding", toy(name, request.param), progress=False)
            for name in ("lines", "flat", "lifted")
        }


def end(run):
    """The config of a run, and its coder at the last epoch."""
    config = Config(**run.config)
    w = torch.tensor(run.tensor("w", config.epochs))
    return config, SparseCoder(w, config.points, config.price, config.toy == "lines")


def columns(count, size, seed):
    """Columns of length 1, (K, d)."""
    w = np.random.default_rng(seed).normal(size=(count, size))
    return torch.tensor(w / np.linalg.norm(w, axis=1, keepdims=True))


def free_energy(net, y, steps=2000):
    return net(y, net.infer(y, torch.zeros(len(y), len(net.w), dtype=y.dtype), steps)).numpy()


def exhaustive(net, point):
    """The least energy of a point over all sets of columns and all signs of their latents."""
    w, y, found = net.w.numpy(), point.numpy(), [float(point.square().sum())]
    for size in range(1, len(y) + 1):
        for chosen in combinations(range(len(w)), size):
            some = w[list(chosen)]
            for signs in product((1, -1) if net.signed else (1,), repeat=size):
                z = np.linalg.solve(some @ some.T, some @ y - net.price / 2 * np.array(signs))
                if (z * signs >= 0).all():
                    found.append(((y - z @ some) ** 2).sum() + net.price * np.abs(z).sum())
    return min(found)


def gauge(net, point):
    """The least ‖z‖₁ with Wz = y, and its slope by y, by linear programming."""
    w = torch.cat([net.w, -net.w]) if net.signed else net.w
    solved = linprog(np.ones(len(w)), A_eq=w.numpy().T, b_eq=point.numpy())
    return solved.fun, solved.eqlin.marginals


def test_the_data_lie_on_three_lines_or_on_a_sphere_above_a_spiral():
    on, offs = data(Config(noise=0.0)), []
    for angle in np.radians(ANGLES):
        offs.append(np.abs(on.numpy() @ [-np.sin(angle), np.cos(angle)]))
    assert np.min(offs, axis=0).max() < 1e-12
    lengths = on.norm(dim=1)
    assert 0.2 <= lengths.min() < 0.25
    assert 1.15 < lengths.max() <= 1.2
    flat, lifted = data(toy("flat")), data(toy("lifted"))
    assert lifted.norm(dim=1).numpy() == pytest.approx(1)
    # The line from the lowest point of the sphere through y and on meets the sphere in s.
    assert (lifted[:, :2] / (1 + lifted[:, 2:])).numpy() == pytest.approx(flat.numpy())


@pytest.mark.parametrize(("size", "count", "signed"), [(2, 3, True), (2, 6, False), (3, 9, False)])
def test_inference_finds_the_least_energy_of_all(size, count, signed):
    net = SparseCoder(columns(count, size, 3), 1, 0.5, signed)
    points = torch.tensor(np.random.default_rng(5).normal(size=(12, size)))
    least = [exhaustive(net, point) for point in points]
    assert free_energy(net, points) == pytest.approx(least, abs=1e-9)


def test_one_step_of_inference_by_hand():
    net = SparseCoder(torch.tensor([[1.0, 0.0], [0.0, 1.0]]), 1, 0.4, signed=True)
    y, z = torch.tensor([[1.0, -0.1]]), torch.zeros(1, 2)
    assert bound(net.w).item() == pytest.approx(2)
    assert net.ista(y, z, bound(net.w))[0].tolist() == pytest.approx([0.8, 0])


def test_with_the_bound_energy_never_rises_and_with_half_of_it_it_may_swing_for_ever():
    angles = torch.tensor([10.0, 70, 130]).double() * torch.pi / 180
    net = SparseCoder(torch.stack([angles.cos(), angles.sin()], 1), 1, 0.4, signed=True)
    assert bound(net.w).item() == pytest.approx(3)  # 2σ², where WWᵀ is 3/2 of the identity
    middle = torch.tensor([[np.cos(np.radians(40)), np.sin(np.radians(40))]])
    ends = {}
    for share in (1, 2):
        z, energies = torch.zeros(1, 3).double(), []
        for _ in range(400):
            energies.append(net(middle, z).item())
            z = net.ista(middle, z, bound(net.w) / share)
        ends[share] = energies
    assert (np.diff(ends[1]) <= 1e-15).all()
    assert ends[1][-1] == pytest.approx(exhaustive(net, middle[0]))
    # From 0 to twice as far as it should go, and back: both have the same energy.
    assert ends[2] == pytest.approx([1.0] * 400)


@pytest.mark.parametrize("signed", [True, False])
def test_free_energy_is_convex_so_that_it_grows_along_every_ray(signed):
    net = SparseCoder(columns(5, 2, 11), 1, 0.4, signed)
    angle = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    rays = torch.tensor(np.stack([np.cos(angle), np.sin(angle)], axis=1))
    radii = np.linspace(0, 3, 13)
    found = np.stack([free_energy(net, r * rays, 600) for r in radii])
    assert found[0] == pytest.approx(0)
    assert (np.diff(found, axis=0) > 0).all()
    assert (np.diff(found, n=2, axis=0) > -1e-5).all()
    # It is λ times the gauge norm but for a part that is bounded.
    for ray, far in zip(rays, found[-1], strict=True):
        size, slope = gauge(net, ray)
        highest = net.price * size * radii[-1]
        assert far < highest
        assert far > highest - net.price**2 / 4 * slope @ slope - 1e-4


def test_the_corners_turn_onto_the_lines(runs):
    run = runs["lines"]
    config, _ = end(run)

    def off(at):
        """How far each line is from the nearest column, degrees."""
        angle = np.degrees(np.arctan2(*run.tensor("w", at).T[::-1]))
        apart = (np.array(ANGLES)[:, None] - angle + 90) % 180 - 90
        return np.abs(apart).min(axis=1)

    print(off(0), off(config.epochs), run.scalar("loss")[1][[0, -1]])
    assert off(0).max() > 10
    assert off(config.epochs).max() < 2
    losses = run.scalar("loss")[1]
    assert losses[-1] < 0.9 * losses[0]
    assert (np.diff(losses) < 1e-4).all()


def test_a_spiral_is_no_valley_but_lifted_onto_a_sphere_it_is(runs):
    radii, angle = np.linspace(0, 1.3, 66), np.linspace(0.15, 0.95, 17)
    rays = np.stack([np.sin(2 * np.pi * angle), np.cos(2 * np.pi * angle)], axis=1)
    places = torch.tensor(radii[:, None, None] * rays)
    (_, flat), (_, lifted) = end(runs["flat"]), end(runs["lifted"])
    slope = np.diff(free_energy(flat, places.reshape(-1, 2), 200).reshape(66, -1), axis=0)
    assert (slope > -1e-6).all()
    found = free_energy(lifted, lift(places).reshape(-1, 3), 200).reshape(66, -1)
    arm = 0.2 + 0.8 * angle
    least = lifted.price - lifted.price**2 / 4
    beside = free_energy(lifted, lift(torch.tensor((arm[:, None] - 0.35) * rays)), 200) - least
    print(np.abs(radii[found.argmin(axis=0)] - arm).max(), found.min(axis=0).max() - least, beside)
    assert np.abs(radii[found.argmin(axis=0)] - arm).max() < 0.07
    assert found.min() > least - 1e-9
    assert found.min(axis=0).max() < least + 0.02
    assert beside.min() > 0.05
    assert free_energy(lifted, lifted.w) == pytest.approx(least)


def test_columns_start_on_the_data_and_keep_a_length_of_one(runs):
    start = build(toy("lifted")).w
    assert torch.cdist(start, data(toy("lifted"))).amin(1).max() < 1e-6
    for run in runs.values():
        assert np.linalg.norm(run.tensor("w", 50), axis=1) == pytest.approx(1, abs=0.01)
