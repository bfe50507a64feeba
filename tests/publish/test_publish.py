import dataclasses
import json
import os
import shutil
from math import inf
from pathlib import Path

import pytest
from click.testing import CliRunner

from epochreel import Recorder, files
from epochreel.checks.rules import Finding
from epochreel.cli import epochreel
from epochreel.crew.alone import Alone
from epochreel.errors import ClipError, PublishError, StyleError
from epochreel.film import rendering
from epochreel.media import ffmpeg
from epochreel.media.probe import probe
from epochreel.publish import publication, targets
from epochreel.publish.ledger import Ledger, sources, stamp
from epochreel.publish.publish import publish
from tests.mutations import IN_PLACE, LONG, little_memory, mutations, put_in_place

ROWS = targets.read()
TINY = """
from epochreel import Clip
from tests.scenes.tiny import Tiny as Whole


class Tiny(Clip):
    \"\"\"A spiral turns.\"\"\"

    title = "Tiny"
    poster = 1.0
    layout = Whole.layout

    def construct(self):
        if self.beat("Rest", optional=True):
            self.wait(2)
        self.beat("Turn")
        Whole.construct(self)
"""


def row(name, **changed):
    given = ROWS[name]
    short = {"16:9": (256, 144), "1:1": (144, 144), "9:16": (144, 256)}
    width, height = short[given.aspect]
    size = {"width": width, "height": height, "frame_rate": min(given.frame_rate, 4)}
    return dataclasses.replace(given, **size | changed)


def table(monkeypatch, *rows):
    monkeypatch.setattr(targets, "read", lambda: {row.file: row for row in rows})


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder like the project's root with one small clip, very low qualities and no check."""
    (tmp_path / "scenes").mkdir()
    (tmp_path / "scenes" / "tiny.py").write_text(TINY)
    shutil.copy(files.ROOT / "manim.cfg", tmp_path)
    monkeypatch.setattr(files, "ROOT", tmp_path)
    monkeypatch.setitem(rendering.QUALITIES, "high", (144, 4))
    monkeypatch.setattr(publication, "check", lambda path: [])
    return tmp_path


@pytest.fixture
def work(monkeypatch):
    """What was rendered and which graphs were run since it was cleared."""
    done = []
    render, run = rendering.render, ffmpeg.run
    monkeypatch.setattr(
        rendering, "render", lambda *given, **o: (done.append("render"), render(*given, **o))[1]
    )
    for module in ("transcode", "loops"):
        monkeypatch.setattr(
            f"epochreel.publish.{module}.run",
            lambda *given, **options: (done.append("ffmpeg"), run(*given, **options))[1],
        )
    return done


def names(paths):
    return sorted(Path(path).name for path in paths)


# --- what is made


def test_everything_once(project, work, monkeypatch):
    square = row("instagram-square.mp4")
    table(
        monkeypatch,
        row("x.mp4", frame_rate=2),
        square,
        row("loop.gif"),
        row("poster.png"),
        row("alpha.webm"),
    )
    written = publish(["tiny"], progress=False, jobs=2)
    folder = project / "renders" / "tiny" / "published"
    files = ["x.mp4", "instagram-square.mp4", "loop.gif", "poster.png", "alpha.webm"]
    assert names(written) == sorted([*files, "description.md", *["Tiny.mp4"] * 2, "Tiny.mov"])
    for name in files:
        targets.read()[name].check(probe(folder / name))
    assert "A spiral turns." in (folder / "description.md").read_text()
    assert (folder / "Tiny.srt").exists()
    assert not list(project.rglob(".*part*"))
    work.clear()

    assert publish(["tiny"], progress=False) == []
    assert work == []
    assert publish(["tiny"], progress=False, dry_run=True) == []

    (folder / "x.mp4").unlink()
    (folder / "poster.png").write_bytes(b"touched")
    assert names(publish(["tiny"], progress=False, dry_run=True)) == ["poster.png", "x.mp4"]
    assert names(publish(["tiny"], progress=False)) == ["poster.png", "x.mp4"]
    assert work == ["ffmpeg"]
    work.clear()

    # A changed row makes its file anew, a changed scene what shows something else now.
    table(
        monkeypatch,
        row("x.mp4", frame_rate=2, bit_rate=3),
        square,
        row("loop.gif"),
        row("poster.png"),
    )
    assert names(publish(["tiny"], progress=False)) == ["x.mp4"]
    assert work == ["ffmpeg"]
    work.clear()
    with (project / "scenes" / "tiny.py").open("a") as scene:
        scene.write("# nothing is different\n")
    assert names(publish(["tiny"], progress=False)) == ["Tiny.mp4", "Tiny.mp4"]
    assert work == ["render", "render"]


