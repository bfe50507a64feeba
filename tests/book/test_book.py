"""The tables of a book hold what the nets say, and whatever goes wrong is one sentence."""

import errno
import re
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from epochreel import cli
from epochreel.book import book, pyplot
from epochreel.book.moments import tell
from epochreel.errors import ClipError, PublishError
from epochreel.look.style import load, rgba
from scenes.classifier_unwarp import GRID
from tests.book.pictured import PICTURED
from trainers.classifier_unwarp import Config, data


@pytest.fixture
def no_pictures(monkeypatch):
    monkeypatch.setattr(pyplot, "installed", lambda: False)


@pytest.fixture(scope="module")
def unwarp(spiral, tmp_path_factory):
    """The folder of the flagship's figure at three epochs, one of them between snapshots."""
    folder = tmp_path_factory.mktemp("book")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pyplot, "installed", lambda: False)
        told = []
        epochs = [0, 137.5, 2000]
        book.export("classifier_unwarp", epochs=epochs, to=folder, run=spiral, notify=told.append)
    assert told == [pyplot.MISSING]
    return folder


@pytest.fixture(scope="module")
def critic(recorded, tmp_path_factory):
    folder = tmp_path_factory.mktemp("critic")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pyplot, "installed", lambda: False)
        run = recorded("gan_critic")
        book.export("gan_critic", to=folder, run=run, themes=["dark"], notify=lambda _: None)
    return folder, run


def columns(path: Path) -> dict[str, np.ndarray]:
    """A table as NumPy reads it, blank lines apart."""
    header, *_ = path.read_text("ascii").splitlines()
    values = np.loadtxt(path, skiprows=1, ndmin=2)
    return dict(zip(header.split(), values.T, strict=True))


def parts(path: Path) -> list[np.ndarray]:
    """The parts of a table between blank lines."""
    _, rest = path.read_text("ascii").split("\n", 1)
    return [np.loadtxt(part.splitlines(), ndmin=2) for part in rest.strip("\n").split("\n\n")]


def embedding(run, epoch, inputs):
    """What the first two layers make of inputs, in float64, layer by layer by hand."""
    weights = {name: w.astype(np.float64) for name, w in run.parameters(epoch).items()}
    hidden = np.asarray(inputs, np.float64) @ weights["embedding.0.weight"].T
    hidden = np.maximum(hidden + weights["embedding.0.bias"], 0)
    return hidden @ weights["embedding.2.weight"].T + weights["embedding.2.bias"]


@pytest.mark.parametrize("epoch", [0, 137.5, 2000])
def test_points_are_what_the_net_makes_of_the_data(unwarp, spiral, epoch) -> None:
    table = columns(unwarp / f"classifier_unwarp-{epoch:g}-points.dat")
    assert list(table) == ["x", "y", "class"]
    inputs, labels = data(Config(**spiral.config))
    expected = embedding(spiral, epoch, inputs)
    np.testing.assert_allclose(table["x"], expected[:, 0], rtol=2e-5, atol=2e-6)
    np.testing.assert_allclose(table["y"], expected[:, 1], rtol=2e-5, atol=2e-6)
    assert (table["class"] == labels.numpy()).all()


def test_lines_of_the_grid_stand_apart(unwarp, spiral) -> None:
    lines = parts(unwarp / "classifier_unwarp-2000-lines.dat")
    assert len(lines) == len(GRID)
    for line, before in zip(lines, GRID, strict=True):
        np.testing.assert_allclose(line, embedding(spiral, 2000, before), rtol=2e-5, atol=2e-5)


