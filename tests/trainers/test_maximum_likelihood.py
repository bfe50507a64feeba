"""Maximum likelihood is held to what its clip claims, on three seeds."""

import numpy as np
import pytest
import torch
from scipy.integrate import quad

from epochreel.runs import training
from epochreel.runs.recorded import Recording
from trainers.maximum_likelihood import (
    BETAS,
    BINS,
    CELLS,
    REACH,
    Config,
    build,
    cells,
    data,
    masses,
    shares,
)

SEEDS = (12345, 1, 7)
WIDTH = 2 * REACH / CELLS


@pytest.fixture(scope="module", params=SEEDS)
def recording(request, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EPOCHREEL_RUNS", str(tmp_path_factory.mktemp("runs")))
        run = training.record("maximum_likelihood", seed=request.param, epochs=400, progress=False)
    return Recording(run, "maximum_likelihood")


def energies(recording, places, epoch):
    """The energies of places (N,) at each coldness, (N, 3), float64."""
    return recording.nets()(np.asarray(places)[:, None])(epoch).astype(np.float64)


def walls(recording):
    """How far the energies go up and down among the samples, (3,)."""
    low, high = np.quantile(data(recording.config).numpy(), [0.01, 0.99])
    return np.ptp(energies(recording, np.linspace(low, high, 200), recording.config.epochs), axis=0)


def test_masses_of_a_parabola_are_those_of_a_normal_density():
    line = cells()
    assert line[0] == pytest.approx(WIDTH / 2 - REACH)
    assert line.diff() == pytest.approx(WIDTH, abs=1e-5)
    found = masses(line[:, None].expand(-1, 3) ** 2 / 2).double().numpy()
    assert found.sum(axis=0) == pytest.approx(1)
    for column, beta in zip(found.T, BETAS.values(), strict=True):
        whole, _ = quad(lambda y, beta=beta: np.exp(-beta * y**2 / 2), -REACH, REACH)
        assert column[150] / WIDTH == pytest.approx(1 / whole, rel=1e-3)


def test_shares_count_the_samples_of_each_bin():
    counted = shares(data(Config()))
    assert counted.shape == (BINS,)
    assert counted.sum() == pytest.approx(1)
    assert CELLS % BINS == 0


def test_all_three_nets_have_one_start():
    torch.manual_seed(1)
    found = build(Config())(cells()[:, None])
    assert found.shape == (CELLS, 3)
    assert (found[:, :1] == found).all()


def test_a_step_pushes_down_on_the_samples_and_up_by_the_density(recording):
    """The slope of −log P over β, by autograd, is that of F over samples less that over P."""
    y, line, beta = data(recording.config), cells(), torch.tensor([*BETAS.values()])
    net = build(recording.config)
    whole = torch.logsumexp(-beta * net(line[:, None]), 0) / beta
    slopes = torch.autograd.grad((net(y[:, None]).mean(0) + whole).sum(), net.parameters())
    weights = masses(net(line[:, None]).detach())
    pushed = net(y[:, None]).mean(0) - (weights * net(line[:, None])).sum(0)
    for found, expected in zip(
        torch.autograd.grad(pushed.sum(), net.parameters()), slopes, strict=True
    ):
        assert torch.allclose(found, expected, atol=1e-6)


def test_the_pushes_come_to_balance_where_the_density_is_that_of_the_data(recording):
    target = shares(data(recording.config)).numpy()
    found = torch.tensor(energies(recording, cells(), recording.config.epochs))
    believed = masses(found).unflatten(0, (BINS, -1)).sum(1).numpy()
    apart = np.abs(believed - target[:, None]).sum(axis=0) / 2
    for name, distance in zip(BETAS, apart, strict=True):
        unbalanced = recording.recorded(name)
        assert unbalanced(recording.config.epochs) == pytest.approx(distance, abs=1e-5)
        assert unbalanced(0) > 0.39
    assert apart[:2].max() < 0.08


def test_walls_are_the_lower_the_colder_and_cold_ones_too_low(recording):
    hot, warm, cold = walls(recording)
    beta = BETAS
    assert beta["hot"] * hot == pytest.approx(beta["warm"] * warm, rel=0.1)
    assert beta["cold"] * cold < 0.75 * beta["warm"] * warm
    last = recording.config.epochs
    assert recording.recorded("cold")(last) > 2 * recording.recorded("warm")(last)


def test_the_cold_density_of_the_clip_has_lost_a_bump(recording):
    found = energies(recording, cells(), recording.config.epochs)
    valleys = (found[1:-1] < found[:-2]) & (found[1:-1] < found[2:])
    *others, cold = valleys.sum(axis=0)
    assert others == [3, 3]
    assert cold == 2 or recording.config.seed != SEEDS[0]  # of others it may be blurred only