def test_a_dry_run_writes_nothing(project, work, monkeypatch):
    table(monkeypatch, row("x.mp4"), row("instagram-reel.mp4"))
    listed = publish(["tiny"], to=["x", "captions"], dry_run=True)
    folder = project / "renders" / "tiny"
    assert listed == [
        folder / "144p4" / "Tiny.mp4",
        folder / "published" / "x.mp4",
        folder / "published" / "description.md",
    ]
    assert not folder.exists()
    assert work == []


def test_themes_have_folders_of_their_own(project, monkeypatch):
    table(monkeypatch, row("poster.png"))
    for theme in ("dark", "print"):
        publish(["tiny"], to=["poster"], theme=theme, progress=False)
    dark = project / "renders" / "tiny" / "published" / "poster.png"
    white = project / "renders" / "tiny" / "published-print" / "poster.png"
    assert dark.read_bytes() != white.read_bytes()


def test_an_interrupted_run_goes_on(project, work, monkeypatch):
    table(monkeypatch, row("x.mp4", frame_rate=2), row("poster.png"))

    def interrupted(*given, **options):
        raise KeyboardInterrupt

    for place in ("film.rendering.render", "publish.publication.transcode"):
        with monkeypatch.context() as patched:
            patched.setattr(f"epochreel.{place}", interrupted)
            with pytest.raises(KeyboardInterrupt):
                publish(["tiny"], to=["x", "poster"], progress=False)
        assert not list(project.rglob(".*part*"))
    assert work == ["render"]  # the second time, which is not done again
    assert "x.mp4" in names(publish(["tiny"], to=["x", "poster"], progress=False))
    assert work == ["render", "ffmpeg"]


# --- how long


def test_what_is_too_long_is_the_short_cut(project, monkeypatch):
    table(monkeypatch, row("x.mp4", longest=4), row("mastodon.mp4"))
    written = publish(["tiny"], progress=False)
    folder = project / "renders" / "tiny" / "published"
    assert {path.parent.name for path in written} == {"144p4", "144p4-short", "published"}
    assert probe(folder / "x.mp4").duration == pytest.approx(3.0)
    assert probe(folder / "mastodon.mp4").duration == pytest.approx(5.0)
    assert (folder / "description-short.md").exists()
    assert (folder / "Tiny-short.srt").exists()


def test_a_short_cut_that_is_too_long_names_figure_and_limit(project, monkeypatch):
    table(monkeypatch, row("x.mp4", longest=2), row("poster.png"))
    with pytest.raises(
        PublishError,
        match=r"tiny cannot become x\.mp4: its short cut lasts 3 s and x takes at most 2 s; make",
    ):
        publish(["tiny"], to=["x", "poster"], progress=False)
    assert names((project / "renders/tiny/published").iterdir()) == ["poster.png", "published.json"]


# --- what goes wrong


def test_a_violation_fails_with_figure_and_limit_and_spares_the_others(project, monkeypatch):
    table(monkeypatch, row("loop.gif", largest=1e-3), row("poster.png"))
    with pytest.raises(
        PublishError, match=r"loop\.gif has .* MB; gif takes at most 0\.001 MB \(row 'loop\.gif'"
    ):
        publish(["tiny"], to=["gif", "poster"], progress=False)
    assert names((project / "renders/tiny/published").iterdir()) == ["poster.png", "published.json"]
    table(monkeypatch, row("loop.gif", largest=inf), row("poster.png"))
    assert names(publish(["tiny"], to=["gif", "poster"], progress=False)) == ["loop.gif"]


def test_every_rendering_is_held_to_the_clip_check(project, monkeypatch):
    table(monkeypatch, row("poster.png"))
    asked = []

    def faulty(path):
        asked.append(path)
        return [Finding("flashes", 1.25, 4, 3, "It flashes.")]

    monkeypatch.setattr(publication, "check", faulty)
    for _ in range(2):
        with pytest.raises(PublishError, match=r"^tiny 16:9 high at 1\.2 s: It flashes\.$"):
            publish(["tiny"], to=["poster"], progress=False)
    monkeypatch.setattr(publication, "check", lambda path: asked.append(path) or [])
    for _ in range(2):
        publish(["tiny"], to=["poster"], progress=False)
    assert asked == [project / "renders" / "tiny" / "144p4" / "Tiny.mp4"] * 3


def test_a_missing_ffmpeg_is_one_sentence_for_each_file(project, monkeypatch):
    def none():
        raise RuntimeError("No ffmpeg exe could be found.")

    monkeypatch.setattr(ffmpeg.imageio_ffmpeg, "get_ffmpeg_exe", none)
    table(monkeypatch, row("x.mp4", frame_rate=2), row("poster.png"))
    with pytest.raises(PublishError, match=r"^\S+x\.mp4 cannot be made, .*imageio-ffmpeg`[^\n]*$"):
        publish(["tiny"], to=["x", "poster"], progress=False)


