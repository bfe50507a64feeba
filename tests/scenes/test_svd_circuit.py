"""What svd_circuit's clip claims: factor after factor, a vector comes to what the matrix makes."""

import sys

import numpy as np
import pytest

from epochreel.files import ROOT


@pytest.fixture
def svd(monkeypatch):
    """The module beside the scenes."""
    monkeypatch.syspath_prepend(ROOT / "scenes")
    import _svd

    yield _svd
    sys.modules.pop("_svd")


@pytest.mark.parametrize("seed", [12345, 1, 7])
def test_each_wire_carries_what_the_factors_before_it_make(svd, seed):
    generator = np.random.default_rng(seed)
    for matrix, vector in zip(
        generator.standard_normal((20, 2, 2)), generator.standard_normal((20, 2)), strict=True
    ):
        matrix = matrix @ np.diag([1, np.sign(np.linalg.det(matrix))])
        maps = svd.Maps([matrix], np.zeros((1, 2)))
        u, sigma, vt = maps.factors(0)
        wires = [vector, vt @ vector, sigma @ (vt @ vector), u @ (sigma @ (vt @ vector))]
        for at, carried in enumerate(wires):
            along, _ = maps.along(at, 0)
            np.testing.assert_allclose(along @ vector, carried, atol=1e-12)
        np.testing.assert_allclose(wires[-1], matrix @ vector, atol=1e-12)
        # In another order they are another matrix.
        assert not np.allclose(vt @ sigma @ u, matrix)
