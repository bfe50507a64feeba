"""Small nets in one pass: held to float64, to sums by hand, to what another processor says."""

import os
import subprocess
import sys
from collections import OrderedDict
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import nn

from epochreel import Playback, Recorder, Run
from epochreel.runs.chains import ROWS, SMALL, Chain

UNIT = 2.0**-24  # of float32: half a step beside 1


def net(*widths, seed=0):
    """Linear layers with rectifiers between them."""
    torch.manual_seed(seed)
    layers = [nn.Linear(a, b) for a, b in pairwise(widths)]
    return nn.Sequential(*[part for each in layers for part in (each, nn.ReLU())][:-1])


def played(module, rows, layer=""):
    state = {name: value.numpy() for name, value in module.state_dict().items()}
    return Chain.of(module, layer)(state, np.asarray(rows, np.float32))


def linear(weights, bias):
    layer = nn.Linear(len(weights), 1)
    layer.load_state_dict({"weight": torch.tensor([weights]), "bias": torch.tensor([bias])})
    return layer


@pytest.mark.parametrize("widths", [(2, 100, 2), (2, 40, 40, 1), (5, 3), (64, 30, 20, 10)])
def test_is_as_near_to_the_exact_outputs_as_its_roundings_allow(widths):
    """Each term and each bias is rounded once: Higham, Accuracy and stability, section 3.1."""
    module = net(*widths)
    rows = np.random.default_rng(1).normal(size=(300, widths[0])).astype(np.float32)
    exact, error = rows.astype(np.float64), np.zeros(rows.shape)
    for layer in module:
        if isinstance(layer, nn.ReLU):
            exact = np.maximum(exact, 0)
            continue
        weight, bias = (each.detach().numpy().astype(np.float64) for each in layer.parameters())
        roundings = weight.shape[1] * UNIT * 1.01
        size = (np.abs(exact) + error) @ np.abs(weight).T + np.abs(bias)
        error = error @ np.abs(weight).T + roundings * size
        exact = exact @ weight.T + bias
    output = played(module, rows)
    assert (np.abs(output - exact) <= error).all()
    with torch.no_grad():
        torchs = np.abs(module(torch.from_numpy(rows)).numpy() - exact)
    assert np.sqrt(np.mean((output - exact) ** 2)) < 2 * np.sqrt(np.mean(torchs**2))


def test_a_term_is_rounded_once_and_they_are_added_in_their_order():
    near = 1 + 2.0**-12
    assert played(linear([near], -1.0), [[2 - near]]) == -(2.0**-24)  # 0, rounded in between
    large = linear([1.0, 1.0, 1.0], 0.0)
    rows = [[1e8, 1, -1e8], [1e8, -1e8, 1]]
    np.testing.assert_array_equal(played(large, rows), [[0], [1]])


def test_what_is_not_a_number_stays_so():
    module = nn.Sequential(linear([1.0], 0.0), nn.ReLU())
    np.testing.assert_array_equal(
        played(module, [[np.nan], [np.inf], [-np.inf], [-2], [3]]),
        [[np.nan], [np.inf], [0], [0], [3]],
    )


@pytest.mark.parametrize("count", [0, 1, ROWS - 1, ROWS, ROWS + 1, 300])
def test_a_row_knows_nothing_of_the_others(count):
    module, rows = net(2, 9, 2), np.random.default_rng(0).normal(size=(300, 2))
    np.testing.assert_array_equal(played(module, rows[:count]), played(module, rows)[:count])


SHARED = nn.Linear(2, 2)


