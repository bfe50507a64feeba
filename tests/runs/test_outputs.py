"""A playback's outputs for the same inputs, as a layer draws them."""

import copy

import numpy as np
import pytest
import torch

from epochreel import Playback, Recorder, Run, RunError
from epochreel.runs.playback import ROWS


@pytest.fixture(autouse=True)
def seeded():
    torch.manual_seed(0)


@pytest.fixture
def doubling(tmp_path):
    """The run of a net that multiplies by its epoch, recorded at 0, 1 and 2, and the module."""
    net = torch.nn.Linear(2, 2, bias=False)
    with Recorder.create(tmp_path / "run", trainer="doubling") as recorder:
        for epoch in range(3):
            torch.nn.init.eye_(net.weight).data.mul_(epoch)
            recorder.snapshot(epoch, net=net)
    return Run.open(tmp_path / "run"), net


@pytest.mark.parametrize("kind", [np.array, torch.tensor, list])
def test_outputs_are_a_function_of_the_epoch(doubling, kind):
    outputs = Playback(*doubling).of(kind([[1.0, -3.0], [0.5, 4.0]]))
    np.testing.assert_allclose(outputs(2), [[2, -6], [1, 8]])
    np.testing.assert_allclose(outputs(1.5), [[1.5, -4.5], [0.75, 6]])


def test_outputs_keep_the_shape_of_a_grid(doubling):
    assert Playback(*doubling).of(np.ones((3, 5, 2)))(1).shape == (3, 5, 2)


def test_outputs_are_of_the_inputs_as_they_were(doubling):
    inputs = np.ones((1, 2), np.float32)
    outputs = Playback(*doubling).of(inputs)
    inputs[:] = 7
    np.testing.assert_allclose(outputs(1), [[1, 1]])


def test_everything_that_decides_the_outputs_is_in_sight_of_the_cache_key(doubling):
    played = Playback(*doubling)
    playback, _, inputs = played.of(torch.ones(1, 2)).__digest__()["arguments"]
    assert type(inputs) is np.ndarray
    assert playback is played


def test_chosen_epochs_are_the_only_ones_looked_at(tmp_path):
    net = torch.nn.Linear(1, 1, bias=False)
    with Recorder.create(tmp_path / "run", trainer="swinging") as recorder:
        for epoch in range(5):
            torch.nn.init.constant_(net.weight, [0, 9, 2, 9, 4][epoch])
            recorder.snapshot(epoch, net=net)
    playback = Playback(Run.open(tmp_path / "run"), net, epochs=[0, 2, 4])
    for epoch in (0, 0.5, 1, 2, 3, 3.75, 4):
        np.testing.assert_allclose(playback(epoch, [[1.0]]), [[epoch]], rtol=1e-6)
    inner = Playback(Run.open(tmp_path / "run"), net, epochs=[3, 2])
    for epoch, weight in ((0, 2), (2, 2), (2.5, 5.5), (3, 9), (3.5, 9), (4, 9)):
        np.testing.assert_allclose(inner(epoch, [[1.0]]), [[weight]], rtol=1e-6)
    alone = Playback(Run.open(tmp_path / "run"), net, epochs=[1])
    assert [alone(epoch, [[1.0]]).item() for epoch in (0, 1, 4)] == [9, 9, 9]
    with pytest.raises(RunError, match="No epochs are left"):
        Playback(Run.open(tmp_path / "run"), net, epochs=[])


def test_a_gradient_is_the_one_of_finite_differences(tmp_path):
    torch.manual_seed(3)
    net = torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1))
    with Recorder.create(tmp_path / "run", trainer="bowl") as recorder:
        recorder.snapshot(0, net=net)
    playback = Playback(Run.open(tmp_path / "run"), net)
    points = np.array([[0.3, -0.2], [1.0, 0.5], [-2.0, 0.1]])
    step = 1e-2
    for axis in range(2):
        ahead, behind = points.copy(), points.copy()
        ahead[:, axis] += step
        behind[:, axis] -= step
        slope = (playback(0, ahead) - playback(0, behind))[:, 0] / (2 * step)
        np.testing.assert_allclose(playback.gradient(0, points)[:, axis], slope, atol=2e-4)


