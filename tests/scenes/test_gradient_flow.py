"""What gradient_flow's clip claims, on three nets, against autograd and bounds by hand."""

import sys

import numpy as np
import pytest
import torch

from epochreel.files import ROOT

SEEDS = (0, 1, 2)


@pytest.fixture
def flow(monkeypatch):
    """The module beside the scenes."""
    monkeypatch.syspath_prepend(ROOT / "scenes")
    import _gradient_flow

    yield _gradient_flow
    for name in [name for name in sys.modules if name.startswith("_gradient_flow")]:
        sys.modules.pop(name)


def ends(flow, kind, seed):
    """How long slopes are at the first layer, for each gain."""
    return [flow.Flow(kind, gain, seed).norms[-1] for gain in flow.GAINS.values()]


@pytest.mark.parametrize("kind", ["plain", "residual", "gated"])
@pytest.mark.parametrize("seed", SEEDS)
def test_slopes_are_those_of_autograd(flow, kind, seed):
    turns = torch.tensor(flow.rotations(seed))
    assert torch.allclose(turns @ turns.mT, torch.eye(flow.WIDTH, dtype=torch.float64))

    def net(h):
        for w in 2.0 * turns:
            new = torch.tanh(w @ h)
            h = {
                "plain": new,
                "residual": h + new,
                "gated": (1 - flow.OPEN) * h + flow.OPEN * new,
            }[kind]
        return h[:2]

    start = torch.tensor(np.random.default_rng(seed + 1).normal(size=flow.WIDTH))
    slopes = torch.autograd.functional.jacobian(net, start).numpy()
    found = flow.Flow(kind, 2.0, seed)
    sigma = np.linalg.svd(slopes, compute_uv=False)
    assert found.norms[-1] == pytest.approx(sigma[0])
    stretch = found.stretch(flow.LAYERS)
    assert stretch @ stretch == pytest.approx(slopes @ slopes.T)
    assert found.stretch(0) == pytest.approx(np.eye(2))


@pytest.mark.parametrize("seed", SEEDS)
def test_bounds_hold_at_every_layer(flow, seed):
    back = np.arange(flow.LAYERS + 1)
    for kind, (keep, take) in flow.PATHS.items():
        for gain in flow.GAINS.values():
            found = flow.Flow(kind, gain, seed)
            assert (np.array(found.norms) <= np.array(found.bounds) * (1 + 1e-9)).all()
            # ‖keep 1 + take D W‖ ≤ keep + take g, for 0 ≤ D ≤ 1 and W is g times a rotation.
            assert (found.bounds <= (keep + take * gain) ** back * (1 + 1e-9)).all()
            assert found.bound(3.0) == pytest.approx(found.bounds[3])


@pytest.mark.parametrize("seed", SEEDS)
def test_small_weights_shrink_slopes_and_large_ones_blow_them_up(flow, seed):
    small, unit, large = ends(flow, "plain", seed)
    assert small < 0.8**flow.LAYERS < 0.005
    assert 0.1 < unit < 0.5
    assert large > 20


@pytest.mark.parametrize("seed", SEEDS)
def test_with_a_residual_path_none_vanish_and_all_grow(flow, seed):
    assert min(ends(flow, "residual", seed)) > 3
    for gain in flow.GAINS.values():
        assert np.exp(np.linalg.eigvalsh(flow.Flow("residual", gain, seed).logs[-1])).min() > 1


@pytest.mark.parametrize("seed", SEEDS)
def test_behind_gates_all_arrive_alike(flow, seed):
    found = ends(flow, "gated", seed)
    assert min(found) > 0.3
    assert max(found) / min(found) < 1.2


def test_a_strip_goes_as_far_as_slopes_have_come(flow):
    values = 10.0 ** np.arange(flow.LAYERS + 1)
    strip = flow.travelled(values, 2.5)
    assert strip[:4].tolist() == [[24, 0], [23, 1], [22, 2], [21.5, 2.5]]
    assert strip[-1].tolist() == [21.5, 2.5]


def test_what_grows_is_seen_to_grow_and_never_leaves_the_picture(flow):
    from _gradient_flow_picture import LENGTHS, numbers, rings, shades, side

    sizes = 10 ** np.linspace(-4, 4, flow.LAYERS + 1)
    seen = np.array([sizes[at] / side(sizes, at) for at in range(flow.LAYERS + 1)])
    assert (np.diff(seen) > 0).all()
    assert 0.1 < seen[0] < seen[-1] < 1
    drawn = rings(sizes, 12)  # where the size is 1
    assert drawn.shape == (len(LENGTHS), 97, 2)
    assert np.linalg.norm(drawn, axis=-1) * side(sizes, 12) == pytest.approx(
        np.repeat(LENGTHS[:, None], 97, axis=1)
    )
    shares = shades(np.array([9, 9, 9, 200], np.uint8), drawn)[:, 3]
    assert dict(zip(LENGTHS, shares, strict=True))[1.0] == 200
    assert shares[LENGTHS > 2].max() == 0
    places = np.linalg.norm(numbers(sizes, 12), axis=1)
    assert LENGTHS[places < 1].tolist() == pytest.approx([0.5, 1.0])


def test_layers_that_were_passed_keep_their_ellipses(flow):
    found = flow.Flow("plain", 2.0)
    passed = found.passed(2.5)
    for at in range(3):
        assert passed[at] == pytest.approx(flow.RING @ found.stretch(at))
    assert not passed[3:].any()
    assert found.size(3.0) == pytest.approx(found.norms[3])


@pytest.mark.parametrize(("value", "count"), [(0.0025, 4), (0.19, 2), (5.3, 1), (11, 0), (74, 0)])
def test_values_are_told_to_two_figures(flow, value, count):
    assert flow.decimals(value) == count
