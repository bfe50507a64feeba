"""The variational autoencoder is held to what its clip claims, on three seeds."""

import numpy as np
import pytest
import torch

from epochreel.runs import training
from epochreel.runs.recorded import Recording
from tests.filming import SMALL
from trainers.vae import Config, build, clusters, data, price

SEEDS = (12345, 1, 7)
QUICK = SMALL["vae"]


@pytest.fixture(scope="module", params=SEEDS)
def recording(request, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EPOCHREEL_RUNS", str(tmp_path_factory.mktemp("runs")))
        run = training.record("vae", seed=request.param, progress=False, **QUICK)
    return Recording(run, "vae")


@pytest.fixture
def code(recording):
    """The encoder's μ and √v, (N, 2) each, of the data at an epoch."""
    encoder, points = recording.nets("encoder"), data(recording.config).numpy()

    def at(epoch):
        mu, log_v = np.split(encoder(points)(epoch), 2, axis=1)
        return mu, np.exp(log_v / 2)

    return at


def by_group(values, config):
    """The mean over each group's points, (K, …)."""
    return values.reshape(config.clusters, config.points_per_cluster, *values.shape[1:]).mean(1)


def when(beta, config):
    """The epoch at which the price is β."""
    share = np.log(beta / config.lowest) / np.log(config.highest / config.lowest)
    return round(config.cheap + share * (config.epochs - config.cheap))


def forces(recording, mu, sigma, epoch):
    """Minus the slopes of C by μ and √v, (N, 2) each, over 200 noises: the chain rule by torch."""
    decoder = build(recording.config)["decoder"]
    recording.run.load(decoder, epoch, "decoder")
    noise = torch.randn(100, *mu.shape, generator=torch.Generator().manual_seed(5))
    at = [torch.tensor(each, requires_grad=True) for each in (mu, sigma)]
    drawn = decoder(at[0] + at[1] * torch.cat([noise, -noise]))
    errors = (drawn - data(recording.config)).square().sum(2).mean(0).sum()
    return [-each.numpy() for each in torch.autograd.grad(errors, at)]


def test_the_data_are_six_groups_of_mean_0_and_variance_1():
    config = Config()
    points, numbers = data(config).numpy().astype(float), clusters(config).numpy()
    assert points.shape == (60, 2)
    assert points.mean(axis=0) == pytest.approx([0, 0], abs=1e-6)
    assert (points**2).mean(axis=0) == pytest.approx([1, 1], abs=1e-5)
    middles = by_group(points, config)
    spread = np.linalg.norm(points - middles[numbers], axis=1).max()
    assert spread < 0.5 * min(np.linalg.norm(middles[0] - other) for other in middles[1:])


def test_the_price_is_low_and_then_rises_by_the_same_factor_at_each_epoch():
    config = Config()
    assert [price(epoch, config) for epoch in (0, 1000)] == [0.001, 0.001]
    assert price(4000, config) == pytest.approx(4)
    assert price(2500, config) == pytest.approx((0.001 * 4) ** 0.5)
    assert when(4, config) == 4000


def test_at_first_all_bubbles_lie_on_each_other_and_the_error_alone_pushes_them_apart(
    recording, code
):
    mu, sigma = code(0)
    assert (mu.max(axis=0) - mu.min(axis=0)).max() < sigma.min()
    push, _ = forces(recording, mu, sigma, 0)
    pull = price(0, recording.config) * mu
    assert np.linalg.norm(push, axis=1).mean() > 100 * np.linalg.norm(pull, axis=1).mean()
    far = max(np.square(code(epoch)[0]).mean() for epoch in (20, 40, 60))
    assert far > 2  # farther out than they may stay


def test_then_they_are_pulled_in_and_squeezed_almost_to_points(recording, code):
    config = recording.config
    mu, sigma = code(config.cheap)
    assert np.square(mu).mean() < 1.3
    middles = by_group(mu, config)
    apart = min(
        np.linalg.norm(one - two)
        for k, one in enumerate(middles)
        for two in middles[:k]
    )  # fmt: skip
    print(np.square(mu).mean(), sigma.mean(), apart)
    assert sigma.mean() < 0.1 * apart


@pytest.mark.parametrize(
    ("beta", "off"), [(0.01, 0.2), (0.03, 0.2), (0.1, 0.2), (0.3, 0.06), (1, 0.03), (1.5, 0.03)]
)
def test_means_and_variances_share_one(recording, beta, off):
    """At rest F does not change where all of z is stretched and the decoder shrinks it again."""
    at = when(beta, recording.config)
    around = range(at - 20, at + 21)
    both = [recording.recorded("means")(e) + recording.recorded("variances")(e) for e in around]
    print(beta, np.mean(both))
    assert np.mean(both) == pytest.approx(1, abs=off)


def test_bubbles_of_a_group_are_one_before_all_are(recording, code):
    config = recording.config
    mu, sigma = code(when(0.25, config))
    middles = by_group(mu, config)
    inside = np.sqrt(np.square(mu - middles[clusters(config)]).mean())
    between = np.sqrt(np.square(middles).mean())
    print(inside, sigma.mean(), between)
    assert inside < 0.7 * sigma.mean()
    assert between > 2 * sigma.mean()


@pytest.mark.parametrize("beta", [0.4, 0.8, 1.2])
def test_the_three_forces_balance(recording, code, beta):
    config = recording.config
    # One epoch is not yet at rest: an average over some is.
    at = [when(beta, config) + shift for shift in range(-40, 41, 16)]
    found = []
    for epoch in at:
        mu, sigma = code(epoch)
        push, squeeze = forces(recording, mu, sigma, epoch)
        pulls = mu * price(epoch, config), (sigma - 1 / sigma) * price(epoch, config)
        found.append([by_group(each, config) for each in (push, squeeze, *pulls)])
    push, squeeze, pull, blow = np.mean(found, axis=0)
    left = [np.linalg.norm(push - pull) / np.linalg.norm(pull)]
    left.append(np.linalg.norm(squeeze - blow) / np.linalg.norm(blow))
    print(beta, left)
    assert max(left) < 0.15


def test_all_are_one_where_the_price_passes_twice_the_variance_of_the_data(recording, code):
    config = recording.config
    largest = np.linalg.eigvalsh(np.cov(data(config).numpy().T, bias=True))[-1]
    means = recording.recorded("means")
    merged = next(e for e in range(config.cheap, config.epochs) if means(e) < 0.02)
    print(price(merged, config), 2 * largest)
    assert price(merged, config) == pytest.approx(2 * largest, rel=0.2)
    mu, sigma = code(config.epochs)
    assert np.abs(mu).max() < 0.1
    assert sigma == pytest.approx(np.ones_like(sigma), abs=0.1)


def test_what_the_code_says_of_a_point_is_nothing_in_the_end(recording, code):
    config = recording.config
    decoder = recording.nets("decoder")
    z = np.random.default_rng(1).normal(size=(500, 2)).astype(np.float32)
    assert np.abs(decoder(z)(config.epochs)).max() < 0.3
    assert float(recording.recorded("error")(config.epochs)) == pytest.approx(2, abs=0.05)
