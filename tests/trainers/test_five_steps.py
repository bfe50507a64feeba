"""Five steps are held to what their clip claims, on three seeds."""

import inspect
import sys

import numpy as np
import pytest
import torch

from epochreel.files import ROOT
from epochreel.runs import training
from trainers import five_steps
from trainers.five_steps import BATCHES, START, Config, Line, data

SEEDS = (12345, 1, 7)
ZEROED, FORGETFUL, ACCUMULATING = range(3)


@pytest.fixture(scope="module", params=SEEDS)
def loops(request, tmp_path_factory):
    """The run as its clip reads it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EPOCHREEL_RUNS", str(tmp_path_factory.mktemp("runs")))
        patch.syspath_prepend(ROOT / "scenes")
        run = training.record("five_steps", seed=request.param, progress=False)
        from _five_steps import Loops

        found = Loops(run, *(each.numpy() for each in data(Config(seed=request.param))))
        sys.modules.pop("_five_steps")
        found.run = run
        return found


def slope(loops, w):
    """The gradient of the mean squared error, by hand."""
    errors = w[0] * loops.x + w[1] - loops.y
    return 2 * np.array([(errors * loops.x).mean(), errors.mean()])


def test_what_is_shown_is_what_runs(monkeypatch):
    """The lines on screen are those of the functions that train, and each is executed."""
    shown = inspect.getsource(five_steps.zeroed).splitlines()[2:7]
    assert [line.strip() for line in shown] == [
        "ytilde = net(x)",
        "loss = mse_loss(ytilde, y)",
        "optimiser.zero_grad()",
        "loss.backward()",
        "optimiser.step()",
    ]
    forgetful = inspect.getsource(five_steps.forgetful).splitlines()[2:6]
    assert forgetful == [line for line in shown if "zero_grad" not in line]
    assert len(inspect.getsource(five_steps.accumulating).splitlines()) == 8
    x, y = data(Config())
    net = Line()
    optimiser = torch.optim.SGD(net.parameters(), lr=0.1)
    batches = list(zip(x.chunk(BATCHES), y.chunk(BATCHES), strict=True))
    ran = set()

    def trace(frame, event, _):
        if frame.f_code.co_filename != five_steps.__file__:
            return None
        if event == "line":
            ran.add(frame.f_lineno)
        return trace

    before = sys.gettrace()
    for loop, given in (
        (five_steps.zeroed, (x, y)),
        (five_steps.forgetful, (x, y)),
        (five_steps.accumulating, (batches,)),
    ):
        sys.settrace(trace)
        loop(net, optimiser, *given)
        sys.settrace(before)
        lines, first = inspect.getsourcelines(loop)
        assert ran >= set(range(first + 2, first + len(lines)))


def test_each_step_goes_against_what_grad_holds(loops):
    rate = Config().learning_rate
    assert loops.w[0] == pytest.approx(np.array([START] * 3), abs=1e-6)
    steps = np.diff(loops.w, axis=0)
    assert steps == pytest.approx(-rate * loops.grad[:-1], abs=1e-5)
    own = np.array([[slope(loops, w) for w in each] for each in loops.w])
    assert loops.grad[:, ZEROED] == pytest.approx(own[:, ZEROED], abs=1e-5)
    added = np.cumsum(own[:, FORGETFUL], axis=0)
    assert loops.grad[:, FORGETFUL] == pytest.approx(added, abs=1e-3)


def test_the_ball_comes_to_rest_at_the_bottom(loops):
    losses = loops.loss(loops.w[:, ZEROED])
    assert (np.diff(losses) < 1e-6).all()
    assert losses[15] < 1.02 * loops.least
    assert np.abs(slope(loops, loops.best)).max() < 1e-12


def test_a_ball_whose_slopes_are_never_zeroed_never_rests(loops):
    losses = loops.loss(loops.w[:, FORGETFUL])
    assert losses[:2] == pytest.approx(loops.loss(loops.w[:2, ZEROED]), rel=1e-6)
    late = losses[len(losses) // 2 :]
    assert late.mean() > 10 * loops.least
    assert late.max() > 0.5 * losses[0]
    # It stays in the bowl that is drawn.
    assert losses.max() < loops.least + loops.rim


def test_four_batches_add_up_to_the_slope_of_all_points_and_take_the_same_way(loops):
    sizes = len(loops.x) // BATCHES
    w = loops.w[0, ACCUMULATING]
    parts = [
        2 * np.array([(error * x).mean(), error.mean()]) / BATCHES
        for x, error in zip(
            loops.x.reshape(BATCHES, sizes),
            (loops.predicted(w) - loops.y).reshape(BATCHES, sizes),
            strict=True,
        )
    ]
    assert loops.sums[0] == pytest.approx(np.cumsum(parts, axis=0), abs=1e-5)
    # No two batches have the same slope, so that their sum is something to see.
    assert np.abs(np.subtract(parts[0], parts[1])).max() > 1e-2
    assert loops.sums[:, -1] == pytest.approx(loops.grad[:, ACCUMULATING], abs=1e-7)
    assert np.abs(loops.w[:, ACCUMULATING] - loops.w[:, ZEROED]).max() < 1e-5


def test_the_bowl_is_the_loss_and_its_rings_are_level(loops):
    w = np.array([0.3, -1.2])
    assert loops.loss(w) == pytest.approx(((0.3 * loops.x - 1.2 - loops.y) ** 2).mean())
    rings = loops.ring(np.array([0.5, 2.0]))
    assert rings[0, :, 2] == pytest.approx(loops.least + 0.5)
    assert rings[1, :, 2] == pytest.approx(loops.least + 2.0)
    assert loops.at(FORGETFUL, 2.5) == pytest.approx(loops.w[2:4, FORGETFUL].mean(axis=0))
    assert loops.held(ZEROED, 3) == pytest.approx(loops.grad[2, ZEROED])


def test_a_loop_that_forgets_goes_on_with_what_it_holds(tmp_path, loops):
    """Its `.grad` is a part of its state, or an interrupted run would go another way."""
    net = Line()
    net.w.grad = torch.tensor([2.0, -1.0])
    other = Line()
    other.load_state_dict(net.state_dict())
    assert other.w.grad.tolist() == [2, -1]
