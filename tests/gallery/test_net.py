"""The net that a page works out, against torch and float64: the same but for what is quantised."""

import json

import numpy as np
import pytest
import torch
from torch import nn

from epochreel import files
from epochreel.gallery import planes, weights
from epochreel.gallery.programs import program
from epochreel.gallery.weights import packed
from epochreel.runs import training
from tests.gallery.browser import chromium
from tests.gallery.test_programs import Made
from tests.gallery.test_weights import unpacked

POINTS = np.random.default_rng(3).uniform(-2, 2, (40, 2))
ROUNDING = 1e-12
"""What sums in another order come to, of the largest number: some thousand times 2⁻⁵³."""


@pytest.fixture(scope="module")
def page():
    """A page that knows how to work nets out."""
    with chromium() as browser:
        shown = browser.new_page()
        shown.add_script_tag(content=(files.ASSETS / "gallery" / "net.js").read_text("utf-8"))
        yield shown


def worked_out(page, said, tensors, rows):
    """The output of a net in the page, (N, outputs), of its tensors as they are."""
    ask = """([said, tensors, rows]) => [
      ...net.values(said, tensors.map((t) => Float64Array.from(t)), Float64Array.from(rows)).at(-1)
    ]"""
    found = page.evaluate(ask, [said, [t.tolist() for t in tensors], rows.ravel().tolist()])
    return np.reshape(found, (len(rows), -1))


@pytest.mark.parametrize(
    ("epoch", "found"),
    [(0, [0, 0, 0]), (5, [0, 0, 0]), (9, [1, 1, 0]), (6, [0, 1, 0.25]), (9.4, [1, 1, 0])],
)
def test_an_epoch_lies_between_two_that_are_kept_or_at_the_nearer_end(page, epoch, found):
    assert page.evaluate("(epoch) => net.around([5, 9], epoch)", epoch) == found


def test_a_plane_reaches_as_far_after_the_last_epoch_as_at_it(page):
    said = {"epochs": [5, 9], **packed([[np.ones(1)]] * 2, 16), "data": {"points": []}}
    reach = "answers.Answers.prototype.reachAt.call({ reaches: [1, 3] }, 9.4)"
    script = (files.ASSETS / "gallery" / "answers.js").read_text("utf-8")
    asked = f"{{ const nets = {json.dumps(said)}; {script}; globalThis.far = {reach}; }}"
    page.add_script_tag(content=asked)
    assert page.evaluate("far") == 3


def exact(found):
    return {
        "steps": found.steps,
        "widths": found.widths,
        "tensors": [*range(found.count)],
    }


def mix(_, x):
    a, b = x.unbind(-1)
    c = torch.stack(
        [a.sin() * b, 2 / (1 + b**2) - (1 - a), torch.atan2(a, b), a.clamp(min=0.1)], dim=-1
    )
    return torch.cat([c[:, 1:3], c.amax(1, keepdim=True) - c.amin(1, keepdim=True), c.abs()], dim=1)


def energy(net, y):
    code = torch.tanh(y @ net.w)
    return (y - code).square().sum(1).sqrt() + torch.maximum(code[:, 0], code[:, 1]).neg()


ACTIVATIONS = [
    *(nn.ReLU(), nn.ReLU(inplace=True), nn.Tanh(), nn.Sigmoid(), nn.SiLU(), nn.LeakyReLU(0.2)),
    *(nn.ELU(0.7), nn.SELU(), nn.GELU(), nn.GELU("tanh"), nn.Softplus(2, 3)),
    *(nn.Hardtanh(), nn.ReLU6(), nn.Softmax(-1), nn.LogSoftmax(1), nn.LayerNorm(9)),
    *(nn.LayerNorm(9, elementwise_affine=False), nn.Dropout(), nn.Flatten(), nn.Identity()),
    *(nn.Softsign(), nn.Tanhshrink(), nn.Softmin(-1)),
]
WHOLE = {
    "flat": nn.Sequential(nn.Linear(2, 1), nn.Flatten(0)),
    "without bias": nn.Linear(2, 3, bias=False),
    "mixed": Made(mix),
    "cut": Made(lambda _, x: torch.cat([x[:, -1:], x[:, -9:1], x[:, -2:-1], x[:, 1:9]], dim=1)),
    "energy": Made(energy, w=[[0.3, -1], [2, 0.5]]),
    "vector": Made(lambda net, x: x @ net.w, w=[0.5, 2.0]),
    "free energy": Made(lambda net, x: -torch.logsumexp(x * net.w, dim=1), w=[[0.5, 2.0]]),
    "means": Made(lambda _, x: (x**3 - 0.5 * x).mean(-1, keepdim=True) + x),
}


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
def test_activations_are_torch_s(page, activation):
    with torch.random.fork_rng():
        torch.manual_seed(4)
        net = nn.Sequential(nn.Linear(2, 9), activation, nn.Linear(9, 2))
    same(page, net)


@pytest.mark.parametrize("name", WHOLE)
def test_forwards_are_torch_s(page, name):
    with torch.random.fork_rng():
        torch.manual_seed(5)
        same(page, WHOLE[name])


def same(page, net):
    net = net.double().eval()
    found = program([net], 2)
    assert found is not None
    with torch.no_grad():
        expected = net(torch.from_numpy(POINTS)).reshape(len(POINTS), -1).numpy()
    tensors = found.tensors([*net.state_dict().values()])
    answer = worked_out(page, exact(found), tensors, POINTS)
    assert answer.shape == expected.shape
    assert np.abs(answer - expected).max() <= ROUNDING * max(1, np.abs(expected).max())


