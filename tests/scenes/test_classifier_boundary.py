"""The boundaries of the clip are held to what it claims, on three seeds."""

import sys
from itertools import combinations

import numpy as np
import pytest

from epochreel.files import ROOT
from epochreel.runs.recorded import Recording

PAIRS = list(combinations(range(5), 2))
LIMITS = -1.12, 1.12, -1.12, 1.12


@pytest.fixture
def boundary(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "scenes")
    import _classifier_boundary

    yield _classifier_boundary
    sys.modules.pop("_classifier_boundary")


@pytest.fixture(params=(12345, 1, 7))
def classifier(request):
    generator = np.random.default_rng(request.param)
    return generator.normal(size=(5, 2)), generator.normal(size=5)


def test_edges_by_hand(boundary):
    # Scores x, −x and −2: the first two are equal on x = 0; the third is above neither there, and
    # meets them where both are below −2, which is nowhere.
    weights, biases = np.array([[1.0, 0], [-1, 0], [0, 0]]), np.array([0.0, 0, -2])
    found = boundary.edges(weights, biases, [(0, 1), (0, 2)])
    np.testing.assert_allclose(np.sort(found[0, :, 1]), [-boundary.FAR, boundary.FAR])
    np.testing.assert_allclose(found[0, :, 0], 0, atol=1e-12)
    assert np.isnan(found[1]).all()
    # With y − 1 in the place of the third it ends where all three are equal: at (0, 1).
    weights[2] = 0, 1
    biases[2] = -1
    found = boundary.edges(weights, biases, [(0, 1)])[0]
    np.testing.assert_allclose(found[found[:, 1].argmax()], [0, 1], atol=1e-12)


def test_on_an_edge_two_scores_are_equal_and_above_all_others(boundary, classifier):
    weights, biases = classifier
    for pair, ends in zip(PAIRS, boundary.edges(weights, biases, PAIRS), strict=True):
        if np.isfinite(ends).all():
            scores = np.linspace(*ends, 101) @ weights.T + biases
            best = scores.max(axis=1, keepdims=True)
            np.testing.assert_allclose(scores[:, pair], best @ [[1, 1]], atol=1e-9 * boundary.FAR)


def test_borders_of_a_linear_net_are_its_edges(boundary, classifier):
    weights, biases = classifier
    x, y = np.linspace(-3, 3, 241), np.linspace(-2, 2, 161)
    scores = np.stack(np.meshgrid(x, y), axis=-1) @ weights.T + biases
    for pair, ends in zip(PAIRS, boundary.edges(weights, biases, PAIRS), strict=True):
        line = boundary.borders(scores, x, y, [pair])
        line = line[np.isfinite(line).all(axis=1)]
        along = np.diff(ends, axis=0)[0] / np.linalg.norm(np.diff(ends, axis=0))
        assert np.isfinite(ends).all() or not len(line)
        off = np.abs((line - ends[0]) @ [-along[1], along[0]])
        assert off.max(initial=0) < 1e-9
        shares = (line - ends[0]) @ along  # and ends where the edge does
        assert (shares > -1e-9).all()
        assert (shares < np.linalg.norm(ends[1] - ends[0]) + 1e-9).all()


def test_there_is_no_border_of_what_is_nowhere(boundary):
    scores = np.tile([1.0, 0, 0], (4, 4, 1))
    assert np.isnan(boundary.borders(scores, np.arange(4), np.arange(4), [(1, 2)])).all()


def test_lengths_by_hand(boundary):
    corner = np.array([[0, 0], [0.3, 0], [0.3, 0.4]])
    assert boundary.length(corner) == pytest.approx(0.7)
    assert boundary.detour(corner) == pytest.approx(1.4)
    gone = np.full((1, 2), np.nan)
    line = np.concatenate([gone, corner[:2], gone, corner, [[2, 0]], gone])
    np.testing.assert_array_equal(boundary.longest(line, 1), corner)
    assert len(boundary.longest(gone, 1)) == 0


def test_a_walk_is_even_on_its_path(boundary):
    path, line = np.array([[0, 0], [3, 0], [3, 1]]), np.array([[0, 5], [1, 5], [2, 5]])
    clock = object()
    walk = boundary.along(path, line, clock)
    assert walk.clocks == (clock,)
    for now, expected in ((0, 0), (0.375, 0.5), (0.75, 1), (1, 2)):
        np.testing.assert_allclose(walk(now), [[expected, 5]])


@pytest.mark.parametrize("seed", [12345, 1, 7])
def test_a_boundary_bends_where_points_stand_still_and_stays_straight_where_they_move(
    boundary, seed, recorded
):
    net = Recording(recorded("classifier_unwarp", seed=seed)).nets()
    embedding = net.layer("embedding")
    scores, ticks = boundary.sampled(net, LIMITS)

    def within(pair, epoch):
        return boundary.longest(boundary.borders(scores(epoch), *ticks, [pair]), 1)

    lit = max(PAIRS, key=lambda pair: boundary.length(within(pair, 2000)))
    assert boundary.detour(within(lit, 300)) < 1.2
    assert boundary.detour(within(lit, 2000)) > 1.5
    for epoch in (300, 2000):
        h = embedding(within(lit, epoch).astype(np.float32))(epoch).astype(np.float64)
        across = np.linalg.svd(h - h.mean(axis=0), compute_uv=False)
        assert across[1] < 0.002 * across[0]  # straight, behind the net
