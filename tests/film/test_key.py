"""Nothing stale, ever: what changes a pixel draws again, and what does not draws nothing."""

import importlib
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from manim import ORIGIN, FadeOut, Square, config

from epochreel import Points, Recorder, Run, files
from epochreel.film import key, rendering
from epochreel.film.clip import Clip
from epochreel.film.values import digest
from epochreel.look import style
from epochreel.panels import Panel3D
from epochreel.panels.panel import Box
from tests.filming import film, python, studio

TINY = Path(__file__).parents[1] / "scenes" / "tiny.py"
DERIVED = [
    "publish",
    "gallery",
    "book",
    "checks",
    "media",
    "callbacks",
    "crew",
    "notebook",
    "cli",
    "assets",
]

SCENE = '''
"""A clip that draws from all that it can reach."""

import numpy as np
import beside
from epochreel import Clip, Points
from systems.toy import Config

SHIFT = 0.1


class Reaching(Clip):
    """A story."""

    def construct(self):
        plane = self.panel(self.safe, x=(-1, 1), y=(-1, 1))
        self.add(plane, Points(plane, lambda epoch: self.placed(epoch)))
        self.train(1, 0.5)

    def placed(self, epoch):
        return np.array([[SHIFT + beside.offset() + Config.reach, epoch / 2]])
'''
BESIDE = "from further import STEP\n\n\ndef offset():\n    return STEP\n"


def keys(scene_class, folder, run=None, **options):
    """The keys of a clip's plays."""
    with studio(folder, **options):
        return rendering.rehearse(scene_class, theme="dark", run=run, keyed=True).renderer.keys


# --- what is edited


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A copy of the package, whose files are asked for in the place of its own."""
    copied = shutil.copytree(files.PACKAGE, tmp_path / "package")
    monkeypatch.setattr(files, "PACKAGE", copied)
    return copied


def test_an_edit_of_any_module_that_draws_is_another_key(tmp_path, package):
    with studio(tmp_path):
        scene = Clip(theme="dark")
        seen = {key.ground(scene)}
        rooms = sorted(path for path in package.iterdir() if path.is_dir())
        modules = [file for room in rooms if room.name not in DERIVED for file in room.glob("*.py")]
        modules += [package / "files.py", package / "errors.py"]
        for path in modules:
            with path.open("a") as file:
                file.write("\nEDITED = 1\n")
            now = key.ground(scene)
            assert now not in seen, path
            seen.add(now)
        for room in DERIVED:
            for path in (package / room).glob("*.py"):
                path.write_text("")
        assert key.ground(scene) == now  # these read what was drawn
    drawing = {path.stem for path in modules}
    assert drawing >= {"timeline", "clip", "camera", "panel", "panel3d", "formats", "playback"}


def test_an_edit_of_the_stylesheet_is_another_key(tmp_path, monkeypatch):
    with studio(tmp_path):
        scene = Clip(theme="dark")
        before = key.ground(scene)
        copied = Path(shutil.copy(style.SHEET, tmp_path / "style.toml"))
        monkeypatch.setattr(style, "SHEET", copied)
        assert key.ground(scene) == before
        copied.write_text(copied.read_text(encoding="utf-8") + "# edited", encoding="utf-8")
        assert key.ground(scene) != before


def test_the_colour_of_an_axis_name_in_space_is_part_of_what_is_drawn(tmp_path):
    """It stands in a mapping proxy, of which Manim's own cache key sees nothing."""
    space = {"x": (0, 1), "y": (0, 1), "z": (0, 1), "azimuth": 0, "elevation": 30}
    made = set()
    text = style.SHEET.read_text()
    colour = style.load("dark").role("z")
    for index, sheet in enumerate((text, text, text.replace(colour, "#123456"))):
        path = tmp_path / f"{index}.toml"
        path.write_text(sheet)
        panel = Panel3D(
            Box(-2, -2, 2, 2), style.load("dark", path), z_label="z", clock=None, **space
        )
        made.add(digest(panel))
    assert len(made) == 2


