"""What linear_map's clip claims beside the trainer's own: of every matrix, whatever its sign."""

import sys

import numpy as np
import pytest

from epochreel.files import ROOT

SEEDS = (12345, 1, 7)


@pytest.fixture
def svd(monkeypatch):
    """The module beside the scenes."""
    monkeypatch.syspath_prepend(ROOT / "scenes")
    import _svd

    yield _svd
    sys.modules.pop("_svd")


def matrices(seed):
    """Generic ones, mirrored ones, singular ones."""
    generator = np.random.default_rng(seed)
    generic = generator.standard_normal((20, 2, 2))
    singular = np.einsum("ki,kj->kij", *generator.standard_normal((2, 5, 2)))
    return np.concatenate([generic, generic @ np.diag([1, -1]), singular])


@pytest.mark.parametrize("seed", SEEDS)
def test_every_matrix_rotates_stretches_rotates(svd, seed):
    every = matrices(seed)
    maps = svd.Maps(every, np.random.default_rng(seed).standard_normal((len(every), 2)))
    for which, matrix in enumerate(every):
        u, sigma, vt = maps.factors(which)
        for each in (u, vt):
            np.testing.assert_allclose(each @ each.T, np.eye(2), atol=1e-12)
        assert np.linalg.det(vt) == pytest.approx(1)
        np.testing.assert_allclose(np.diag(sigma), np.linalg.svd(matrix)[1], atol=1e-12)
        np.testing.assert_allclose(u @ sigma @ vt, matrix, atol=1e-12)
        # The way leads over the factors to the matrix, and to its shift.
        for at, done in ((0, np.eye(2)), (1, vt), (2, sigma @ vt), (4, matrix), (5, matrix)):
            found, shift = maps.along(at, which)
            np.testing.assert_allclose(found, done, atol=1e-12)
            np.testing.assert_allclose(shift, (at == 5) * maps.shift(which), atol=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_only_a_negative_determinant_mirrors(svd, seed):
    every = matrices(seed)[:40]
    maps = svd.Maps(every, np.zeros((40, 2)))
    for which, matrix in enumerate(every):
        before, _ = maps.along(svd.DONE, which)
        assert np.linalg.det(before) == pytest.approx(abs(np.linalg.det(matrix)))
        assert np.allclose(before, matrix) == (np.linalg.det(matrix) > 0)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_circle_becomes_the_ellipse_with_these_axes(svd, seed):
    for matrix in matrices(seed)[:40]:
        lengths = np.linalg.norm(svd.CIRCLE @ matrix.T, axis=1)
        _, longest, shortest, *_ = svd.angles(matrix)
        assert lengths.max() == pytest.approx(longest, rel=1e-3)
        assert lengths.min() == pytest.approx(shortest, abs=0.02 * longest)


def test_by_hand(svd):
    # A quarter turn after twice the height: v₁ up and u₁ to the left, or both the other way round.
    turn, *stretches, end, mirror = svd.angles(np.array([[0.0, -2.0], [1.0, 0.0]]))
    assert stretches == pytest.approx([2, 1])
    assert (end - turn) % (2 * np.pi) == pytest.approx(np.pi / 2)
    assert mirror == 1
    # What swaps the axes mirrors, and keeps all lengths.
    _, *stretches, _, mirror = svd.angles(np.array([[0.0, 1.0], [1.0, 0.0]]))
    assert stretches == pytest.approx([1, 1])
    assert mirror == -1