def test_regions_are_where_a_class_is_the_largest(unwarp, spiral) -> None:
    weights = spiral.parameters(2000)
    matrix, bias = weights["classifier.weight"], weights["classifier.bias"]
    tex = (unwarp / "classifier_unwarp-2000.tex").read_text()
    left, right, bottom, top = (
        float(re.search(rf"{side}=(-?[\d.]+)", tex)[1]) for side in ("xmin", "xmax", "ymin", "ymax")
    )
    area = 0.0
    for polygon in parts(unwarp / "classifier_unwarp-2000-regions.dat"):
        corners, label = polygon[:, :2], polygon[0, 2]
        scores = matrix @ corners.mean(axis=0) + bias
        assert scores.argmax() == label
        x, y = corners.T
        area += abs(x @ np.roll(y, 1) - y @ np.roll(x, 1)) / 2
    assert area == pytest.approx((right - left) * (top - bottom), rel=1e-6)


def test_arrows_are_the_rows_of_the_last_weights(unwarp, spiral) -> None:
    table = columns(unwarp / "classifier_unwarp-2000-arrows.dat")
    assert list(table) == ["x", "y", "u", "v", "size", "class"]
    tips = np.stack([table["x"] + table["u"], table["y"] + table["v"]], axis=1).astype(np.float32)
    assert (tips == spiral.parameters(2000)["classifier.weight"]).all()


def test_scalars_are_those_of_every_epoch(unwarp, spiral) -> None:
    table = columns(unwarp / "classifier_unwarp-scalars.dat")
    for name in ("loss", "accuracy"):
        epochs, values = spiral.scalar(name)
        assert (table["epoch"] == epochs).all()
        np.testing.assert_allclose(table[name], values, rtol=1e-8)


def critic_energy(run, points):
    weights = {name: w.astype(np.float64) for name, w in run.parameters(600, "critic").items()}
    for layer in ("0", "2"):
        points = np.tanh(points @ weights[f"{layer}.weight"].T + weights[f"{layer}.bias"])
    return np.logaddexp(0, points @ weights["4.weight"].T + weights["4.bias"])[:, 0]


def test_a_field_is_a_lattice_row_by_row_from_below(critic) -> None:
    folder, run = critic
    path = folder / "gan_critic-600-hero-field.dat"
    table = columns(path)
    assert list(table) == ["x", "y", "value"]
    rows = parts(path)
    x, y = (table[name].reshape(len(rows), -1) for name in "xy")
    assert min(x.shape) == 65
    assert (np.diff(x, axis=1) > 0).all()
    assert (np.diff(y, axis=0) > 0).all()
    assert {len(row) for row in rows} == {x.shape[1]}
    points = np.stack([table["x"], table["y"]], axis=1)
    np.testing.assert_allclose(table["value"], critic_energy(run, points), rtol=1e-5, atol=1e-6)


def test_level_lines_lie_at_their_levels(critic) -> None:
    folder, run = critic
    table = columns(folder / "gan_critic-600-hero-levels.dat")
    points = np.stack([table["x"], table["y"]], axis=1)
    # Between the samples the lines are those of the function that is shown, not of the net.
    assert np.abs(critic_energy(run, points) - table["level"]).max() < 0.02
    assert set(np.round(table["level"], 6)) <= set(np.round(np.arange(1, 10) / 10, 6))


def test_a_latex_file_names_only_files_that_are_there(unwarp, critic) -> None:
    for folder in (unwarp, critic[0]):
        for path in folder.glob("*.tex"):
            text = re.sub(r"(?m)^%.*", "", path.read_text())
            files = re.findall(r"\{([\w.-]+\.(?:dat|png|tex))\}", text)
            assert files == [file for file in files if (folder / file).is_file()]
        assert (folder / "maths-preamble.tex").is_file()


def test_both_themes_share_their_tables(unwarp) -> None:
    dark, light = (
        set(re.findall(r"[\w.-]+\.dat", (unwarp / f"classifier_unwarp-0{theme}.tex").read_text()))
        for theme in ("", "-print")
    )
    assert dark == light
    assert {path.suffix for path in unwarp.iterdir()} == {".dat", ".tex"}