EDITS = {
    "its own constant": ("film.py", "SHIFT = 0.1", "SHIFT = 0.2"),
    "a helper called through self": ("film.py", "epoch / 2", "epoch / 3"),
    "a module beside it": ("beside.py", "return STEP", "return 2 * STEP"),
    "a module that this imports": ("further.py", "0.05", "0.06"),
    "a trainer": ("checkout/systems/toy.py", "0.25", "0.26"),
}


@pytest.fixture
def reaching(tmp_path, monkeypatch):
    """A scene with what it imports; gives its keys as its files stand now."""
    made = {
        "film.py": SCENE,
        "beside.py": BESIDE,
        "further.py": "STEP = 0.05\n",
        "checkout/systems/toy.py": "class Config:\n    reach = 0.25\n",
    }
    for name, text in made.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(files, "ROOT", tmp_path / "checkout")
    monkeypatch.syspath_prepend(tmp_path / "checkout")

    def now():
        for name in ("beside", "further", "systems", "systems.toy"):
            sys.modules.pop(name, None)
        importlib.invalidate_caches()
        monkeypatch.syspath_prepend(tmp_path)
        return keys(rendering.clip_class(tmp_path / "film.py"), tmp_path)

    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    return now


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_an_edit_of_what_a_scene_reaches_is_another_key(tmp_path, reaching, edit):
    before = reaching()
    name, old, new = edit
    text = (tmp_path / name).read_text()
    (tmp_path / name).write_text(text.replace(old, new))
    assert text != (tmp_path / name).read_text()
    assert not set(before) & set(reaching())


def test_words_about_a_scene_and_what_it_does_not_import_are_no_part_of_it(tmp_path, reaching):
    before = reaching()
    (tmp_path / "film.py").write_text(SCENE.replace("A story.", "Another.") + "\n# a remark\n")
    (tmp_path / "stranger.py").write_text("STEP = 7\n")
    assert reaching() == before


# --- what is drawn from


class Drawing(Clip):
    """Points at `source(epoch)`."""

    source = None

    def construct(self):
        plane = self.panel(self.safe, x=(-1, 1), y=(-1, 1))
        self.layer = Points(plane, type(self).source)
        self.add(plane, self.layer)
        self.train(1, 0.5)


def drawn_from(source, folder):
    return keys(type("Film", (Drawing,), {"source": staticmethod(source)}), folder)


def recorded_run(folder, value):
    with Recorder.create(folder, trainer="toy", config={}) as recorder:
        for epoch in recorder.epochs(1):
            recorder.snapshot(epoch, w=torch.tensor([[value, 0.0]]))
    return Run.open(folder)


class Law:
    def __init__(self, **held):
        vars(self).update(held)

    def __call__(self, epoch):
        return [[0.1 * epoch, 0.0]]


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda value: lambda e: np.full((1, 2), value) * e, id="number"),
        pytest.param(
            lambda value: (lambda held: lambda e: held)(np.full((1, 2), value)), id="array"
        ),
        pytest.param(
            lambda value: (lambda held: lambda e: held * e)(torch.full((1, 2), value)), id="tensor"
        ),
        *(
            pytest.param(lambda value, name=name: Law(**{name: value}), id=name)
            for name in ("below", "still", "depths", "pictures", "background", "pixel_array")
        ),
    ],
)
def test_what_a_layer_is_closed_over_is_part_of_the_key(tmp_path, make):
    first, again, other = (drawn_from(make(value), tmp_path) for value in (0.1, 0.1, 0.2))
    assert first == again
    assert first != other


def test_what_a_run_recorded_is_part_of_the_key(tmp_path):
    runs = [recorded_run(tmp_path / str(index), value) for index, value in enumerate((0.1, 0.2))]

    def drawn(run):
        return drawn_from(lambda epoch: run.tensor("w", epoch), tmp_path)

    first, again, other = map(drawn, (runs[0], Run.open(tmp_path / "0"), runs[1]))
    assert first == again
    assert first != other


