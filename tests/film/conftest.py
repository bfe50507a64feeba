"""What the tests of films share."""

import shutil
from pathlib import Path

import pytest

from epochreel import files
from epochreel.film import rendering

TINY = Path(__file__).parents[1] / "scenes" / "tiny.py"
STORY = """
from epochreel import Clip

class Story(Clip):
    def construct(self):
        self.beat("First, a wait")
        self.wait(1)
        self.beat("The $x$")
        self.wait(2)
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder like the project's root, with one small clip in it, and a very low quality."""
    (tmp_path / "scenes").mkdir()
    shutil.copy(TINY, tmp_path / "scenes")
    shutil.copy(files.ROOT / "manim.cfg", tmp_path)
    monkeypatch.setattr(files, "ROOT", tmp_path)
    monkeypatch.setitem(rendering.QUALITIES, "low", (144, 4))
    return tmp_path


@pytest.fixture
def story(tmp_path):
    """The file of a clip of three seconds in two beats."""
    path = tmp_path / "story.py"
    path.write_text(STORY, "utf-8")
    return path
