"""What the tests of the studio share: a desk in this process, and small frames."""

import sys
import threading
from contextlib import contextmanager

import pytest

from epochreel.crew.alone import Alone
from epochreel.film import rendering
from epochreel.studio import desk


class Here(Alone):
    """A process that is this one, where one at a time may work with Manim's settings."""

    turn = threading.RLock()

    def wait(self):
        with self.turn:
            return super().wait()

    def kill(self):
        pass

    def __exit__(self, *_):
        pass


@contextmanager
def laid():
    """A desk on which nothing lies, for clips of 180 lines and 10 frames a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(rendering.QUALITIES, "low", (180, 10))
        patch.setattr(desk, "_desk", desk._Desk({}))
        patch.setattr(desk, "_before", frozenset(sys.modules))
        patch.setattr(desk, "step_back", lambda: None)
        patch.setattr(sys, "path", [*sys.path])
        yield desk
        for name in sys.modules.keys() - desk._before:
            if name.startswith("scenes.") or name == "_colour":
                del sys.modules[name]


@pytest.fixture
def at_desk():
    with laid() as desk:
        yield desk


@pytest.fixture(scope="module")
def at_one_desk():
    with laid() as desk:
        yield desk
