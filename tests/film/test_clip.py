import importlib.util
import os
import shutil
import subprocess
import sys
from dataclasses import astuple
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from manim import RIGHT, FadeIn, FadeOut, Group, Square, ValueTracker, config, linear

from epochreel import Lines, Playback, Recorder, Run, files, varying
from epochreel.errors import ClipError, RunError, StyleError
from epochreel.film import rendering, writer
from epochreel.film.camera import FrameRenderer
from epochreel.film.clip import Clip, Train
from epochreel.film.timeline import Pace
from epochreel.layers import Points
from epochreel.look.style import SHORTER_SIDE
from epochreel.notation.plain import plain
from epochreel.panels.compositions import ASPECTS
from epochreel.runs import training
from tests.filming import SIZES, Areas, film, segments, studio

ROOT = Path(__file__).parents[2]
TINY = ROOT / "tests" / "scenes" / "tiny.py"


class Plain(Clip):
    def construct(self):
        self.add(Square())
        self.wait(0.5)


@pytest.fixture
def frames(monkeypatch):
    """How many frames were drawn since it was cleared."""
    seen = []
    render = writer.to_video_frame
    monkeypatch.setattr(
        writer, "to_video_frame", lambda *given: (seen.append(1), render(*given))[1]
    )
    return seen


def clip(construct, **members):
    return type("Film", (Clip,), {"construct": construct, **members})


# --- shape


@pytest.mark.parametrize("aspect", ASPECTS)
def test_the_resolution_says_the_aspect_ratio(tmp_path, aspect):
    with studio(tmp_path, aspect=aspect):
        scene = Plain(theme="dark")
        frame = scene.frame
    assert scene.aspect == aspect
    width, height = SIZES[aspect]
    assert min(frame.width, frame.height) == SHORTER_SIDE
    assert frame.width / frame.height == pytest.approx(width / height)
    assert (scene.camera.frame_width, scene.camera.frame_height) == (frame.width, frame.height)
    assert frame.centre.tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("width", "height", "aspect"),
    [(854, 480, "16:9"), (480, 854, "9:16"), (2880, 2160, None), (608, 1080, "9:16")],
)
def test_a_resolution_of_whole_pixels_is_near_enough(tmp_path, width, height, aspect):
    with studio(tmp_path, pixel_width=width, pixel_height=height):
        if aspect is None:
            with pytest.raises(ClipError, match=r"2880×2160 has none of the aspect ratios 16:9, "):
                Plain(theme="dark")
        else:
            assert Plain(theme="dark").aspect == aspect


def test_the_safe_area_spares_the_edges(tmp_path):
    with studio(tmp_path, aspect="1:1"):
        safe = Plain(theme="dark").safe
        assert astuple(safe) == pytest.approx((-3.6, -3.6, 3.6, 3.6))
    with studio(tmp_path, aspect="9:16"):
        safe = Plain(theme="dark").safe
        half = 64 / 9
        assert astuple(safe) == pytest.approx((-3.6, -0.6 * half, 3.6, 0.76 * half))


def test_an_area_is_a_part_of_the_safe_area(tmp_path):
    halves = clip(Plain.construct, layout=Areas({"16:9": {"left": (0, 0, 0.5, 1)}}))
    with studio(tmp_path):
        scene = halves(theme="dark")
        assert astuple(scene.slot("left")) == pytest.approx((-6.4, -3.6, 0, 3.6))
        assert scene.panel("left", x=(0, 1), y=(0, 1)).box == scene.slot("left")
        with pytest.raises(
            ClipError, match=r"layout of Film has no slot 'right'; choose from left\."
        ):
            scene.slot("right")


def test_code_stands_in_a_slot_or_a_box(tmp_path):
    with studio(tmp_path):
        scene = clip(Plain.construct, layout=Areas({"16:9": {"left": (0, 0, 0.5, 1)}}))()
        code = scene.code("left", "x = 1\ny = 2\nz = 3", lines=(2, 3))
        assert [plain(line.source) for line in code] == ["y = 2", "z = 3"]
        assert code.get_center()[0] == pytest.approx(scene.slot("left").centre[0], abs=0.1)
        assert len(scene.code(scene.frame, Plain.construct)) == 3


def test_the_theme_is_an_input(tmp_path, monkeypatch):
    with studio(tmp_path):
        assert Plain(theme="print").style.theme == "print"
        assert str(config.background_color).lower() == "#ffffff"
        assert Plain(theme="dark").style.theme == "dark"
        assert str(config.background_color).lower() == "#000000"
        monkeypatch.setenv("EPOCHREEL_THEME", "print")
        assert Plain().style.theme == "print"


