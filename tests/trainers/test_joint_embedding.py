"""Joint embedding is held to what its clip claims, on three seeds."""

import numpy as np
import pytest
import torch

from epochreel.runs import training
from epochreel.runs.recorded import Recording
from tests.filming import SMALL
from trainers.joint_embedding import Config, build, covariances, data, terms, views

SEEDS = (12345, 1, 7)


@pytest.fixture(scope="module", params=SEEDS)
def recording(request, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EPOCHREEL_RUNS", str(tmp_path_factory.mktemp("runs")))
        quick = SMALL["joint_embedding"]
        run = training.record("joint_embedding", seed=request.param, progress=False, **quick)
    return Recording(run, "joint_embedding")


@pytest.fixture
def seen(recording):
    """Views of the points that no training saw, (2, N, 2)."""
    return views(recording.config, torch.Generator().manual_seed(99))


@pytest.fixture
def embedded(recording, seen):
    """Their embeddings (2, N, 2) at an epoch."""
    h = recording.nets()(seen.reshape(-1, 2).numpy())
    return lambda epoch: torch.tensor(h(epoch)).reshape(seen.shape)


def spread(h):
    """The standard deviations across and along, of embeddings (2, N, 2)."""
    return torch.linalg.eigvalsh(covariances(h).mean(0)).clamp(min=0).sqrt().tolist()


def test_points_lie_along_an_oval():
    points = data(Config())
    assert points.shape == (120, 2)
    far = (points / torch.tensor([1.3, 0.8])).norm(dim=1)
    assert ((far - 1).abs() < 0.3).all()


def test_views_are_turned_a_little_and_differ():
    config = Config(shake=0)
    x, y = views(config, torch.Generator().manual_seed(1))
    points = data(config)
    assert x.norm(dim=1).tolist() == pytest.approx(points.norm(dim=1).tolist(), rel=1e-5)
    cross = points[:, 0] * x[:, 1] - points[:, 1] * x[:, 0]
    angles = torch.rad2deg(torch.atan2(cross, (points * x).sum(dim=1)))
    assert angles.abs().max() <= 20.001
    assert angles.min() < -15 < 15 < angles.max()
    assert (x - y).norm(dim=1).min() > 0


def test_terms_of_numbers_worked_out_by_hand():
    x = torch.tensor([[1.0, 0.0], [-1.0, 0.0], [0.0, 0.5], [0.0, -0.5]])
    y = torch.tensor([[1.0, 1.0], [-1.0, -1.0], [0.0, 0.0], [0.0, 0.0]])
    h = torch.stack([x, y])
    assert covariances(h)[0].tolist() == [[pytest.approx(2 / 3), 0], [0, pytest.approx(1 / 6)]]
    assert covariances(h)[1].flatten().tolist() == pytest.approx([2 / 3] * 4)
    pull, vary, differ = terms(h, 1.0).tolist()
    assert pull == pytest.approx((1 + 1 + 0.25 + 0.25) / 4)
    assert vary == pytest.approx((1 / 3 + 5 / 6 + 1 / 3 + 1 / 3) / 2)
    assert differ == pytest.approx((4 / 9 + 4 / 9) / 2)
    assert terms(h, 0.1)[1] == 0


def test_covariances_are_those_of_numpy():
    h = torch.randn(2, 30, 2, generator=torch.Generator().manual_seed(3))
    expected = [np.cov(each.numpy().T) for each in h]
    assert covariances(h).numpy() == pytest.approx(np.array(expected), abs=1e-6)


def test_the_net_begins_with_the_points_apart(embedded):
    assert spread(embedded(0))[1] > 0.4


def test_pulled_alone_all_points_collapse_to_one(recording, embedded):
    across, along = spread(embedded(recording.config.vary_from))
    print(across, along)
    assert along < 0.08
    assert along < 0.15 * spread(embedded(0))[1]


def test_with_the_first_guard_they_collapse_to_a_line(recording, embedded):
    h = embedded(recording.config.differ_from)
    across, along = spread(h)
    print(across, along)
    assert across < 0.05 * along
    own = covariances(h).mean(0)
    assert own.diagonal().tolist() == pytest.approx([1, 1], abs=0.2)
    assert abs(float(own[0, 1])) == pytest.approx(1, abs=0.2)


def test_with_both_guards_they_are_a_ring_again(recording, seen, embedded):
    h = embedded(recording.config.epochs)
    c = covariances(h).mean(0)
    print(c)
    assert c.numpy() == pytest.approx(np.eye(2), abs=0.2)
    assert abs(float(c[0, 1])) < 0.1
    middle = h[0] - h[0].mean(dim=0)
    assert middle.norm(dim=1).min() > 0.6
    x = seen[0] / torch.tensor([1.3, 0.8])
    order = torch.atan2(x[:, 1], x[:, 0]).argsort()
    angles = torch.atan2(middle[:, 1], middle[:, 0])[order].numpy()
    rounds = np.diff(np.unwrap(np.append(angles, angles[0]))).sum() / (2 * np.pi)
    assert abs(rounds) == pytest.approx(1, abs=1e-4)


def test_a_term_counts_from_its_epoch_on(recording):
    """The loss is small before a guard comes in, and large when it does."""
    loss, config = recording.recorded("loss"), recording.config
    for begun, least in ((config.vary_from, 1.8), (config.differ_from, 1.5)):
        assert loss(begun) - loss(begun - 1) > least


def test_the_net_is_that_of_its_config():
    assert build(Config(hidden=8))(torch.zeros(5, 2)).shape == (5, 2)