def test_a_run_that_cannot_be_read(project, monkeypatch):
    table(monkeypatch, row("poster.png"))
    scene = project / "scenes" / "tiny.py"
    scene.write_text(TINY.replace("    poster = 1.0", f'    run_path = "{project / "gone"}"'))
    with pytest.raises(PublishError, match=r"gone"):
        publish(["tiny"], to=["poster"], progress=False)


def test_what_a_killed_one_left_is_taken_away_at_once(project, monkeypatch):
    table(monkeypatch, row("poster.png"))
    published = project / "renders" / "tiny" / "published"
    published.mkdir(parents=True)
    left = published / ".0123456789ab.part-youtube.mp4"
    left.write_bytes(b"half")
    passes = published / ".0123456789ab.part-x.mp4" / "passes-0.log"
    passes.parent.mkdir()
    passes.touch()
    seen = []
    monkeypatch.setattr(publication, "check", lambda _: seen.append(left.exists()) or [])
    publish(["tiny"], to=["poster"], progress=False)
    assert seen == [False]
    assert not passes.parent.exists()


def test_a_film_is_published_when_it_has_its_chapters_and_was_read_back(project, monkeypatch):
    table(monkeypatch, row("x.mp4"), row("poster.png"))
    folder, seen = project / "renders" / "tiny" / "published", []
    for step in ("embed", "probe"):
        rightly = getattr(publication, step)
        monkeypatch.setattr(
            publication,
            step,
            lambda path, *rest, rightly=rightly: (
                seen.append((folder / path.name).exists()),
                rightly(path, *rest),
            )[1],
        )
    publish(["tiny"], to=["x", "poster"], progress=False)
    assert seen == [False] * 3
    assert probe(folder / "x.mp4").duration == pytest.approx(5.0)


def test_a_violation_names_the_file_and_not_what_lay_aside(project, monkeypatch):
    table(monkeypatch, row("loop.gif", largest=1e-3))
    with pytest.raises(PublishError) as told:
        publish(["tiny"], to=["gif"], progress=False)
    assert str(told.value).startswith(str(project / "renders" / "tiny" / "published" / "loop.gif"))


def test_a_trainer_may_be_the_path_of_a_file(project, spiral, monkeypatch):
    table(monkeypatch, row("poster.png"))
    trainer = project / "[falling].py"
    trainer.touch()
    scene = project / "scenes" / "tiny.py"
    scene.write_text(TINY.replace("    poster = 1.0", f'    trainer = "{trainer}"'))
    monkeypatch.setattr("epochreel.runs.training.record", lambda name: spiral)
    assert "poster.png" in names(publish(["tiny"], to=["poster"], progress=False))
    assert publish(["tiny"], to=["poster"], progress=False) == []
    trainer.write_text("# edited")
    assert publish(["tiny"], to=["poster"], progress=False, dry_run=True) != []


def test_a_full_disk_while_rendering(project, monkeypatch):
    table(monkeypatch, row("poster.png"))

    def full(*given, **options):
        raise RuntimeError("Failed to encode video segment: No space left on device")

    monkeypatch.setattr(rendering, "render", full)
    with pytest.raises(
        PublishError, match=r"tiny cannot be rendered as 16:9 high: .*No space left"
    ):
        publish(["tiny"], to=["poster"], progress=False)


def test_bad_requests_make_nothing(project):
    with pytest.raises(PublishError, match=r"There is no target 'yotube'; did you mean 'youtube'"):
        publish(["tiny"], to=["yotube"])
    with pytest.raises(ClipError, match=r"There is no clip 'tinny'; did you mean 'tiny'"):
        publish(["tiny", "tinny"], to=["x"])
    with pytest.raises(StyleError, match="sepia"):
        publish(["tiny"], theme="sepia")
    with pytest.raises(PublishError, match="The number of jobs must be at least 1, not 0"):
        publish(["tiny"], jobs=0)
    assert not (project / "renders").exists()


def test_notes_that_cannot_be_read_are_made_again(project, work, monkeypatch):
    table(monkeypatch, row("poster.png"))
    publish(["tiny"], to=["poster"], progress=False)
    notes = project / "renders" / "tiny" / "published" / "published.json"
    for broken in ("no JSON", "[]", json.dumps({"schema": 99}), json.dumps({"schema": 1, "x": 2})):
        notes.write_text(broken)
        assert "poster.png" in names(publish(["tiny"], to=["poster"], progress=False))
        assert publish(["tiny"], to=["poster"], progress=False) == []


