"""What the documents say works: commands, links, pictures, and the README's example."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest
from click.testing import CliRunner

from epochreel import Clip, Run, RunError
from epochreel.cli import epochreel
from epochreel.film.rendering import clip_class
from epochreel.look.style import load, rgba
from tests.filming import studio

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
DOCUMENTS = (
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "docs/clips.md",
    "docs/words.md",
    "docs/lecturing.md",
)


def section(title: str) -> str:
    (text,) = re.findall(rf"^## {title}\n(.*?)(?=^## |\Z)", README, re.DOTALL | re.MULTILINE)
    return text


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def commands(program: str) -> list[list[str]]:
    """What the documents' blocks have a person type after the name of a program."""
    typed = [
        shlex.split(line.removeprefix(".venv/bin/"), comments=True)
        for name in DOCUMENTS
        for block in blocks((ROOT / name).read_text("utf-8"), "sh")
        for line in block.splitlines()
    ]
    return [words[1:] for words in typed if words[:1] == [program]]


def run(*command: object, cwd: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if "EPOCHREEL" not in name}
    environment["OMP_NUM_THREADS"] = "1"  # a net this small only waits for a second thread
    done = subprocess.run(
        [sys.executable, *map(str, command)],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A folder with the README's two files, the training recorded and the clip rendered small."""
    folder = tmp_path_factory.mktemp("own")
    recording, film = blocks(section("Film your own net"), "python")
    for block in (recording, film):
        name = block.splitlines()[0].removeprefix("# ")
        (folder / name).write_text(block, "utf-8")
    run("pinwheel.py", cwd=folder)
    settings = ("-c", ROOT / "manim.cfg", "-r", "1280,720", "--fps", "2")
    run("-W", "ignore", "-m", "manim", *settings, "film.py", cwd=folder)
    return folder


def test_own_net_is_recorded_and_learns(own):
    recorded = Run.open(own / "runs" / "pinwheel")
    assert recorded.complete
    assert list(recorded.epochs) == list(range(301))
    first, last = (recorded.at("loss", epoch) for epoch in (0, 300))
    assert first > 1
    assert last < 0.3


def test_own_clip_moves_and_ends_in_the_class_colours(own):
    (video,) = own.rglob("Pinwheel.mp4")
    with av.open(video) as container:
        frames = [
            frame.to_ndarray(format="rgb24", src_colorspace="itu709", dst_colorspace="itu709")
            for frame in container.decode(video=0)
        ]
    assert len(frames) >= 20
    assert np.any(frames[0] != frames[12])
    pixels = frames[-1].reshape(-1, 3).astype(int)
    # Chroma is halved in the video, so that a disc of two pixels' radius is nowhere quite itself.
    for colour in load("dark").classes(3):
        assert (np.abs(pixels - rgba(colour)[:3]).max(axis=1) < 40).sum() > 100


@pytest.mark.parametrize("words", commands("epochreel"), ids=" ".join)
def test_commands_exist_with_their_options(words):
    command = words[:2] if words[0] == "train" else words[:1]
    shown = CliRunner().invoke(epochreel, [*command, "--help"])
    assert shown.exit_code == 0, shown.output
    for option in (word for word in words if word.startswith("-")):
        assert re.search(rf"(?<!\S){option}\b", shown.output), option


def test_commands_are_found_in_the_documents():
    assert {words[0] for words in commands("epochreel")} == set(epochreel.commands)


def test_make_has_the_targets():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = {words[0] for words in commands("make")}
    assert {"clip", "test"} <= targets
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


@pytest.mark.parametrize("words", commands("manim"), ids=" ".join)
def test_manim_has_the_flags_and_the_scene(words):
    from manim.__main__ import main

    shown = CliRunner().invoke(main, ["render", "--help"]).output
    for option in (word for word in words if word.startswith("-")):
        assert re.search(rf"(?<![\w-]){option[:2] if option[1] == 'q' else option}\b", shown), (
            option
        )
    assert (ROOT / words[-1]).is_file()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_relative_links_lead_somewhere(name):
    text = (ROOT / name).read_text("utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)", text) if "://" not in link]
    for link in links:
        assert ((ROOT / name).parent / link).exists(), link


def test_pictures_are_light():
    pictures = re.findall(r"!\[[^]]+\]\(([^)]+)\)", README)
    assert "assets/pictures/classifier_unwarp.png" in pictures
    for picture in pictures:
        assert (ROOT / picture).stat().st_size <= 80_000, picture


def test_every_clip_is_in_the_list():
    listed = (ROOT / "docs" / "clips.md").read_text("utf-8")
    names = re.findall(r"^\| \[`(\w+)`\]", listed, re.MULTILINE)
    assert sorted(names) == sorted(path.stem for path in (ROOT / "scenes").glob("[!_]*.py"))
    for name in names:
        picture = ROOT / "assets" / "pictures" / f"{name}.png"
        assert f"../assets/pictures/{name}.png" in listed
        assert picture.stat().st_size <= 80_000


def test_a_film_without_its_recording_says_so(tmp_path):
    class Nowhere(Clip):
        run_path = str(tmp_path / "nowhere")

    with studio(tmp_path), pytest.raises(RunError, match=r"nowhere holds no run"):
        Nowhere(theme="dark").run  # noqa: B018


def test_own_clip_is_rendered_by_its_path(own):
    assert clip_class(own / "film.py").run_path == "runs/pinwheel"