class SelfReading(Drawing):
    """Its layer reads an attribute of the clip."""

    gain = 1.0

    def construct(self):
        self.held = np.full((1, 2), self.gain)
        plane = self.panel(self.safe, x=(-1, 1), y=(-1, 1))
        self.add(plane, Points(plane, lambda epoch: self.held * epoch))
        self.train(1, 0.5)


def test_what_is_read_through_the_clip_is_part_of_the_key(tmp_path):
    other = type("SelfReading", (SelfReading,), {"gain": 0.5})
    assert keys(SelfReading, tmp_path) == keys(SelfReading, tmp_path)
    assert keys(SelfReading, tmp_path) != keys(other, tmp_path)


@pytest.mark.parametrize(
    "options",
    [{"rate": 5}, {"aspect": "1:1"}, {"scale": 2}, {"video_encoder_options": {"crf": "30"}},
     {"transparent": True}],
)  # fmt: skip
def test_settings_that_change_pixels_are_part_of_the_key(tmp_path, options):
    source = Law()
    filmed = type("Film", (Drawing,), {"source": staticmethod(source)})
    assert keys(filmed, tmp_path) != keys(filmed, tmp_path, **options)


def test_a_theme_is_part_of_the_key(tmp_path):
    made = []
    for theme in style.THEMES:
        with studio(tmp_path):
            made.append(rendering.rehearse(Ended, theme=theme, keyed=True).renderer.keys)
    assert made[0] != made[1]


def test_a_rate_is_one_rate_however_it_is_written(tmp_path):
    assert keys(Ended, tmp_path, rate=4) == keys(Ended, tmp_path, rate=4.0)


# --- what costs nothing


class Ended(Clip):
    """Something happens to a square, and then a word goes on standing."""

    happens = staticmethod(lambda self, square, word: self.remove(square))

    def construct(self):
        square, word = Square(), self.text("a $bold(h)$")
        self.add(word, square)
        self.happens(self, square, word)
        self.wait(0.5)


def test_how_something_came_to_look_as_it_does_is_no_part_of_the_key(tmp_path):
    def faded(self, square, word):
        self.remove(square)
        self.play(word.animate.fade(0), run_time=0.5)

    def shifted(self, square, word):
        self.play(word.animate.shift(ORIGIN), FadeOut(square), run_time=0.5)

    def kept(self, square, word):
        word.save_state()
        self.remove(square)

    last = {
        keys(type("Ended", (Ended,), {"happens": staticmethod(happens)}), tmp_path)[-1]
        for happens in (faded, shifted, kept)
    }
    assert len(last) == 1


AGAIN = """
import sys
from pathlib import Path

from epochreel.film import rendering
from epochreel.film.camera import FrameCamera
from tests.filming import film


def draw(*_):
    raise AssertionError("drawn again")


FrameCamera.draw = draw
tiny = rendering.clip_class(sys.argv[1])
film(tiny, Path(sys.argv[2]))
for play in range(5):
    film(tiny, Path(sys.argv[2]), from_animation_number=play, upto_animation_number=play)
"""


def test_an_unchanged_clip_draws_nothing(tmp_path):
    scene = film(rendering.clip_class(TINY), tmp_path)
    assert scene.renderer.num_plays == 5
    before = {path: path.stat().st_mtime_ns for path in tmp_path.glob("segments/*.mp4")}
    python(AGAIN, TINY, tmp_path, PYTHONHASHSEED="777")
    assert {path: path.stat().st_mtime_ns for path in tmp_path.glob("segments/*.mp4")} == before


def test_watching_a_clip_changes_no_key(tmp_path):
    """As the clip check does, with a class of its own around it."""
    plain = rendering.clip_class(TINY)

    def play(self, *animations, **options):
        plain.play(self, *animations, **options)

    members = {"play": play, "__module__": plain.__module__}
    watched = type(plain.__name__, (plain,), members)
    assert keys(watched, tmp_path) == keys(plain, tmp_path)
    assert config.dry_run is False
