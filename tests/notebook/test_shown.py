"""What a notebook shows of a clip, and tells of one that fails."""

import io
import re
import traceback
from base64 import b64decode
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from epochreel import ClipError
from epochreel.film.frames import Reel
from epochreel.notebook import film, films, still, stills
from tests.notebook.conftest import CELL
from tests.scenes.test_scenes import TINY

CLIP = """
import numpy as np
from epochreel import Clip, Points, hero

class Dot(Clip):
    title = "A dot <moves>"
    layout = hero()
    size = {size}

    def construct(self):
        panel = self.panel("hero", reach=1.5)
        self.beat("One")
        self.add(Points(panel, lambda epoch: self.place(epoch), radius=14))
        self.wait(1)
        self.beat("Two")
        self.train(100, 1)

    def place(self, epoch):
        return self.size * np.array([[np.cos(epoch), np.sin(epoch)]])
"""


@pytest.fixture
def dot(cells, small):
    cells(CLIP.format(size=1))
    return cells.Dot


def described(shown):
    """The size and the words of a still's picture, which is whole in both of its forms."""
    kinds = shown._repr_mimebundle_(include=None, exclude=None)
    image = ElementTree.fromstring(kinds["text/html"])
    assert image.get("src") == f"data:image/png;base64,{kinds['image/png']}"
    picture = np.asarray(Image.open(io.BytesIO(b64decode(kinds["image/png"]))))
    np.testing.assert_array_equal(picture, shown.pixels)
    return tuple(image.get(name) for name in ("width", "height", "alt"))


def segments(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob(".segments/**/*.mp4")}


def test_a_still_is_the_frame_of_that_moment(dot):
    reel = Reel.of(dot, quality="low")
    for at, seconds in ((0.5, 0.5), ("Two", 1), (None, 1.75), ("1.25", 1.25)):
        shown = still(dot, at)
        np.testing.assert_array_equal(shown.pixels, reel.frame(seconds)[..., :3])
        assert described(shown) == ("853", "480", f"A dot <moves>, at {seconds:g} s")
    assert repr(still(dot, 0)) == "Still(alt='A dot <moves>, at 0 s')"


def test_a_still_at_an_epoch(dot):
    at = stills(dot, aspect="9:16")
    expected = Reel.of(dot, quality="low", aspect="9:16").passing(42)[..., :3]
    for shown in (at(42), still(dot, epoch=42, aspect="9:16")):
        np.testing.assert_array_equal(shown.pixels, expected)
        assert described(shown) == ("480", "853", "A dot <moves>, at epoch 42")


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda dot: still(dot, 9), "Dot lasts 2 s; choose a moment from 0 to 2, not 9."),
        (lambda dot: still(dot, "Tow"), "There is no moment 'Tow'"),
        (lambda dot: still(dot, epoch=101), "Dot shows epochs 0 to 100, not 101"),
        (lambda dot: still(dot, 1, epoch=2), "A still is at 1 or at epoch 2; ask for one of them."),
        (lambda dot: still(dot, 1, aspect="2:1"), "There is no aspect '2:1'"),
        (lambda dot: film("nowhere"), "There is no clip 'nowhere'"),
        (lambda dot: film(dot, quality="best"), "There is no quality 'best'"),
    ],
)
def test_what_there_is_not_is_a_sentence(dot, ask, said):
    with pytest.raises(ClipError) as caught:
        ask(dot)
    (told,) = caught.value._render_traceback_()  # what IPython asks for
    assert told.startswith(f"Error: {said}")
    assert "\n" not in told


def test_a_film_lies_in_the_notebook_and_is_drawn_once(dot, small):
    shown = film(dot)._repr_html_()
    (content,) = re.findall(r'src="data:video/mp4;base64,([^"]+)"', shown)
    (path,) = small.rglob("Dot.mp4")
    assert b64decode(content) == path.read_bytes()
    assert 'width="853" height="480"' in shown
    assert 'aria-label="A dot &lt;moves&gt;."' in shown
    drawn = segments(small)
    assert len(drawn) == 2
    assert film(dot)._repr_html_() == shown
    assert segments(small) == drawn


def test_what_a_cell_changes_is_drawn_again(cells, dot, small):
    """The class has no file that tells; what its methods do does."""
    before = film(dot)._repr_html_()
    cells(CLIP.format(size=0.5))
    assert film(cells.Dot)._repr_html_() != before
    cells(CLIP.format(size=1))
    assert film(cells.Dot)._repr_html_() == before


def test_a_clip_s_file_is_shown_too(small):
    assert film(TINY).path.name == "Tiny.mp4"
    assert still(TINY, 1).pixels.shape == (144, 256, 3)


def test_a_film_that_is_too_large_is_told(dot, monkeypatch):
    monkeypatch.setattr(films, "LARGEST", 100)
    with pytest.raises(ClipError, match="too much to lie in a notebook"):
        film(dot)


@pytest.mark.parametrize("show", [film, still, stills])
def test_what_a_scene_raises_begins_in_the_scene(cells, small, show):
    cells(CLIP.format(size="None"))
    with pytest.raises(TypeError) as caught:
        show(cells.Dot)
    calls = traceback.extract_tb(caught.value.__traceback__)
    own = next(i for i, call in enumerate(calls) if call.filename == CELL)
    assert own == 2  # after this test and what it calls
    assert caught.value.__suppress_context__
