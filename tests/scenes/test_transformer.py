"""What the transformer's clip shows beside the trainer's own claims."""

import sys

import numpy as np
import pytest

from epochreel.files import ROOT
from epochreel.runs.recorded import Recording
from trainers.transformer import SENTENCE


@pytest.fixture
def found(recorded, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "scenes")
    from _transformer import Findings

    run = recorded("transformer")
    yield Findings(run, Recording(run, "transformer").config)
    sys.modules.pop("_transformer")


def test_attention_is_taken_away_from_what_was_recorded_on(recorded, found):
    run = recorded("transformer")
    last = int(run.epochs[-1])
    np.testing.assert_allclose(found.part("alone", 0), run.tensor("attention", last), atol=1e-5)
    np.testing.assert_allclose(found.part("without", 0), found.course[-1], atol=1e-3)
    np.testing.assert_allclose(found.part("alone", 1), np.eye(len(SENTENCE)), atol=1e-6)
    shares = [found.part("alone", at).sum(axis=0) for at in np.linspace(0, 1, 50)]
    np.testing.assert_allclose(shares, 1, atol=1e-5)


def test_the_captions_are_true_of_the_sentence(found):
    right, wrong = found.course.T
    fooled, sure = (
        int(np.flatnonzero(found.epochs == at)[0]) for at in (found.fooled, found.found)
    )
    assert 0 < fooled < sure
    assert wrong[fooled] < right[fooled] - 0.5
    assert (wrong[sure:] > right[sure:] + 1).all()
    assert found.attended[1] > 0.5 > 2 * found.attended[0]
    right, wrong = found.part("without", 1)
    assert wrong < right - 1