@pytest.mark.parametrize("count", [500, LONG])
def test_whatever_is_damaged_in_the_notes_is_read_or_made_again(tmp_path, count):
    (tmp_path / "x.mp4").write_bytes(b"film")
    ledger = Ledger(tmp_path / "published.json", "inputs", {"16:9 full": 3.0})
    ledger.checked["16:9 high"] = "abc"
    held = {"stamp": stamp(tmp_path / "x.mp4"), "digest": "abc"}
    ledger.videos["16:9 high"] = {"path": str(tmp_path / "x.mp4"), **held}
    ledger.note_file(tmp_path / "x.mp4", "abc")
    text = ledger.path.read_text("utf-8")
    assert Ledger.open(tmp_path, "inputs") == ledger
    forgotten = 0
    for content in mutations(text.encode(), count):
        ledger.path.write_bytes(content)
        found = Ledger.open(tmp_path, "inputs")
        forgotten += not found.files
        assert found.has_video("16:9 high") in (True, False)
        assert found.has_file(tmp_path / "x.mp4", "abc") in (True, False)
        assert not found.has_file(tmp_path / "gone.mp4", "abc")
    assert forgotten > count / 2
    ledger.path.unlink()
    os.mkfifo(ledger.path)
    assert Ledger.open(tmp_path, "inputs").files == {}


def test_notes_are_the_same_whichever_file_was_written_first(tmp_path):
    ledger, seen = Ledger(tmp_path / "published.json", "inputs"), set()
    for order in (["x.mp4", "a.png", "b.md"], ["b.md", "x.mp4", "a.png"]):
        ledger.files, ledger.checked = {}, {}
        for name in order:
            ledger.checked[name] = "abc"
            ledger.note_file(tmp_path / name, "abc")
        seen.add(ledger.path.read_bytes())
    assert len(seen) == 1


@pytest.mark.parametrize("count", [100, LONG])
def test_what_is_made_from_a_run_is_known_by_what_it_holds(tmp_path, monkeypatch, count):
    monkeypatch.setenv("EPOCHREEL_RUNS", str(tmp_path))
    monkeypatch.setattr(files, "PACKAGE", tmp_path / "package")  # all of which would be read
    scene = tmp_path / "scene.py"

    def digest():
        return sources(scene, "mine", "")

    none = digest()
    path = tmp_path / "mine-0"
    with Recorder.create(path, trainer="mine") as recorder:
        recorder.snapshot(0, loss=1.0)
        recorder.snapshot(1, loss=0.5)
    recorded = digest()
    assert recorded not in (none, sources(scene, "other", ""))
    assert sources(scene, "", str(path)) == recorded
    header = path / "run.json"
    whole = header.read_bytes()
    for content in mutations(whole, count):
        header.write_bytes(content)
        assert digest() in (none, recorded)
    for kind in IN_PLACE:
        put_in_place(kind, header)
        with little_memory():
            assert digest() == none
        header.rmdir() if kind == "folder" else header.unlink()
    header.write_bytes(whole)
    (tmp_path / "mine-caf\udce9").mkdir()
    (tmp_path / "scen\udce9.py").touch()
    assert digest() != none


# --- the command


def published(project):
    folder = project / "renders" / "tiny" / "published"
    kinds = (".mp4", ".srt", ".md", ".png")
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in kinds}


def test_a_crew_publishes_the_same(project, work, monkeypatch):
    table(monkeypatch, row("x.mp4"), row("instagram-square.mp4"))
    publish(["tiny"], progress=False)
    alone = published(project)
    assert alone
    shutil.rmtree(project / "renders")
    with Alone() as crew:
        publish(["tiny"], progress=False, crew=crew)
    assert published(project) == alone
    with Alone() as crew:
        assert publish(["tiny"], progress=False, crew=crew) == []


def test_what_a_crew_cannot_render_is_told_once(project, monkeypatch):
    table(monkeypatch, row("x.mp4"))
    monkeypatch.setattr("epochreel.film.requests._Ready.draw", lambda *_: 1 / 0)
    with Alone() as crew, pytest.raises(PublishError, match="ZeroDivisionError") as raised:
        publish(["tiny"], to=["x"], progress=False, crew=crew)
    assert str(raised.value).count("ZeroDivisionError: division") == 1


def test_the_command(project, monkeypatch):
    table(monkeypatch, row("poster.png"), row("x.mp4"))
    runner = CliRunner()
    listed = runner.invoke(epochreel, ["publish", "tiny", "--to", "poster, captions", "--dry-run"])
    assert names(listed.stdout.split()) == ["Tiny.mp4", "description.md", "poster.png"]
    made = runner.invoke(epochreel, ["publish", "tiny", "--to", "poster", "--jobs", "2"])
    assert made.exit_code == 0
    assert "poster.png" in made.stderr
    again = runner.invoke(epochreel, ["publish", "tiny", "--to", "poster"])
    assert again.stdout == "Everything is published.\n"
    wrong = runner.invoke(epochreel, ["publish", "tiny", "--to", "vimeo"])
    assert (wrong.exit_code, wrong.stderr.count("\n")) == (1, 1)
