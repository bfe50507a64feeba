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
    sys.modules.pop("_gradient_flow")


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
