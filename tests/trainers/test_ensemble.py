"""The nets of the ensemble's clip are held to what it claims, on three seeds."""

from dataclasses import asdict

import numpy as np
import pytest
import torch
from torch import nn

from epochreel.runs.recorded import Recording
from trainers.ensemble import BEYOND, WAVES, Config, Ensemble, Linears, data, masks, waves

FAR, PASSES = 10.0, 100
SMALL = [{"seed": seed} for seed in (12345, 1, 7)]
WHOLE = [pytest.param(asdict(Config(**each)), marks=pytest.mark.slow) for each in SMALL]


@pytest.fixture(scope="module", params=[*SMALL, *WHOLE])
def recording(request, recorded):
    return Recording(recorded("ensemble", **request.param))


@pytest.fixture(scope="module")
def passes(recording):
    """What a hundred passes of the net with dropout say at its points, and at ±FAR."""
    config = recording.config
    drawn = masks(config, PASSES, 1, generator=torch.Generator().manual_seed(config.seed))
    net, places = recording.nets("dropout"), waves(config)[0].numpy()
    return tuple(net(x, *drawn)(config.epochs) for x in (places, [[-FAR], [FAR]]))


def test_the_data_are_a_cubic_and_its_noise_and_a_wave():
    x, y = (each.numpy() for each in data(Config()))
    noise = y - x[:, 0] ** 3
    assert (x[0, 0], x[-1, 0], noise.min() >= 0, noise.max() <= 0.3) == (-1, 1, True, True)
    x, y = (each.numpy() for each in waves(Config()))
    assert np.abs(x).max() <= WAVES
    assert y == pytest.approx(x[:, 0] * np.sin(x[:, 0]), abs=1e-5)


def test_linear_maps_side_by_side_begin_as_torch_has_them_and_are_its_maps():
    torch.manual_seed(1)
    maps = Linears(3, 100, 50)
    assert maps.weight.abs().max().item() == pytest.approx(0.1, rel=1e-3)
    assert maps.weight.std().item() == pytest.approx(0.1 / 3**0.5, rel=0.02)
    x = torch.randn(7, 100)
    for k, outputs in enumerate(maps(x).detach()):
        expected = x @ maps.weight[k].detach() + maps.bias[k, 0].detach()
        torch.testing.assert_close(outputs, expected)


def test_each_net_learns_as_if_it_were_alone():
    torch.manual_seed(1)
    together = Ensemble(10, 8).double()
    alone = [
        nn.Sequential(nn.Linear(1, 8), f(), nn.Linear(8, 1)).double() for f in (nn.ReLU, nn.Tanh)
    ]
    for net, k in zip(alone, (0, 9), strict=True):
        for layer, maps in ((net[0], together.first), (net[2], together.last)):
            layer.weight.data, layer.bias.data = (
                maps.weight.data[k].T.clone(),
                maps.bias.data[k, 0].clone(),
            )
    x, y = (each.double() for each in data(Config()))
    nets = [together, *alone]
    optimisers = [torch.optim.Adam(net.parameters(), lr=1e-3, weight_decay=1e-5) for net in nets]
    for _ in range(20):
        for net, optimiser in zip(nets, optimisers, strict=True):
            optimiser.zero_grad()
            output = net(x) if net is together else net(x).T
            ((output - y) ** 2).mean(1).sum().backward()
            optimiser.step()
    for net, k in zip(alone, (0, 9), strict=True):
        torch.testing.assert_close(net(x)[:, 0], together(x)[k])


def test_masks_leave_out_one_unit_in_twenty_and_keep_the_mean():
    config = Config()
    drawn = torch.stack(masks(config, 2000, 1, generator=torch.Generator().manual_seed(1)))
    assert drawn.unique().tolist() == pytest.approx([0, 1 / 0.95])
    assert (drawn == 0).float().mean().item() == pytest.approx(config.dropout, rel=0.05)
    assert drawn.mean().item() == pytest.approx(1, abs=0.01)


def test_training_drives_the_nets_together_at_the_data_and_apart_elsewhere(recording):
    last = recording.config.epochs
    inside, beyond = recording.recorded("inside"), recording.recorded("beyond")
    assert inside(last) < 0.2 * inside(0)
    assert beyond(last) > 1.2 * beyond(0)
    assert beyond(last) > 30 * inside(last)
    assert recording.recorded("loss")(last) < 0.02


def test_the_spread_recorded_is_that_of_the_predictions(recording):
    net, last = recording.nets("ensemble"), recording.config.epochs
    x = data(recording.config)[0].numpy()
    for name, places in (("inside", x), ("beyond", [[-BEYOND], [BEYOND]])):
        outputs = net(places)(last).astype(float)
        spread = np.sqrt(((outputs - outputs.mean(axis=0)) ** 2).mean(axis=0)).mean()
        assert recording.recorded(name)(last) == pytest.approx(spread, rel=1e-3)


def test_none_of_them_is_right_where_there_was_no_data(recording):
    net, last = recording.nets("ensemble"), recording.config.epochs
    left, right = net([[-BEYOND], [BEYOND]])(last).T
    assert right.max() < 0.5 * BEYOND**3
    assert left.min() > -0.5 * BEYOND**3
    half = recording.config.nets // 2
    assert right[:half].min() > right[half:].max()  # ReLU goes on, tanh levels off


def test_a_hundred_passes_agree_at_their_points_and_part_beyond(recording, passes):
    at_points, beyond = passes
    heights = waves(recording.config)[1].numpy()
    assert ((at_points.mean(axis=0) - heights) ** 2).mean() < 0.1 * heights.var()
    assert (beyond.std(axis=0) > 2 * at_points.std(axis=0).mean()).all()