@pytest.mark.parametrize(
    ("module", "layer", "sizes", "rectified"),
    [
        (net(2, 5, 3), "", [2, 5, 3], [True, False]),
        (net(2, 5, 3), "0", [2, 5], [False]),
        (net(2, 5, 3), "1", [2, 5], [True]),
        (nn.Linear(4, 3), "", [4, 3], [False]),
        (
            nn.Sequential(net(2, 5, 3), nn.Identity(), nn.Linear(3, 1)),
            "0",
            [2, 5, 3],
            [True, False],
        ),
        (nn.Sequential(SHARED, nn.ReLU(), nn.Identity(), SHARED), "", [2, 2, 2], [True, False]),
        (nn.Sequential(OrderedDict(a=nn.Linear(2, 3), ab=nn.ReLU())), "a", [2, 3], [False]),
    ],
)
def test_is_made_of_a_module_up_to_a_layer(module, layer, sizes, rectified):
    chain = Chain.of(module, layer)
    assert (chain.sizes.tolist(), chain.rectified.tolist()) == (sizes, rectified)
    rows = torch.randn(7, sizes[0])
    with torch.no_grad():
        expected = module.get_submodule(layer)(rows) if not layer else None
    if expected is not None:
        np.testing.assert_allclose(played(module, rows), expected, rtol=1e-5, atol=1e-6)


def hooked():
    module = net(2, 5, 3)
    module[0].register_forward_hook(lambda *_: None)
    return module


@pytest.mark.parametrize(
    "module",
    [
        nn.Sequential(nn.Linear(2, 3), nn.Tanh()),
        nn.Sequential(nn.ReLU(), nn.Linear(2, 3)),
        nn.Sequential(nn.Linear(2, 3, bias=False)),
        nn.Sequential(nn.Linear(2, 3), nn.Linear(2, 3)),
        nn.Linear(2, 3).double(),
        nn.Linear(SMALL, 2),
        nn.utils.parametrizations.weight_norm(nn.Linear(2, 3)),
        nn.ReLU(),
        nn.Sequential(),
        hooked(),
    ],
)
def test_is_not_made_of_anything_else(module):
    assert Chain.of(module) is None


@pytest.mark.parametrize(
    ("rows", "taken"),
    [
        (np.zeros((4, 2)), True),
        (np.zeros((0, 2), np.float16), True),
        (np.zeros((4, 2), int), False),
        (np.zeros(2), False),
        (np.zeros((4, 3)), False),
        (np.zeros((1, 4, 2)), False),
    ],
)
def test_takes_rows_of_real_numbers(rows, taken):
    assert Chain.of(net(2, 3)).takes(rows) == taken


def test_a_played_net_that_is_a_chain_goes_as_one_and_has_slopes_beside(tmp_path):
    module = net(2, 9, 1)
    with Recorder.create(tmp_path / "run", trainer="mine") as recorder:
        for epoch in range(2):
            recorder.snapshot(epoch, model=module)
            with torch.no_grad():
                module[0].weight += 1
    run = Run.open(tmp_path / "run")
    playback = Playback(run, net(2, 9, 1, seed=3), net="model")
    rows = np.random.default_rng(2).normal(size=(5, 2))
    for epoch in (1, 0, 0.5):
        run.load(module, epoch, "model")
        np.testing.assert_array_equal(playback(epoch, rows), played(module, rows))
        inner, outer = module[0].weight.detach().numpy(), module[2].weight.detach().numpy()
        active = rows @ inner.T + module[0].bias.detach().numpy() > 0
        slopes = playback.gradient(epoch, rows)
        np.testing.assert_allclose(slopes, active * outer @ inner, rtol=1e-5, atol=1e-6)


OUTPUTS = """
import sys
from tests.runs.test_chains import net, played
import numpy as np
rows = np.random.default_rng(5).normal(size=(200, 2))
sys.stdout.write(played(net(2, 30, 30, 2), rows).tobytes().hex())
"""


def test_a_processor_without_vectors_and_fused_arithmetic_comes_to_the_same():
    plain = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}
    done = subprocess.run(
        [sys.executable, "-c", OUTPUTS],
        env=os.environ | plain,
        capture_output=True,
        text=True,
        check=True,
    )
    rows = np.random.default_rng(5).normal(size=(200, 2))
    assert done.stdout == played(net(2, 30, 30, 2), rows).tobytes().hex()
