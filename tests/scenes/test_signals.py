"""What the clip of signals claims: of its sound, of the small net, and of what kernels hear."""

import sys

import numpy as np
import pytest
import torch

from epochreel.files import ROOT

SEEDS = (12345, 1, 7)


@pytest.fixture
def files(monkeypatch):
    """The files beside the scene, by their names."""
    monkeypatch.syspath_prepend(ROOT / "scenes")
    import _signals
    import _signals_net

    yield _signals, _signals_net
    for name in ("_signals", "_signals_net"):
        sys.modules.pop(name)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_close_in_the_sound_is_alike(files, seed):
    sound = files[0].Sound(seed)
    assert sound.likeness(0.02) > 0.9
    assert sound.likeness(0.3) < 0.2


@pytest.mark.parametrize("seed", SEEDS)
def test_each_kernel_hears_its_tone_and_the_unit_above_their_order(files, seed):
    module, sound = files[0], files[0].Sound(seed)
    middles = module.LASTS * np.arange(4) + module.LASTS // 2
    for begin in sound.begins:
        heard = sound.heard[:, begin + middles]
        assert np.diag(heard) == pytest.approx(1, abs=0.05)
        assert (heard - np.diag(np.diag(heard))).max() < 0.05
        assert sound.melody[begin + 2 * module.LASTS] > 0.9
    # The same tones in another order, a click and a chirp leave it silent.
    places = np.arange(len(sound.melody))
    away = np.abs(places[:, None] - (sound.begins + 2 * module.LASTS)).min(axis=1)
    assert sound.melody[away > module.LASTS // 2].max() == 0


def test_a_kernel_tells_the_length_of_a_pure_tone_and_follows_it(files):
    module, sound = files[0], files[0].Sound()
    tone = np.zeros(8000)
    span = np.arange(2000) / module.RATE
    tone[3000:5000] = 0.8 * np.sin(2 * np.pi * 830 * span)
    sound.samples = tone
    heard = sound.hear(830)
    assert heard[3500:4500] == pytest.approx(1, abs=0.01)
    assert heard[[2700, 5300]] == pytest.approx(0, abs=1e-9)
    sound.samples = np.roll(tone, 1000)
    assert sound.hear(830)[4000:] == pytest.approx(heard[3000:-1000])


def test_the_small_net_has_18_weights_of_which_12_are_local_and_6_shared(files):
    # 5 → 3 → 1: 15 + 3 edges, 9 + 3 between neighbours, two kernels of 3.
    assert files[1].Lattice().counts() == (18, 12, 6)


@pytest.mark.parametrize("seed", SEEDS)
def test_its_edges_are_those_of_stacked_convolutions(files, seed):
    net = files[1].Lattice()
    random = np.random.default_rng(seed)
    weights, values = random.normal(size=(3, 3)), random.normal(size=13)
    near = ~net.far
    found = np.zeros(len(net.nodes))
    found[net.nodes[:, 1] == 0] = values
    for layer in range(3):
        below, above = net.edges[near & (net.layer == layer)].T
        kind = net.kind[near & (net.layer == layer)]
        np.add.at(found, above, weights.T.ravel()[kind] * found[below])
        kernel = torch.tensor(weights[layer])[None, None]
        values = torch.nn.functional.conv1d(torch.tensor(values)[None, None], kernel)[0, 0].numpy()
        assert found[net.nodes[:, 1] == layer + 1] == pytest.approx(values)


def test_a_unit_sees_three_five_and_seven_samples(files):
    net = files[1].Lattice()
    for seen in (1, 2, 3):
        there, bright = net.lit(1, 8, 1, seen)
        lit = net.edges[there * bright == 1]
        below = net.nodes[lit[net.nodes[lit[:, 0], 1] == 0, 0], 0]
        # By walking down from the unit in the middle.
        reached = {(0, seen)}
        for layer in range(seen, 0, -1):
            reached |= {(i + k, layer - 1) for i, j in reached if j == layer for k in (-1, 0, 1)}
        assert sorted(set(below.tolist())) == sorted(i for i, j in reached if j == 0)
        assert len(set(below.tolist())) == 2 * seen + 1


def test_far_edges_go_one_by_one_and_a_kernel_leaves_all_others_there(files):
    net = files[1].Lattice()
    counts = [net.lit(spared, -7, 0, 0)[0].sum() for spared in np.linspace(0, 1, 7)]
    assert counts == pytest.approx(np.arange(18, 11, -1))
    there, bright = net.lit(1, 8, 0, 0)
    assert (there == (~net.far & (net.layer < 2))).all()
    assert (bright == 1).all()