# --- its run


def test_a_clip_has_the_nets_scalars_and_config_of_its_run(tmp_path, monkeypatch):
    y = np.array([[1.0, 2], [3, 4]])
    net = torch.nn.Linear(2, 1)
    trainer = SimpleNamespace(Config=SimpleNamespace, build=lambda config: {"encoder": net})
    monkeypatch.setattr(training, "find", lambda name: trainer)
    monkeypatch.setattr(training, "configure", lambda trainer, **values: trainer.Config(**values))
    with Recorder.create(tmp_path / "run", trainer="mine", config={"seed": 3}) as recorder:
        recorder.snapshot(0, encoder=net, loss=0.5)
    with studio(tmp_path):
        scene = Plain(theme="dark", run=Run.open(tmp_path / "run"))
        assert scene.config.seed == 3
        assert scene.recorded("loss")(0) == 0.5
        for encoder in (scene.nets(), scene.nets("encoder"), scene.nets(net)):
            expected = net(torch.tensor(y).float()).detach()
            np.testing.assert_allclose(encoder(y)(0), expected, rtol=1e-6)
        with pytest.raises(RunError, match=r"did you mean 'encoder'\?"):
            scene.nets("encodr")


def test_what_is_composed_of_nets_is_pure_in_every_play(tmp_path):
    class Composed(Clip):
        def construct(self):
            share = ValueTracker(0)
            net, y = self.nets(torch.nn.Linear(2, 2)), np.eye(2)
            morph = varying(lambda s: s, share)
            loss = np.stack([self.recorded("loss"), net["bias"].sum()]).reshape(1, 2)
            panel = self.panel(self.safe, x=(-2, 2), y=(-2, 2))
            self.add(panel, Points(panel, morph * net(net(y)) + (1 - morph) * y, radius=20))
            self.add(Points(panel, loss, radius=9), Lines(panel, net(y)[None]))
            self.train(1, 0.5)
            self.play(share.animate.set_value(1), run_time=0.5)
            self.train(2, 0.5)

    net = torch.nn.Linear(2, 2)
    with Recorder.create(tmp_path / "run", trainer="mine") as recorder:
        for epoch in range(3):
            recorder.snapshot(epoch, net=net, loss=epoch / 2)
            net.weight.data.mul_(-0.8)
    run = Run.open(tmp_path / "run")
    film(Composed, tmp_path / "whole", run=run)
    whole = segments(tmp_path / "whole")
    assert len(whole) == 3
    for play in range(3):
        only = {"from_animation_number": play, "upto_animation_number": play}
        film(Composed, tmp_path / str(play), run=run, **only)
        (drawn,) = segments(tmp_path / str(play)).items()
        assert drawn in whole.items()


# --- errors


def test_errors_of_the_user_are_raised_to_a_program(tmp_path):
    with studio(tmp_path):
        with pytest.raises(StyleError, match="sepia"):
            Plain(theme="sepia")
        with pytest.raises(ClipError, match=r"Film has no layout for 16:9; it has 1:1, 9:16\."):
            clip(Plain.construct, layout=Areas({"1:1": {}, "9:16": {}}))(theme="dark")
        with pytest.raises(ClipError, match=r"Plain names no run; set `trainer = \"…\"`"):
            _ = Plain(theme="dark").run
        with pytest.raises(
            RunError, match=r"There is no trainer 'classifier_unwrap'.*did you mean"
        ):
            _ = clip(Plain.construct, trainer="classifier_unwrap")(theme="dark").run


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ({"layout": Areas({"1:1": {}})}, "Error: Film has no layout for 16:9; it has 1:1."),
        ({"construct": lambda self: self.run}, "Error: Film names no run; set `trainer"),
        (
            {"construct": lambda self: self.slot("left")},
            "Error: The 16:9 layout of Film",
        ),
        ({"construct": lambda self: self.text("#nothing")}, "Error: Typst cannot set '#nothing'"),
    ],
)
def test_for_the_command_manim_they_are_a_sentence_and_an_exit(tmp_path, members, sentence):
    with studio(tmp_path), pytest.raises(SystemExit) as left:
        clip(**{"construct": Plain.construct} | members)().render()
    assert str(left.value).startswith(sentence)
    assert "\n" not in str(left.value)


def test_an_unknown_theme_in_the_environment_is_a_sentence_too(tmp_path, monkeypatch):
    monkeypatch.setenv("EPOCHREEL_THEME", "sepia")
    with studio(tmp_path), pytest.raises(SystemExit, match=r"Error: .*sepia"):
        Plain()