def test_the_rest_of_a_net_goes_on_from_its_plane(page):
    net = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 3)).double()
    found = program([net], 2)
    ask = """([said, tensors, rows]) =>
      [...net.values(said, tensors, Float64Array.from(rows), 1).at(-1)]"""
    tensors = [t.tolist() for t in found.tensors([*net.state_dict().values()])]
    answer = page.evaluate(ask, [exact(found), tensors, POINTS.ravel().tolist()])
    with torch.no_grad():
        expected = net[1](torch.from_numpy(POINTS)).numpy()
    np.testing.assert_allclose(np.reshape(answer, (-1, 3)), expected, atol=ROUNDING)


# --- parameters


@pytest.mark.parametrize("bits", [8, 16])
def test_parameters_are_read_at_and_between_epochs(page, bits):
    rng = np.random.default_rng(1)
    given = [[rng.standard_normal(5), rng.standard_normal(1)] for _ in range(3)]
    said = packed(given, bits) | {"epochs": [0, 10, 40]}
    (a, b, c), _ = unpacked(said)
    ask = "([nets, at]) => at.map((epoch) => net.parameters(nets)(epoch).map((each) => [...each]))"
    at = page.evaluate(ask, [said, [0, 10, 40, 4, 25, -3, 99]])
    fourth = [0.6 * x + 0.4 * y for x, y in zip(a, b, strict=True)]
    half = [0.5 * x + 0.5 * y for x, y in zip(b, c, strict=True)]
    for read, expected in zip(at, [a, b, c, fourth, half, a, c], strict=True):
        for found, values in zip(read, expected, strict=True):
            np.testing.assert_allclose(found, values, rtol=1e-13, atol=1e-14)


# --- a recorded net, from its run to the page


def deviation(steps, tensors, steps_of, x, widths):
    """How far an output may be off, (N, outputs), where each tensor's numbers are by half a step.

    Of a map Wx + b whose x is off by e, |W|e + ½δ_W Σ(|x| + e) + ½δ_b; rectifiers and tanh widen
    no distance. `x` are the values at each step with the tensors as recorded.
    """
    off = np.zeros_like(x[0])
    for place, (name, operands, _) in enumerate(steps):
        if name != "affine":
            assert name in ("relu", "tanh")
            continue
        (_, matrix), (_, bias) = operands[1:]
        weight = np.abs(tensors[matrix]).reshape(widths[place], widths[place + 1])
        met = (np.abs(x[place]) + off).sum(1, keepdims=True)
        off = off @ weight + met * steps_of[matrix] / 2 + steps_of[bias] / 2
    return off


def forward(steps, tensors, rows, widths):
    """The values at each step, in float64 with NumPy."""
    x = [rows]
    for place, (name, operands, _) in enumerate(steps):
        if name == "affine":
            (_, matrix), (_, bias) = operands[1:]
            weight = tensors[matrix].reshape(widths[place], widths[place + 1])
            x.append(x[place] @ weight + tensors[bias])
        else:
            x.append(np.maximum(x[-1], 0) if name == "relu" else np.tanh(x[-1]))
    return x


@pytest.mark.parametrize("bits", [16, 8])
@pytest.mark.parametrize("name", ["classifier_unwarp", "autoencoder"])
def test_a_page_s_net_is_the_recorded_one_but_for_what_is_quantised(
    page, tmp_path, monkeypatch, name, bits
):
    monkeypatch.setenv("EPOCHREEL_RUNS", str(tmp_path))
    run = training.record(name, progress=False, epochs=20, hidden=12)
    if bits == 8:
        monkeypatch.setattr(weights, "BUDGET", 2500)  # and fewer epochs
    script = planes.script({"run": run.path.name, "digest": run.digest, "epochs": []})
    said = json.loads(script[len("const nets = ") : -2])
    assert said["bits"] == bits
    own, epochs = said["nets"][0], [said["epochs"][0], said["epochs"][-1]]
    ask = """([nets, at, rows]) => at.map((epoch) => [...net.values(
      nets.nets[0], net.parameters(nets)(epoch), Float64Array.from(rows)).at(-1)])"""
    pages = page.evaluate(ask, [said, epochs, POINTS.ravel().tolist()])
    _, quantised = unpacked(said)
    for epoch, answer in zip(epochs, pages, strict=True):
        tensors, expected = recorded(run, name, epoch)
        steps_of = quantised[said["epochs"].index(epoch), own["tensors"]]
        values = forward(own["steps"], tensors, POINTS, own["widths"])
        assert np.abs(values[-1] - expected).max() < 1e-12
        off = deviation(own["steps"], tensors, steps_of, values, own["widths"])
        answer = np.reshape(answer, expected.shape)
        # Low and step are float32 themselves, 2⁻²⁴ of either.
        assert (np.abs(answer - expected) <= off + 2.0**-22 * (1 + np.abs(expected))).all()
        if bits == 16:  # the bound says something
            assert off.max() < 0.02 * np.abs(expected).max()
        assert np.abs(answer - expected).max() > 0


def recorded(run, name, epoch):
    """The net's tensors, and what torch makes of the points, at an epoch, in float64."""
    trainer = training.find(name)
    built = trainer.build(training.configure(trainer, **run.config))
    nets = built if isinstance(built, dict) else {"net": built}
    values = torch.from_numpy(POINTS)
    for net, module in nets.items():
        run.load(module, epoch, net)
        with torch.no_grad():
            values = module.double()(values)
    parameters = [each for module in nets.values() for each in module.state_dict().values()]
    return program([*nets.values()], 2).tensors(parameters), values.numpy()
