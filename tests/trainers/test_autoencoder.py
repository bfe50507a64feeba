"""The autoencoder is held to what its clip claims, on three seeds."""

import numpy as np
import pytest

from epochreel.runs import training
from epochreel.runs.recorded import Recording
from trainers.autoencoder import Config, build, data

SEEDS = (12345, 1, 7)


@pytest.fixture(scope="module", params=SEEDS)
def recording(request, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EPOCHREEL_RUNS", str(tmp_path_factory.mktemp("runs")))
        run = training.record("autoencoder", seed=request.param, epochs=1500, progress=False)
    return Recording(run, "autoencoder")


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