def test_only_one_number_a_point_has_a_gradient(doubling):
    with pytest.raises(RunError, match=r"shape \(1, 2\)"):
        Playback(*doubling).gradient(0, [[1.0, 2.0]])


def test_one_number_of_all_points_has_a_gradient(tmp_path):
    class Energy(torch.nn.Linear):
        def forward(self, y):
            return super().forward(y).square().sum()

    playback = played(tmp_path, Energy(2, 1, bias=False))
    y, w = np.array([[1.0, 2], [-1, 0.5]]), playback.parameters(0)["weight"]
    np.testing.assert_allclose(playback(0, y), ((y @ w.T) ** 2).sum(), rtol=1e-5)
    np.testing.assert_allclose(playback.gradient(0, y), 2 * (y @ w.T) * w, rtol=1e-5)


def test_whole_numbers_have_no_gradient(tmp_path):
    with pytest.raises(RunError, match=r"torch\.int64 have no gradient; hand in real numbers"):
        played(tmp_path, torch.nn.Embedding(3, 1)).gradient(0, [0, 1])


def played(folder, net, **options):
    """A net recorded as it is at epoch 0, and with every number half as large at epoch 1."""
    with Recorder.create(folder / "run", trainer="any") as recorder:
        recorder.snapshot(0, net=net)
        halved = copy.deepcopy(net)
        for tensor in halved.state_dict().values():
            tensor.copy_(tensor / 2)
        recorder.snapshot(1, net=halved)
    return Playback(Run.open(folder / "run"), net, **options)


def agrees(output, expected):
    np.testing.assert_allclose(output, expected.detach().numpy(), rtol=1e-5, atol=1e-6)


def test_whole_numbers_stay_what_they_are(tmp_path):
    net = torch.nn.Embedding(5, 3)
    words = np.array([[0, 4], [2, 2]])
    agrees(played(tmp_path, net)(0, words), net(torch.tensor(words)))


def test_a_net_in_float64_takes_any_real_numbers(tmp_path):
    net = torch.nn.Linear(2, 1).double()
    playback = played(tmp_path, net)
    for kind in (np.float32, np.float64, np.float16):
        output = playback(0, np.ones((3, 2), kind))
        assert output.dtype == np.float32
        agrees(output, net(torch.ones(3, 2).double()).float())


@pytest.mark.parametrize("epochs", [None, [0, 1]])
def test_whole_numbers_of_a_net_are_those_of_the_snapshot_before(tmp_path, epochs):
    net = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.BatchNorm1d(2))
    net[1].num_batches_tracked.fill_(8)
    playback = played(tmp_path, net, epochs=epochs)
    assert [playback.parameters(e)["1.num_batches_tracked"] for e in (0, 0.9, 1)] == [8, 8, 4]
    np.testing.assert_allclose(playback.parameters(0.5)["1.running_var"], [0.75] * 2)
    assert playback(0.5, np.ones((3, 2))).shape == (3, 2)


