import numpy as np
import pytest

from epochreel.errors import ClipError
from epochreel.layers.spectrum import SILENCE, decibels

RATE, WINDOW, STEP = 8000, 256, 64


def test_a_pure_tone_has_its_amplitude_at_its_frequency_and_half_of_it_beside():
    # 1,250 Hz is row 1250 · 256 / 8000 = 40; Hann's window leaks half of it, −6.02 dB, to the next.
    seconds = np.arange(4000) / RATE
    found = decibels(0.1 * np.sin(2 * np.pi * 1250 * seconds + 0.3), WINDOW, STEP)
    assert found.shape == (WINDOW // 2 + 1, (4000 - WINDOW) // STEP + 1)
    np.testing.assert_allclose(found[40], -20, atol=1e-6)
    np.testing.assert_allclose(found[[39, 41]], -20 - 20 * np.log10(2), atol=1e-6)
    assert np.delete(found, [39, 40, 41], axis=0).max() < -100
    assert found.min() == SILENCE


def test_the_energy_of_a_window_is_that_of_its_frequencies():
    # Parseval: Σ x² = (X₀² + 2 Σ Xₖ² + X₁₂₈²) / 256, the window's sum being 128.
    samples = np.random.default_rng(0).normal(size=2000)
    spectrum = 10 ** (decibels(samples, WINDOW, STEP) / 20) * 128 / 2
    weights = np.full(WINDOW // 2 + 1, 2.0)
    weights[[0, -1]] = 1
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)
    for frame in (0, 7, 27):
        windowed = samples[frame * STEP :][:WINDOW] * hann
        energy = weights @ spectrum[:, frame] ** 2 / WINDOW
        assert energy == pytest.approx((windowed**2).sum())


def test_a_click_is_in_the_windows_that_hold_it():
    samples = np.zeros(1024)
    samples[512] = 1
    heard = decibels(samples, WINDOW, STEP).max(axis=0) > SILENCE + 1
    begins = np.arange(len(heard)) * STEP
    np.testing.assert_array_equal(heard, (begins < 512) & (begins + WINDOW > 512))


@pytest.mark.parametrize(
    ("shape", "window", "step", "sentence"),
    [
        (100, 128, 4, r"needs 132 of them in one row, not an array of shape \(100,\)"),
        ((2, 500), 128, 4, r"not an array of shape \(2, 500\)"),
        (100, 1, 4, "windows of 1 samples every 4: give it a window of 2 or more"),
        (100, 16, 0, "a step of 1 or more"),
    ],
)
def test_what_cannot_be_cut_into_windows_is_a_sentence(shape, window, step, sentence):
    with pytest.raises(ClipError, match=sentence):
        decibels(np.zeros(shape), window, step)
