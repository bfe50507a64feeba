"""How many epochs of parameters fit into a page, and how exact they are there."""

import base64

import numpy as np
import pytest

from epochreel.gallery.weights import BUDGET, chosen, packed


def unpacked(said):
    """The tensors of each epoch as a page reads them, and the steps between their numbers."""
    scales = np.frombuffer(base64.b64decode(said["scales"]), "<f4")
    scales = scales.reshape(-1, len(said["sizes"]), 2).astype(float)
    whole = np.frombuffer(base64.b64decode(said["values"]), f"<u{said['bits'] // 8}")
    whole = whole.reshape(len(scales), -1).astype(float)
    ends = np.cumsum(said["sizes"])[:-1]
    return [
        [low + step * q for (low, step), q in zip(scale, np.split(row, ends), strict=True)]
        for scale, row in zip(scales, whole, strict=True)
    ], scales[..., 1]


@pytest.mark.parametrize("bits", [8, 16])
def test_a_number_is_off_by_half_a_step_at_most(bits):
    rng = np.random.default_rng(7)
    epochs = [
        [scale * rng.standard_normal(50).astype("f4").astype(float), np.full(3, 0.1), np.zeros(1)]
        for scale in (1e-3, 1.0, 1e3)
    ]
    read, steps = unpacked(packed(epochs, bits))
    for given, found, step in zip(epochs, read, steps, strict=True):
        for a, b, size in zip(given, found, step, strict=True):
            # And by what float32 rounds low and step to, 2⁻²⁴ of the range and of low.
            slack = 2.0**-23 * np.abs(a).max()
            assert np.abs(a - b).max() <= size / 2 + slack
        assert step[0] == pytest.approx(np.ptp(given[0]) / (2**bits - 1))
        assert found[2] == 0


@pytest.mark.parametrize(
    ("count", "numbers", "kept", "bits"),
    [
        (30, 500, 30, 16),  # all of them, exactly
        (2001, 500, 120, 16),  # more are not told apart
        (400, 5_900, 60, 16),
        (400, 6_100, 117, 8),  # finer steps are worth less than epochs
        (400, 20_000, 35, 8),
        (2, 300_000, 2, 8),
        (400, 400_000, 0, 8),  # too large for a page
    ],
)
def test_epochs_are_thinned_evenly_until_they_fit(count, numbers, kept, bits):
    recorded = np.arange(count) ** 2
    epochs, found = chosen(recorded, numbers, 6)
    assert (len(epochs), found) == (kept, bits)
    if kept:
        assert (epochs[0], epochs[-1]) == (recorded[0], recorded[-1])
        places = np.sqrt(epochs)
        assert np.ptp(np.diff(places)) <= 1
        assert kept * (numbers * bits // 8 + 6 * 8) * 4 / 3 <= BUDGET


def test_one_epoch_is_enough_where_no_more_are_recorded():
    assert chosen(np.array([0]), 10, 1)[0].tolist() == [0]
