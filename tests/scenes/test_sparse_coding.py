"""What sparse coding's clip shows beside the trainer's own claims."""

import sys
from dataclasses import replace

import numpy as np
import pytest
import torch

from epochreel.files import ROOT
from epochreel.runs import training
from trainers.sparse_coding import SparseCoder, lift, toy


@pytest.fixture
def scene(monkeypatch):
    """The files beside the scene, by their names."""
    monkeypatch.syspath_prepend(ROOT / "scenes")
    import _sparse_coding
    import _sparse_sphere
    import _sparse_steps

    yield {"coding": _sparse_coding, "sphere": _sparse_sphere, "steps": _sparse_steps}
    for name in ("_sparse_coding", "_sparse_sphere", "_sparse_steps"):
        sys.modules.pop(name)


def inferred(w, y, price, signed):
    """F of points (N, d), by many steps of inference."""
    net = SparseCoder(torch.tensor(w), len(y), price, signed)
    y = torch.as_tensor(y)
    return net(y, net.infer(y, net.z.double(), 2000)).numpy()


@pytest.mark.parametrize("signed", [True, False])
def test_the_distance_to_a_polygon_tells_the_free_energy(scene, signed):
    random = np.random.default_rng(3)
    angle = np.linspace(0, 2 * np.pi, 5, endpoint=False) + random.uniform(0, 0.9, 5)
    w = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    places = random.normal(size=(60, 2))
    found = scene["coding"].free_energy(w, places, 0.7, signed)
    assert found == pytest.approx(inferred(w, places, 0.7, signed), abs=1e-6)


def test_latent_by_latent_the_energy_on_the_sphere_is_nearly_the_least(
    scene, monkeypatch, tmp_path
):
    monkeypatch.setenv("EPOCHREEL_RUNS", str(tmp_path))
    config = replace(toy("lifted"), epochs=20)
    run = training.record("sparse_coding", config, progress=False)
    places = np.random.default_rng(3).uniform(-1.2, 1.2, (100, 2))
    lifted = scene["coding"].Lifted(run, config.price)
    found = lifted.energies(places, lifted.epochs)
    for at in (0, -1):
        w = run.tensor("w", lifted.epochs[at])
        least = inferred(w, lift(torch.as_tensor(places)), config.price, signed=False)
        over = found[at] - (least - config.price + config.price**2 / 4)
        assert over.min() > -1e-6
        assert over.max() < 0.004


def test_both_chains_begin_at_zero_and_the_bound_alone_never_rises(scene):
    angle = np.radians([10, 70, 130])
    w = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    steps = scene["steps"].Steps(w, (0.7, 0.77), 0.4, 8)
    assert steps.bound == pytest.approx(3)
    for which in (0, 1):
        assert steps.chain(which, 0) == pytest.approx(0)
        end = steps.chain(which, 8)[-1]
        code = steps.codes[which][-1]
        assert end == pytest.approx(code @ w)
        energy = ((end - (0.7, 0.77)) ** 2).sum() + 0.4 * np.abs(code).sum()
        assert energy == pytest.approx(steps.energies[which][-1])
    assert (np.diff(steps.energies[0]) < 0).all()
    assert steps.energies[0][-1] == pytest.approx(steps.least, rel=1e-3)
    assert steps.energies[1][-1] > 1.5 * steps.least


def test_the_sheet_bends_from_the_plane_onto_the_sphere(scene):
    places = np.random.default_rng(3).normal(size=(20, 2))
    bent = scene["sphere"].bent
    assert bent(places, 0) == pytest.approx(np.column_stack([places, np.zeros(20)]))
    assert np.linalg.norm(bent(places, 1), axis=1) == pytest.approx(1)


def test_the_spiral_crosses_each_ray_where_the_arm_is(scene):
    sphere = scene["sphere"]
    for turn in (0.1, 0.5, 0.9):
        place = sphere.crossing(turn) * sphere.tip(turn)
        radius = 0.2 + 0.8 * turn
        angle = 2 * np.pi * turn
        assert place == pytest.approx([radius * np.sin(angle), radius * np.cos(angle)])
