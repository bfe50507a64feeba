"""A book's figure looks like the clip's, by Matplotlib and, where it is installed, by LaTeX."""

import shutil
import subprocess

import numpy as np
import pytest
from PIL import Image

from epochreel.book import book, pyplot
from tests.book.pictured import PICTURED, cells, centre, note_frames
from tests.scenes.pictured import COLOURS

DIFFERENT = 9  # levels by which the mean colour of a cell may differ; most differ by far less


@pytest.fixture(scope="module", params=["dark", "print"])
def drawn(request, tmp_path_factory):
    """The folder of the figure with a bit of everything in a theme, and the clip's own frame."""
    folder, theme = tmp_path_factory.mktemp("figure"), request.param
    with pytest.MonkeyPatch.context() as patch:
        frames = note_frames(patch)
        figures = []
        plain = book.tell

        def tell(*arguments, **options):
            story = plain(*arguments, **options)
            figures.extend(story.figures.values())
            return story

        patch.setattr(book, "tell", tell)
        book.export(str(PICTURED), to=folder, themes=[theme])
    (figure,) = figures
    stem = "pictured-40" if theme == "dark" else "pictured-40-print"
    return folder, stem, frames[id(figure)]


def assert_like(picture, frame) -> None:
    """Hold a picture to a frame: mean colours of cells, and where points are."""
    apart = np.abs(cells(picture) - cells(frame)).max(axis=2)
    assert apart.max() <= DIFFERENT
    assert np.median(apart) <= 2
    for colour in COLOURS:
        off = (centre(picture, colour) - centre(frame, colour)) * frame.shape[1::-1]
        assert np.abs(off).max() <= 1


def test_matplotlib_draws_what_the_clip_shows(drawn) -> None:
    pytest.importorskip("matplotlib")
    folder, stem, frame = drawn
    assert_like(np.asarray(Image.open(folder / f"{stem}-matplotlib.png")), frame)
    assert (folder / f"{stem}-matplotlib.pdf").read_bytes().startswith(b"%PDF")


def test_latex_draws_what_the_clip_shows(drawn) -> None:
    for program in ("latexmk", "pdftoppm"):
        if not shutil.which(program):
            pytest.skip(f"{program} is not installed, so no LaTeX figure is compiled")
    folder, stem, frame = drawn
    command = ["latexmk", "-pdf", "-interaction=nonstopmode", "-halt-on-error", f"{stem}.tex"]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0, (folder / f"{stem}.log").read_text(errors="replace")[-3000:]
    size = ["-scale-to-x", "1200", "-scale-to-y", "-1", "-singlefile", "-png"]
    subprocess.run(["pdftoppm", *size, f"{stem}.pdf", stem], cwd=folder, check=True)
    assert_like(np.asarray(Image.open(folder / f"{stem}.png").convert("RGB")), frame)


def test_the_same_figure_is_the_same_file(tmp_path) -> None:
    pytest.importorskip("matplotlib")
    from epochreel.book.moments import tell

    figure = tell(str(PICTURED)).figures[40]
    pyplot.draw(figure, [tmp_path / "a.pdf", tmp_path / "b.pdf"])
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