def test_errors_of_ours_keep_their_traceback(tmp_path):
    with studio(tmp_path), pytest.raises(ZeroDivisionError):
        clip(lambda self: 1 / 0)().render()


# --- time


def test_train_lets_the_epoch_run_as_the_timeline_says(tmp_path, monkeypatch):
    seen = []
    render = FrameRenderer.render

    def watch(self, scene, time, moving=None):
        seen.append((self.time, scene.epoch.get_value()))
        render(self, scene, time, moving)

    monkeypatch.setattr(FrameRenderer, "render", watch)

    def construct(self):
        square = Square()
        self.play(FadeIn(square), run_time=0.5)
        self.train(300, 2, square.animate.shift(RIGHT), pace=Pace(speed_up=5))
        self.wait(0.5)
        self.train(100, 1)
        self.play(FadeOut(square), run_time=0.5)

    scene = film(clip(construct), tmp_path, rate=10)
    assert scene.timeline.duration == pytest.approx(4.5)
    assert [stretch.end for stretch in scene.timeline.stretches] == [0, 300, 300, 100, 100]
    assert len(seen) == 5 + 20 + 10 + 5  # a wait in which nothing moves is drawn once, elsewhere
    for time, epoch in seen:
        assert epoch == pytest.approx(scene.timeline.epoch(time), abs=1e-6)
    assert scene.epoch.get_value() == 100


def test_training_starts_from_the_epoch_that_it_finds(tmp_path):
    def construct(self):
        self.epoch.set_value(50)
        training = Train(self.epoch, 100, Pace(1, 0))
        self.epoch.set_value(60)
        self.play(training, run_time=1)

    scene = film(clip(construct), tmp_path)
    assert scene.epoch.get_value() == 100


def test_a_caption_replaces_the_one_before(tmp_path):
    shown = []

    def construct(self):
        for words in ("One.", "Two.", ""):
            self.caption(words, run_time=0.5)
            shown.append(list(self.mobjects))
        self.caption("", run_time=0.5)

    layout = Areas({"16:9": {"caption": (0, 0, 0.4, 0.2)}})
    scene = film(clip(construct, layout=layout), tmp_path)
    one, two, none = shown
    assert (len(one), len(two), len(none)) == (1, 1, 0)
    assert one[0] is not two[0]
    assert one[0].get_left()[0] == pytest.approx(scene.slot("caption").left, abs=1e-6)
    assert scene.renderer.num_plays == 3  # nothing to clear, nothing to play


@pytest.mark.parametrize("area", [(0, 0, 0.3, 0.05), (0, 0.95, 0.3, 1)])
def test_a_caption_of_too_many_words_stays_in_the_safe_area(tmp_path, area):
    def construct(self):
        self.caption("Many words that need more lines than there is room for, many more lines.")

    scene = film(clip(construct, layout=Areas({"16:9": {"caption": area}})), tmp_path)
    (caption,) = scene.mobjects
    assert caption.get_bottom()[1] >= -3.6 - 1e-6
    assert caption.get_top()[1] <= 3.6 + 1e-6


# --- the story


def test_a_beat_is_a_section_of_manims_and_says_whether_this_cut_plays_it(tmp_path):
    answers = []

    def construct(self):
        answers.append(self.beat("One"))
        self.wait(0.5)
        if self.beat("Two", optional=True):
            self.wait(0.5)
        answers.append(self.beat("Three"))
        self.wait(0.5)

    scene = film(clip(construct), tmp_path)
    assert [each.name for each in scene.renderer.file_writer.sections] == ["One", "Two", "Three"]
    with studio(tmp_path):
        short = rendering.rehearse(clip(construct), theme="dark", cut="short")
    assert [beat.text for beat in short.cues.beats] == ["One", "Three"]
    assert answers == [True] * 4


def test_an_unknown_cut(tmp_path):
    with (
        studio(tmp_path),
        pytest.raises(ClipError, match=r"There is no cut 'tiny'; choose from full, short\."),
    ):
        Plain(theme="dark", cut="tiny")


# --- what is drawn again


def recorded(folder, seed):
    torch.manual_seed(seed)
    with Recorder.create(folder, trainer="linear") as recorder:
        net = torch.nn.Linear(2, 2)
        for epoch in (0, 1):
            recorder.snapshot(epoch, net=net, loss=1.0)
    return Run.open(folder)


