"""Every number of the backpropagation clip, against NumPy, finite differences and its claims."""

import numpy as np
import pytest
import torch

from epochreel.runs import training
from epochreel.runs.recorded import Recording
from trainers.backprop import Config, build, data
from trainers.classifier_unwarp import Config as SpiralConfig
from trainers.classifier_unwarp import data as spiral

SEEDS = (Config().seed, 1, 7)
SAMPLES = (0, 1)
PARAMETERS = ("W1", "b1", "W2", "b2")
EXACT = {"rtol": 1e-13, "atol": 1e-15}  # the same sums in another order, in float64


@pytest.fixture(scope="module", params=SEEDS)
def recording(request, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EPOCHREEL_RUNS", str(tmp_path_factory.mktemp("runs")))
        run = training.record("backprop", seed=request.param, progress=False)
    return Recording(run, "backprop")


@pytest.fixture(scope="module")
def first(recording):
    """All that is recorded of the first epoch, by name."""
    return {name: recording.recorded(name)(0) for name in recording.run.tensors}


def forward(start, **given):
    """The values of the predictor from `start` on, each from the one before; `given` replace them.

    Written without torch: `start` holds x, y and the parameters.
    """
    v = {**start, **given}
    v.setdefault("s1", v["W1"] @ v["x"] + v["b1"])
    v.setdefault("h", np.maximum(v["s1"], 0))
    v.setdefault("s", v["W2"] @ v["h"] + v["b2"])
    v.setdefault("o", v["s"] - np.log(np.exp(v["s"]).sum()))
    return {**v, "cost": -v["y"] @ v["o"]}


def slopes(start, name):
    """∂cost/∂ a value or parameter, entry by entry, by central differences."""
    at = forward(start)[name]
    step = 1e-6
    gradient = np.empty_like(at)
    for index in np.ndindex(at.shape):
        costs = []
        for sign in (1, -1):
            moved = at.copy()
            moved[index] += sign * step
            costs.append(forward(start, **{name: moved})["cost"])
        gradient[index] = (costs[0] - costs[1]) / (2 * step)
    return gradient


def start_of(first, sample):
    own = {name: first[name][sample] for name in ("x", "y")}
    return own | {name: first[name] for name in PARAMETERS}


def test_two_points_of_the_spiral_with_one_decimal():
    x, y = data(Config())
    assert x.shape == (2, 2)
    assert y.shape == (2, 5)
    assert x.dtype == y.dtype == torch.float64
    points, labels = spiral(SpiralConfig())
    for point, hot in zip(x, y, strict=True):
        assert sorted(hot.tolist()) == [0, 0, 0, 0, 1]
        of_its_arm = points[labels == hot.argmax()]
        assert (of_its_arm - point).abs().amax(1).min() <= 0.0501
    np.testing.assert_array_equal(x, x.numpy().round(1))


def test_the_parameters_start_with_one_decimal():
    torch.manual_seed(3)
    net = build(Config())
    sizes = [tuple(each.shape) for each in net.parameters()]
    assert sizes == [(7, 2), (7,), (5, 7), (5,)]
    for each in net.parameters():
        np.testing.assert_allclose(10 * each.detach(), (10 * each).round().detach(), atol=1e-12)
        assert each.std() > 0.2


def test_the_values_are_those_of_the_predictor(first):
    for sample in SAMPLES:
        expected = forward(start_of(first, sample))
        for name in ("s1", "h", "s", "o", "cost"):
            np.testing.assert_allclose(first[name][sample], expected[name], **EXACT)
            assert first[name].dtype == np.float64


@pytest.mark.parametrize("name", ["x", "s1", "h", "s", "o"])
def test_what_modules_are_handed_back_is_the_slope_of_the_cost(first, name):
    for sample in SAMPLES:
        expected = slopes(start_of(first, sample), name)
        np.testing.assert_allclose(first[f"{name}.grad"][sample], expected, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("name", PARAMETERS)
def test_the_gradients_of_the_parameters_are_its_slopes_added_up(first, name):
    each = [slopes(start_of(first, sample), name) for sample in SAMPLES]
    expected = np.cumsum(each, axis=0)
    np.testing.assert_allclose(first[f"{name}.grad"], expected, rtol=1e-6, atol=1e-8)


def test_at_the_linear_sum_it_is_softargmax_minus_the_label(first):
    exponentials = np.exp(first["s"])
    softargmax = exponentials / exponentials.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(first["s.grad"], softargmax - first["y"], **EXACT)
    np.testing.assert_array_equal(first["o.grad"], -first["y"])


def test_the_rectifier_lets_through_where_it_was_on(first):
    on = first["h"] > 0
    assert on.any()
    assert not on.all()
    np.testing.assert_array_equal(first["s1.grad"], np.where(on, first["h.grad"], 0))


def test_a_linear_layer_hands_back_through_its_transpose(first):
    np.testing.assert_allclose(first["h.grad"], first["s.grad"] @ first["W2"], **EXACT)
    np.testing.assert_allclose(first["x.grad"], first["s1.grad"] @ first["W1"], **EXACT)


@pytest.mark.parametrize(("layer", "output", "inputs"), [("1", "s1", "x"), ("2", "s", "h")])
def test_gradbias_is_gradoutput_and_gradweight_its_outer_product_with_the_input(
    first, layer, output, inputs
):
    back, into = first[f"{output}.grad"], first[inputs]
    outer = [np.outer(back[sample], into[sample]) for sample in SAMPLES]
    # The first sample finds .grad empty, and the second adds to what the first has left.
    np.testing.assert_array_equal(first[f"b{layer}.grad"], [back[0], back[0] + back[1]])
    expected = [outer[0], outer[0] + outer[1]]
    np.testing.assert_allclose(first[f"W{layer}.grad"], expected, **EXACT)


def test_a_step_goes_down_the_gradient_of_both(recording):
    rate = recording.config.learning_rate
    for epoch in (0, 1, 19):
        for name in PARAMETERS:
            before, after = (recording.recorded(name)(epoch + step) for step in (0, 1))
            both = recording.recorded(f"{name}.grad")(epoch)[1]
            np.testing.assert_allclose(after, before - rate * both, **EXACT)


def test_gradients_are_zeroed_before_an_epoch(recording):
    back, into = (recording.recorded(name)(1)[0] for name in ("s.grad", "h"))
    alone = recording.recorded("W2.grad")(1)[0]
    np.testing.assert_allclose(alone, np.outer(back, into), **EXACT)


def test_the_step_lowers_the_cost_of_the_two_and_so_do_the_next(recording):
    costs = [recording.recorded("cost")(epoch) for epoch in range(21)]
    loss = [float(recording.recorded("loss")(epoch)) for epoch in range(21)]
    np.testing.assert_allclose(loss, np.sum(costs, axis=1), rtol=1e-12)
    assert (np.diff(loss) < 0).all()
    assert loss[20] < 0.5 * loss[0]


def test_the_net_plays_back_what_was_recorded(recording, first):
    net = recording.nets()
    np.testing.assert_allclose(net(first["x"])(0), first["o"], rtol=1e-5)
    np.testing.assert_allclose(net.layer("relu")(first["x"])(0), first["h"], atol=1e-5)


def test_the_seed_that_is_shown_has_telling_numbers(monkeypatch, tmp_path):
    monkeypatch.setenv("EPOCHREEL_RUNS", str(tmp_path))
    recording = Recording(training.record("backprop", progress=False))
    off = recording.recorded("h")(0) == 0
    np.testing.assert_array_equal(off.sum(axis=1), 3)
    assert (off[0] != off[1]).any()
    softargmax = np.exp(recording.recorded("o")(0))
    assert 0.05 < softargmax.min() < softargmax.max() < 0.5
    right = recording.recorded("y")(0).argmax(axis=1)
    assert (softargmax.argmax(axis=1) != right).all()
    assert (recording.recorded("o")(20).argmax(axis=1) == right).all()
    for name in recording.run.tensors:
        assert np.abs(recording.recorded(name)(0)).max() < 3
