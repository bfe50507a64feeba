"""A matrix in a book: what it is made of is known by its marks alone."""

import numpy as np
import pytest
from PIL import Image

from epochreel.book import book, moments
from epochreel.film.telling import tell
from tests.book.pictured import cells, note_frames

CLIP = """
import numpy as np

from epochreel import Clip, hero


class Table(Clip):
    layout = hero()
    figure = ("hero",)

    def construct(self):
        values = np.array([[0.5, -0.25, 1], [-1, 0, 0.125]])
        shown = np.array([[1, 1, 1], [1, 1, 0.5]])
        self.add(self.matrix("hero", values, name="bold(W)", decimals=2, shown=shown,
                             rows=("a", "b"), columns=("x", "y", "z")))
        self.wait(1)
"""


@pytest.fixture(params=["dark", "print"])
def exported(request, tmp_path, monkeypatch):
    """The folder of a figure of a matrix in a theme, its marks, and the clip's own frame."""
    scene = tmp_path / "table.py"
    scene.write_text(CLIP, encoding="utf-8")
    frames, figures, plain = note_frames(monkeypatch), [], moments.tell

    def tell(*arguments, **options):
        story = plain(*arguments, **options)
        figures.extend(story.figures.values())
        return story

    monkeypatch.setattr(book, "tell", tell)
    book.export(str(scene), to=tmp_path / "book", themes=[request.param])
    return tmp_path / "book", figures[0], frames[id(figures[0])]


def test_a_matrix_is_cells_and_numbers(exported):
    folder, figure, _ = exported
    (table,) = folder.glob("*-cells.dat")
    header, *rows = table.read_text().splitlines()
    assert header == "x y class"
    corners = np.array([row.split() for row in rows if row], float)
    assert len(corners) == 6 * 4
    assert len(np.unique(corners[:, 2])) == 6
    (source,) = folder.glob("table-*.tex")
    text = source.read_text()
    for number in ("0.50", "$-$0.25", "1.00", "$-$1.00", "0.00", "0.12"):
        assert f"{{{number}}};" in text
    assert text.count(", fill opacity=0.502, draw=none") == 1
    told = tell(figure.marks)
    assert "6 cells" in told
    assert "“0.50”" in told


def test_matplotlib_draws_the_matrix_of_the_clip(exported):
    pytest.importorskip("matplotlib")
    folder, _, frame = exported
    (picture,) = folder.glob("*.png")
    apart = np.abs(cells(np.asarray(Image.open(picture))) - cells(frame)).max(axis=2)
    assert apart.max() <= 30  # the frame is a small one, and its letters are coarse
    assert np.median(apart) <= 2