def test_the_last_epoch_is_taken_by_default(tmp_path, no_pictures) -> None:
    paths = book.export(str(PICTURED), to=tmp_path, themes=["dark"], notify=lambda _: None)
    assert sorted(paths) == sorted(tmp_path.iterdir())
    names = {path.name for path in paths}
    assert names >= {"pictured-40.tex", "pictured-40-chart-bars.dat", "pictured-40-bar-field.png"}
    assert {name for name in names if name.startswith("pictured-") and "-40" not in name} == set()


def test_an_image_is_a_picture_of_its_theme_and_a_table_for_both(tmp_path, no_pictures) -> None:
    book.export(str(PICTURED), to=tmp_path, notify=lambda _: None)
    table = columns(tmp_path / "pictured-40-picture-image.dat")
    assert list(table) == ["x", "y", "value"]
    # its first row is the uppermost
    uppermost = table["value"][table["y"] == 2.5]
    np.testing.assert_allclose(uppermost, np.linspace(-1, 1, 12)[:4], rtol=1e-8)
    for theme, name in (("dark", "pictured-40.tex"), ("print", "pictured-40-print.tex")):
        file = f"pictured-40-picture-image-{theme}.png"
        assert (
            f"graphics[xmin=0, xmax=4, ymin=0, ymax=3] {{{file}}}" in (tmp_path / name).read_text()
        )
        with Image.open(tmp_path / file) as picture:
            style = load(theme)
            assert picture.getpixel((2, 2)) == tuple(rgba(style.palette["red"]).tolist())
            last = picture.getpixel((picture.width - 3, picture.height - 3))
            assert last == tuple(rgba(style.palette["blue"]).tolist())


def test_labels_areas_and_lying_bars_are_in_the_book(tmp_path, no_pictures) -> None:
    book.export(str(PICTURED), to=tmp_path, themes=["dark"], notify=lambda _: None)
    text = (tmp_path / "pictured-40.tex").read_text()
    assert r"{$\bm{h}_{3}$};" in text
    table = columns(tmp_path / "pictured-40-lying-bars.dat")
    assert table["y"].tolist() == [0, -1, -2]
    assert "xbar" in text
    assert len(parts(tmp_path / "pictured-40-picture-areas.dat")) == 2


STILL = """
from epochreel import Clip, Points

class Still(Clip):
    figure = ("hero",)

    def construct(self):
        panel = self.panel("hero", x=(-1, 1), y=(-1, 1), equal=False, cross=False)
        self.add(Points(panel, [[0, 0], [1e9, 0]]))
        self.wait(1)
"""


def test_a_clip_that_shows_no_training_shows_its_figure_at_the_end(tmp_path, no_pictures) -> None:
    scene = tmp_path / "still.py"
    scene.write_text(STILL)
    book.export(str(scene), to=tmp_path / "book", themes=["print"], notify=lambda _: None)
    table = columns(tmp_path / "book" / "still-0-points.dat")
    assert {name: column.tolist() for name, column in table.items()} == {
        "x": [0, 1e9],
        "y": [0, 0],
    }
    # TeX has no number for the length of the way there.
    tex = (tmp_path / "book" / "still-0-print.tex").read_text()
    assert "restrict x to domain={-41:41}" in tex
    assert "restrict y" not in tex
    with pytest.raises(ClipError, match="shows epoch 0 alone, not 3; leave --epoch out"):
        book.export(str(scene), epochs=[3], to=tmp_path / "other")


def test_a_figure_is_drawn_in_the_order_of_the_clip(tmp_path) -> None:
    scene = tmp_path / "ordered.py"
    above = "self.add(Points(panel, [[1, 0]]).set_z_index(2), Points(panel, [[0, 0]]))"
    scene.write_text(STILL.replace("self.add(Points(panel, [[0, 0], [1e9, 0]]))", above))
    (figure,) = tell(str(scene)).figures.values()
    assert [mark.points.tolist() for mark in figure.data] == [[[0, 0]], [[1, 0]]]


