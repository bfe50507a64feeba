"""The autoencoder is held to what its clip claims, on three seeds."""

import sys

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from scipy.stats import spearmanr
from torch import nn

from epochreel.files import ROOT
from epochreel.runs import training
from epochreel.runs.recorded import Recording
from trainers.autoencoder import Config, build, data

SEEDS = (12345, 1, 7)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Record a run with these options."""

    def record(**options):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("EPOCHREEL_RUNS", str(tmp_path_factory.mktemp("runs")))
            run = training.record("autoencoder", progress=False, **options)
        return Recording(run, "autoencoder")

    return record


@pytest.fixture(scope="module", params=SEEDS)
def recording(request, trained):
    return trained(seed=request.param, epochs=800)


def best_line(points):
    """The mean squared distance to the best straight line: the least variance in any direction."""
    centred = points - points.mean(axis=0)
    return np.linalg.svd(centred, compute_uv=False)[-1] ** 2 / len(points)


def test_the_data_lie_along_an_arm_of_one_turn():
    points = data(Config(noise=0.0)).numpy()
    assert np.linalg.norm(points, axis=1) == pytest.approx(np.linspace(0.2, 1, 50), abs=1e-6)
    angles = np.unwrap(np.arctan2(points[:, 0], points[:, 1]))
    assert np.diff(angles) == pytest.approx(2 * np.pi / 49, abs=1e-5)


def test_the_code_is_one_number_between_minus_one_and_one():
    nets = build(Config())
    code = nets["encoder"](data(Config()))
    assert code.shape == (50, 1)
    assert code.abs().max() < 1
    assert nets["decoder"](code).shape == (50, 2)
    assert isinstance(build(Config(bounded=False))["encoder"][-1], nn.Linear)


def test_first_it_is_a_stick_as_good_as_a_line_can_be(recording):
    points = data(recording.config).numpy()
    encoder, decoder = recording.nets("encoder", "decoder")
    drawn = decoder(encoder(points))(60)
    error = ((drawn - points) ** 2).sum(axis=1).mean()
    assert error == pytest.approx(float(recording.recorded("loss")(60)), rel=1e-4)
    assert error == pytest.approx(best_line(points), rel=0.1)
    spread = np.linalg.svd(drawn - drawn.mean(axis=0), compute_uv=False)
    assert spread[1] < 0.15 * spread[0]


def test_then_it_runs_through_the_data_and_the_code_orders_them(recording):
    points = data(recording.config).numpy()
    encoder, decoder = recording.nets("encoder", "decoder")
    last = recording.config.epochs
    code = encoder(points)(last).ravel()
    assert ((decoder(code[:, None])(last) - points) ** 2).sum(axis=1).mean() < 0.003
    steps = np.diff(code) * np.sign(code[-1] - code[0])
    assert (steps > -0.02).all()  # noise may swap neighbours, no more
    assert steps.max() < 0.15  # no jump


def test_energy_is_low_on_the_curve_and_high_off_it(recording):
    points = data(recording.config).numpy()
    encoder, decoder = recording.nets("encoder", "decoder")
    outward = points / np.linalg.norm(points, axis=1, keepdims=True)
    last = recording.config.epochs

    def energy(y):
        return ((y - decoder(encoder(y))(last)) ** 2).sum(axis=1)

    assert energy(points).mean() < 0.003
    assert energy(points + 0.3 * outward).mean() > 0.03


@pytest.fixture
def code(recording, monkeypatch):
    """The code as its clip measures it."""
    monkeypatch.syspath_prepend(ROOT / "scenes")
    import _autoencoder

    yield _autoencoder.Code(recording)
    sys.modules.pop("_autoencoder")


def test_a_linear_code_draws_as_close_a_curve_but_scrambles_the_order(recording, code, trained):
    linear = trained(seed=recording.config.seed, epochs=600, bounded=False)
    encoder, decoder = linear.nets("encoder", "decoder")
    points, last = data(linear.config).numpy(), linear.config.epochs
    codes = encoder(points)(last)
    assert ((decoder(codes)(last) - points) ** 2).sum(axis=1).mean() < 0.01
    assert abs(spearmanr(codes.ravel(), np.arange(50)).statistic) < 0.85
    assert abs(code.order) > 0.995
    # Neighbours of the code lie far apart on the spiral, where the curve leaps.
    leaps = np.linalg.norm(np.diff(points[codes.ravel().argsort()], axis=0), axis=1)
    assert leaps.max() > 0.5
    assert np.linalg.norm(np.diff(points, axis=0), axis=1).max() < 0.3


def test_no_error_is_less_than_the_distance_to_the_curve(recording, code):
    axis = np.linspace(-1.1, 1.1, 23, dtype=np.float32)
    plane = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    errors = np.sqrt(code.energy(plane)(recording.config.epochs))
    # The curve is sampled: half a step of it is what the distance may be too long.
    curve = code.decoder(np.linspace(-1, 1, 2001, dtype=np.float32)[:, None])(code.last)
    step = np.linalg.norm(np.diff(curve, axis=0), axis=1).max()
    assert (errors > code.way(plane) - step / 2 - 1e-5).all()
    assert code.way(plane) == pytest.approx(cdist(plane, curve).min(axis=1), abs=1e-5)
    far = code.way(plane) > 0.3
    assert errors[far].min() > 0.3
    assert errors[far].mean() > 3 * errors[~far].mean() / 2


def test_the_code_of_a_point_of_the_data_tells_its_place(code):
    told = code.told(code.points)
    assert told == pytest.approx(np.linspace(0, 1, 50), abs=0.05)