def test_retraining_draws_again_and_nothing_else_does(tmp_path, frames):
    first, second = (recorded(tmp_path / f"run{seed}", seed) for seed in (1, 2))
    counts = []
    for run in (first, first, second, first):

        def construct(self):
            net = Playback(self.run, torch.nn.Linear(2, 2))
            panel = self.panel(self.safe, x=(-2, 2), y=(-2, 2))
            inputs = np.eye(2, dtype=np.float32)
            points = Points(panel, lambda epoch: net(epoch, inputs))
            self.add(panel, points)
            self.train(1, 0.5)
            self.play(FadeOut(Group(panel, points)), run_time=0.5)

        frames.clear()
        film(clip(construct), tmp_path / "film", run=run)
        counts.append(len(frames))
    assert counts == [4, 0, 4, 0]


def test_a_changed_caption_draws_the_plays_that_show_it(tmp_path, frames):
    counts = []
    for words in ("Spirals *turn*.", "Spirals *twist*.", "Spirals *turn*."):
        tiny = rendering.clip_class(TINY)
        tiny.text = lambda self, source, *given, words=words, **options: Clip.text(
            self, words, *given, **options
        )
        frames.clear()
        film(tiny, tmp_path)
        counts.append(len(frames))
    # Half a second at 4 frames a second without the caption; then it is always there.
    assert counts == [11, 9, 0]


def test_an_edit_to_a_source_draws_again(tmp_path, frames, monkeypatch):
    """A function is what its code says, also where it is an object with a __call__."""
    source = "class Source:\n    def __call__(self, epoch):\n        return [[epoch, {}]]\n"
    counts = []
    for height in ("0", "1", "0"):
        path = tmp_path / f"source{height}.py"
        path.write_text(source.format(height))
        specification = importlib.util.spec_from_file_location("source", path)
        module = importlib.util.module_from_spec(specification)
        monkeypatch.setitem(sys.modules, "source", module)
        specification.loader.exec_module(module)

        def construct(self, source=module.Source):
            panel = self.panel(self.safe, x=(-2, 2), y=(-2, 2))
            self.add(panel, Points(panel, source()))
            self.train(1, 0.5)

        frames.clear()
        film(clip(construct), tmp_path / "film")
        counts.append(len(frames))
    assert counts == [2, 2, 0]


# --- the command manim


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A folder like the project's root, with one small clip in it."""
    root = tmp_path_factory.mktemp("project")
    (root / "scenes").mkdir()
    shutil.copy(TINY, root / "scenes")
    shutil.copy(ROOT / "manim.cfg", root)
    return root


def manim(project, *arguments, **environment):
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "manim", *arguments],
        cwd=project,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_manim_renders_to_a_path_one_can_guess_and_shares_what_it_drew(project, monkeypatch):
    finished = manim(project, "-ql", "scenes/tiny.py")
    assert finished.returncode == 0, finished.stderr
    video = project / "renders" / "tiny" / "480p15" / "Tiny.mp4"
    before = {path: path.stat().st_mtime_ns for path in video.parent.rglob(".segments/*/*.mp4")}
    assert len(before) == 5
    monkeypatch.setattr(files, "ROOT", project)
    assert rendering.render("tiny", quality="low", progress=False) == video
    after = {path: path.stat().st_mtime_ns for path in video.parent.rglob(".segments/*/*.mp4")}
    assert after == before


def test_manim_says_a_users_error_in_one_sentence(project):
    finished = manim(project, "-ql", "scenes/tiny.py", EPOCHREEL_THEME="sepia")
    assert finished.returncode == 1
    (sentence,) = finished.stderr.strip().splitlines()
    assert sentence.startswith("Error: ")
    assert "sepia" in sentence


def test_manim_cannot_draw_with_opengl_and_says_so(project):
    finished = manim(project, "-ql", "--renderer", "opengl", "scenes/tiny.py")
    assert finished.returncode == 1
    (sentence,) = finished.stderr.strip().splitlines()
    assert "--renderer opengl" in sentence


def test_a_clip_can_rewind(tmp_path):
    """The timeline and the cue sheet tell what is on screen, also where the clock was set back."""

    class Rewound(Clip):
        def construct(self):
            plane = self.panel(self.safe, x=(-1, 1), y=(-1, 1))
            self.add(plane, Points(plane, lambda epoch: [[epoch / 100, 0]]))
            even = Pace(ease=0)
            self.train(100, 1, pace=even)
            self.epoch.set_value(0)
            self.wait(0.5)
            self.train(40, 1, pace=even)
            self.play(self.epoch.animate(rate_func=linear).set_value(20), run_time=1)

    scene = film(Rewound, tmp_path)
    expected = [0, 25, 50, 75, 0, 0, 0, 10, 20, 30, 40, 35, 30, 25]
    assert scene.cues.epochs == pytest.approx(expected)
    assert [scene.timeline.epoch(frame / 4) for frame in range(14)] == pytest.approx(expected)
    assert scene.timeline.last_epoch == 20