def test_tables_of_space_say_where_things_are_and_where_they_are_seen(
    tmp_path, no_pictures
) -> None:
    book.export(str(PICTURED), epochs=[0], to=tmp_path, themes=["dark"], notify=lambda _: None)
    points = columns(tmp_path / "pictured-0-space-points.dat")
    assert list(points) == ["x", "y", "z", "right", "up", "seen"]
    assert {tuple(row) for row in np.column_stack([points[n] for n in "xyz"]).tolist()} == {
        (-0.8, -0.8, 0.9),
        (0.3, 0.6, 0.2),
    }
    surface = columns(tmp_path / "pictured-0-space-surface.dat")
    x, y, z = (surface[name] for name in "xyz")
    np.testing.assert_allclose(z, np.exp(-3 * (x**2 + y**2)) / 2, atol=1e-6)
    assert points["seen"][points["z"] == 0.9] == 1


# --- unhappy paths


@pytest.mark.parametrize("words", ["soon", "3,", "-1", "nan", "1;2", ""])
def test_what_is_no_epoch_is_told(words) -> None:
    with pytest.raises(PublishError, match="is no epoch; give numbers"):
        book.parse_epochs(words)
    assert book.parse_epochs("0, 300,93.5") == [0, 300, 93.5]


def test_an_epoch_that_is_not_shown_is_told_before_anything_is_written(tmp_path) -> None:
    with pytest.raises(ClipError, match="shows epochs 0 to 40, not 41; choose one of those"):
        book.export(str(PICTURED), epochs=[41], to=tmp_path / "book")
    assert not (tmp_path / "book").exists()


def test_a_clip_without_a_figure_is_told(tmp_path) -> None:
    scene = tmp_path / "plain.py"
    scene.write_text("from epochreel import Clip\n\nclass Plain(Clip):\n    pass\n")
    with pytest.raises(ClipError, match="Plain names no figure; set `figure"):
        book.export(str(scene), to=tmp_path / "book")


def test_a_layer_that_a_book_cannot_show_is_told(tmp_path) -> None:
    scene = tmp_path / "odd.py"
    odd = "from epochreel.layers import DataLayer\n\nclass Odd(DataLayer):\n    pass\n"
    scene.write_text(odd + STILL.replace("Points(panel, [[0, 0], [1e9, 0]])", "Odd(panel)"))
    with pytest.raises(ClipError, match="no form for Odd layers; name areas"):
        book.export(str(scene), to=tmp_path / "book")


def test_an_unknown_clip_is_told_by_the_command() -> None:
    result = CliRunner().invoke(cli.epochreel, ["export", "clasifier_unwarp"])
    assert result.exit_code == 1
    assert "did you mean 'classifier_unwarp'?" in result.output
    result = CliRunner().invoke(cli.epochreel, ["export", "classifier_unwarp", "--epoch", "x"])
    assert (result.exit_code, result.output) == (
        1,
        "'x' is no epoch; give numbers from 0 on with commas: 0,300,2000.\n",
    )


def test_a_folder_that_cannot_be_written_is_told(tmp_path, no_pictures) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(
        PublishError,
        match=r"file cannot be written: File exists; delete what stands at .*file, then",
    ):
        book.export(str(PICTURED), to=tmp_path / "file", themes=["dark"], notify=lambda _: None)


def test_a_full_disk_leaves_nothing_behind(tmp_path, monkeypatch, no_pictures) -> None:
    plain = Path.write_text

    def write_text(self, text, **options):
        if self.suffix == ".tex" and self.name.startswith("pictured"):
            raise OSError(errno.ENOSPC, "No space left on device")
        return plain(self, text, **options)

    monkeypatch.setattr(Path, "write_text", write_text)
    with pytest.raises(PublishError, match="No space left on device"):
        book.export(str(PICTURED), to=tmp_path / "book", themes=["dark"], notify=lambda _: None)
    assert not (tmp_path / "book").exists()