def test_several_inputs_and_none(tmp_path):
    class Wells(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.wells = torch.nn.Parameter(torch.randn(4, 2))

        def forward(self, y=None, shift=0):
            return self.wells if y is None else torch.cdist(y, self.wells + shift)

    net = Wells()
    y, shift = np.random.default_rng(1).normal(size=(2, 5, 2)).astype(np.float32)
    playback = played(tmp_path, net)
    agrees(playback(0), net.wells)
    agrees(playback(0, y, shift[:4]), net(torch.tensor(y), torch.tensor(shift[:4])))


@pytest.mark.parametrize("kind", [torch.nn.RNN, torch.nn.LSTM, torch.nn.GRU])
def test_the_output_of_a_recurrent_layer_is_meant_not_its_state(tmp_path, kind):
    class Reader(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.memory = kind(2, 3)
            self.say = torch.nn.Linear(3, 1)

        def forward(self, x):
            return self.say(self.memory(x)[0][-1])

    net, x = Reader(), torch.randn(7, 5, 2)  # time first, so that its rows must not be parted
    agrees(played(tmp_path / "a", net, layer="memory")(0, x), net.memory(x)[0])
    agrees(played(tmp_path / "b", net)(0, x), net(x))
    agrees(played(tmp_path / "c", net.memory)(0, x), net.memory(x)[0])


@pytest.mark.parametrize("kind", [torch.nn.RNNCell, torch.nn.LSTMCell, torch.nn.GRUCell])
def test_a_cell_gives_the_outputs_of_all_its_uses(tmp_path, kind):
    class Unrolled(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.cell = kind(2, 3)

        def forward(self, x):
            state = None
            for t in range(x.shape[1]):
                state = self.cell(x[:, t], state)
            return state if isinstance(state, torch.Tensor) else state[0]

    net, x = Unrolled(), torch.randn(5, 4, 2)
    playback = played(tmp_path, net, layer="cell")
    expected = torch.stack([net(x[:, : t + 1]) for t in range(4)], dim=1)
    assert expected.shape == (5, 4, 3)
    agrees(playback(0, x), expected)
    agrees(playback(0, x[:, :1]), net(x[:, :1]))


def test_uses_of_different_shapes_are_a_sentence(tmp_path):
    class Twice(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.shared = torch.nn.Linear(2, 2)

        def forward(self, x):
            return self.shared(x).sum() + self.shared(x[1:]).sum()

    with pytest.raises(RunError, match=r"'shared' is used 2 times, .* \(2, 2\), \(3, 2\), which"):
        played(tmp_path, Twice(), layer="shared")(0, np.ones((3, 2)))


def test_a_layer_that_takes_no_part_is_a_sentence(tmp_path):
    class Idle(torch.nn.Linear):
        def __init__(self):
            super().__init__(2, 2)
            self.idle = torch.nn.Linear(2, 2)

    with pytest.raises(RunError, match="'idle' takes no part in the forward"):
        played(tmp_path, Idle(), layer="idle")(0, np.ones((3, 2)))


def test_what_comes_after_a_layer_in_place_does_not_change_its_output(tmp_path):
    net = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU(inplace=True))
    x = torch.randn(6, 2)
    agrees(played(tmp_path, net, layer="0")(0, x), net[0](x))


class Centred(torch.nn.Linear):
    """A net whose rows know of each other, as those of a graph do."""

    def forward(self, x):
        return super().forward(x - x.mean(dim=0))


@pytest.mark.parametrize(
    "net",
    [
        Centred(2, 3),
        torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Softmax(dim=0)),
        torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Tanh(), torch.nn.Linear(3, 1)),
    ],
)
def test_more_rows_than_a_batch_give_what_the_net_gives_at_once(tmp_path, net):
    x = torch.randn(ROWS + 900, 2, generator=torch.Generator().manual_seed(0))
    agrees(played(tmp_path, net)(0, x), net(x))


def test_only_a_net_whose_rows_are_apart_goes_in_batches(tmp_path):
    seen = []
    perceptron = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Tanh())
    for name, net in {"plain": perceptron, "graph": Centred(2, 3)}.items():
        playback = played(tmp_path / name, net)
        playback._module.register_forward_hook(lambda module, x, y: seen.append(len(y)))
        playback(0, np.zeros((ROWS + 1, 2)))
    assert seen == [ROWS, 1, ROWS + 1]


@pytest.mark.parametrize("shape", [(2, 3, 4), (1,), ()])
def test_outputs_need_not_have_a_row_for_each_input(tmp_path, shape):
    class Shaped(torch.nn.Linear):
        def forward(self, x):
            return super().forward(x).sum() * torch.ones(shape)

    output = played(tmp_path, Shaped(2, 1))(0, np.ones((5, 2)))
    assert output.shape == shape


@pytest.mark.parametrize(
    ("inputs", "sentence"),
    [
        ((np.ones((4, 3)),), r"does not take inputs \(4, 3\) of torch\.float32 \(mat1"),
        ((np.ones((4, 2), int),), r"inputs \(4, 2\) of torch\.int64 "),
        ((), "does not take inputs of no kind .*: hand in what it was trained with"),
    ],
)
def test_inputs_that_do_not_fit_are_a_sentence(tmp_path, inputs, sentence):
    with pytest.raises(RunError, match=sentence):
        played(tmp_path, torch.nn.Linear(2, 1))(0, *inputs)


def test_an_unknown_parameter_is_a_sentence(tmp_path):
    with pytest.raises(RunError, match=r"no parameter 'wight'; did you mean 'weight'\?"):
        played(tmp_path, torch.nn.Linear(2, 1)).parameter("wight")
