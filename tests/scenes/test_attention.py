"""What attention's clip shows beside the trainer's own claims."""

import sys

import numpy as np
import pytest

from epochreel.files import ROOT
from epochreel.panels.thermometer import COLD, HOT
from epochreel.runs.recorded import Recording
from trainers.attention import WORD, spell


def test_all_of_the_thermometer_has_shares(recorded, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "scenes")
    from _attention import Dissection

    net = Recording(recorded("attention")).nets()
    found = Dissection(net, spell(WORD).numpy(), 60, 8**-0.5)
    shares = np.stack([found.shares(0, at) for at in np.linspace(HOT, COLD, 4001)])
    sys.modules.pop("_attention")
    assert np.isfinite(shares).all()
    assert shares.sum(axis=1) == pytest.approx(1)
    assert shares[0] == pytest.approx(1 / len(WORD))
    assert sorted(shares[-1]) == [0, 0, 0, 0, 1]
    assert (np.diff(shares.max(axis=1)) > -1e-12).all()
