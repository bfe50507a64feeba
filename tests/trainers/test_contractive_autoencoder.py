"""The two autoencoders are held to what their clip claims, on three seeds."""

import numpy as np
import pytest
import torch

from epochreel.runs import training
from epochreel.runs.recorded import Recording
from trainers.contractive_autoencoder import Config, beside, build, data, wave


@pytest.fixture(scope="module", params=(12345, 1, 7))
def recording(request, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EPOCHREEL_RUNS", str(tmp_path_factory.mktemp("runs")))
        run = training.record(
            "contractive_autoencoder", seed=request.param, epochs=400, progress=False
        )
    return Recording(run, "contractive_autoencoder")


def test_the_data_lie_along_a_wave():
    points = data(Config(noise=0.0)).numpy()
    assert points[:, 0] == pytest.approx(np.linspace(-1, 1, 60), abs=1e-6)
    assert points[:, 1] == pytest.approx(np.sin(np.pi * points[:, 0]) / 2, abs=1e-6)


def test_points_beside_the_wave_are_so_far_off():
    curve = wave(torch.linspace(-1.5, 1.5, 6001))
    for offset in (0.0, 0.05, 0.1):  # further out another part of the wave may be nearer
        far = torch.cdist(beside(offset), curve).min(dim=1).values
        assert far.numpy() == pytest.approx(offset, abs=2e-3)


def test_nets_start_alike_and_their_decoders_cannot_grow():
    nets = build(Config())
    y = data(Config())
    assert torch.equal(nets["free"](y), nets["contractive"](y))
    free = nets["free"]
    before = free(y)
    free.columns.data *= 7
    torch.testing.assert_close(free(y), before)
    # A code of ones is at most as far out as the hundred columns are long together.
    assert (before - free.bias).norm(dim=1).max() <= 100 * (2 / 100) ** 0.5


def test_sensitivity_is_the_sum_of_the_squares_of_all_slopes():
    net = build(Config())["free"].double()
    y = data(Config())[:3].double()
    for point, found in zip(y, net.sensitivity(y), strict=True):
        slopes = torch.autograd.functional.jacobian(
            lambda at: net.second(net.first(at).tanh()).tanh(), point
        )
        assert slopes.shape == (100, 2)
        assert found.item() == pytest.approx(slopes.square().sum().item())


def test_both_learn_the_data_and_only_the_price_makes_walls(recording):
    last = recording.config.epochs

    def value(name):
        return float(recording.recorded(name)(last))

    print({name: value(name) for name in recording.run.scalars})
    assert value("free_error") < 0.0005
    assert value("contractive_error") < 0.003
    assert value("free_beside") < 0.012
    assert value("contractive_beside") > 0.03
    assert value("contractive_beside") > 3.5 * value("free_beside")
    assert value("sensitivity") < 0.2 * float(recording.recorded("sensitivity")(0))


def test_a_grid_is_hardly_changed_by_the_one_and_flattened_somewhat_by_the_other(recording):
    last, axis = recording.config.epochs, np.linspace(-0.5, 0.5, 41, dtype=np.float32)
    square = np.stack(np.meshgrid(axis, axis), axis=-1)
    areas = {}
    for name in ("free", "contractive"):
        net = recording.nets(name)
        moved = net(square.reshape(-1, 2))(last).reshape(square.shape)
        right, up = np.diff(moved, axis=1)[:-1], np.diff(moved, axis=0)[:, :-1]
        areas[name] = np.abs(right[..., 0] * up[..., 1] - right[..., 1] * up[..., 0]).sum()
    print(areas)
    assert areas["free"] > 0.6
    assert areas["contractive"] < 0.8 * areas["free"]
