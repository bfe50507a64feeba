"""Which nets a page can work through, and that it is told nothing about the others."""

import pytest
import torch
from torch import nn

from epochreel.gallery.programs import program


class Made(nn.Module):
    """A net whose forward is a function of itself and of its inputs."""

    def __init__(self, forward, **parameters):
        super().__init__()
        self.function = forward
        for name, value in parameters.items():
            setattr(self, name, nn.Parameter(torch.as_tensor(value, dtype=torch.float32)))

    def forward(self, x):
        return self.function(self, x)


def test_a_classifier_is_three_maps_and_a_rectifier():
    net = nn.Sequential(nn.Sequential(nn.Linear(2, 7), nn.ReLU(), nn.Linear(7, 2)), nn.Linear(2, 5))
    found = program([net], 2)
    assert [name for name, _, _ in found.steps] == ["affine", "relu", "affine", "affine"]
    assert found.widths == [2, 7, 7, 2, 5]
    assert found.plane == 3
    assert [len(each) for each in found.tensors([*net.parameters()])] == [14, 7, 14, 2, 10, 5]


def test_what_depends_on_parameters_alone_is_worked_out_beforehand():
    net = Made(lambda net, x: x @ nn.functional.normalize(net.columns, dim=0).T, columns=[[3.0, 4]])
    found = program([net], 2)
    assert [name for name, _, _ in found.steps] == ["affine"]
    assert found.tensors([torch.tensor([[3.0, 4]])])[0].tolist() == [1, 1]


def test_nets_one_after_the_other_are_one():
    found = program([nn.Linear(2, 1), nn.Linear(1, 2)], 2)
    assert found.widths == [2, 1, 2]
    assert found.names == [["weight", "bias"]] * 2


def test_a_plane_that_is_passed_by_is_none():
    past = Made(lambda net, x: torch.cat([x, x @ net.turn], dim=1), turn=[[0.0, 1], [1, 0]])
    assert program([past], 2).plane is None


def test_it_leaves_the_net_as_it_was():
    net = nn.Sequential(nn.Linear(2, 3), nn.Dropout())
    assert program([net], 2).widths == [2, 3]
    assert net[1].training
    assert all(each.requires_grad for each in net.parameters())


@pytest.mark.parametrize(
    "net",
    [
        nn.Linear(3, 2),  # takes no points of a plane
        nn.LSTM(2, 2),
        nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3)),
        nn.Bilinear(2, 2, 1),
        Made(lambda _, x: x.mT),
        Made(lambda _, x: x.flip(0)),
        Made(lambda _, x: x[1:] - x[:-1]),
        Made(lambda _, x: x - x.mean(0)),
        Made(lambda _, x: x.sum()),
        Made(lambda _, x: x[:, 0] * x),
        Made(lambda _, x: x.reshape(-1)),
        Made(lambda _, x: x.argmax(1)),
        Made(lambda _, x: x if x.sum() > 0 else -x),
        Made(lambda _, x: (x, x)),
        Made(lambda net, x: x.clamp(max=net.most.item()), most=2.0),
        Made(lambda net, x: x * net.most.item(), most=2.0),
        Made(lambda _, x: x[:, :, None] - x[:, None]),
        Made(lambda _, x: torch.randn_like(x) + x),
        Made(lambda _, x: 1 / 0),
    ],
)
def test_what_is_no_list_of_steps_on_rows_has_none(net, capfd):
    assert program([net], 2) is None
    assert capfd.readouterr() == ("", "")
