"""A wheel has all that films a net in any folder, and nothing that belongs to the checkout."""

import os
import re
import shutil
import site
import subprocess
import sys
import zipfile
from pathlib import Path

import av
import numpy as np
import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "epochreel"
BUILD = "import sys; from setuptools import build_meta; print(build_meta.build_wheel(sys.argv[1]))"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of this checkout, built in a copy of it."""
    folder = tmp_path_factory.mktemp("wheel")
    shutil.copytree(
        ROOT,
        copy := folder / "checkout",
        symlinks=True,
        ignore=shutil.ignore_patterns(
            ".*", "__pycache__", "*.egg-info", "build", "renders", "tests"
        ),
    )
    (copy / "assets" / "runs").mkdir(exist_ok=True)
    (copy / "assets" / "runs" / "recorded.toml").touch()
    run([sys.executable, "-W", "ignore", "-c", BUILD, folder], cwd=copy)
    (made,) = folder.glob("*.whl")
    return made


def run(command, cwd, **environment):
    own = {name: value for name, value in os.environ.items() if name not in OUTSIDE}
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=own | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


OUTSIDE = ("PYTHONPATH", "EPOCHREEL_RUNS", "EPOCHREEL_THEME")


def test_it_holds_the_package_and_what_that_reads(wheel):
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    code = {
        f"epochreel/{path.relative_to(SOURCE).as_posix()}"
        for path in SOURCE.rglob("*")
        if path.suffix in {".py", ".pyi", ".typed"}
    }
    read = {"manim.cfg", "platforms.toml", "run.html", "style.toml"}
    for folder in ("gallery", "new", "studio"):
        read |= {f"{folder}/{path.name}" for path in (ROOT / "assets" / folder).iterdir()}
    assert packed == code | {f"epochreel/assets/{name}" for name in read}


def test_a_scene_finds_the_trainers_from_a_folder_of_its_own(tmp_path):
    program = (
        "import sys; sys.meta_path = [f for f in sys.meta_path if 'editable' not in str(f)]\n"
        "import epochreel, trainers; print(*trainers.__path__)"
    )
    found = run([sys.executable, "-c", program], cwd=tmp_path, PYTHONPATH=str(ROOT / "src"))
    assert Path(found.strip()).resolve() == (ROOT / "trainers").resolve()


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory):
    """A fresh environment with the wheel alone, for what it needs lies in this one."""
    folder = tmp_path_factory.mktemp("environment")
    run([sys.executable, "-m", "venv", "--without-pip", folder], cwd=folder)
    (packages,) = folder.glob("lib/python*/site-packages")
    # A path alone: what hooks this environment has, as of a checkout, are not taken over.
    (packages / "needed.pth").write_text("\n".join(site.getsitepackages()), "utf-8")
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index"]
    run([*pip, "--ignore-installed", "--quiet", wheel], cwd=folder)
    return python


@pytest.mark.slow
def test_it_films_the_readmes_net_in_another_folder(python, tmp_path):
    text = (ROOT / "README.md").read_text("utf-8")
    (section,) = re.findall(r"^## Film your own net\n(.*?)(?=^## )", text, re.DOTALL | re.MULTILINE)
    for block in re.findall(r"^```python\n(.*?)^```$", section, re.DOTALL | re.MULTILINE):
        (tmp_path / block.splitlines()[0].removeprefix("# ")).write_text(block, "utf-8")
    run([python, "pinwheel.py"], cwd=tmp_path)
    run([python, "-W", "ignore", "-m", "manim", "-r", "320,180", "--fps", "2", "film.py"], tmp_path)
    run([python.with_name("epochreel"), "render", "film.py", "--quality", "low"], tmp_path)
    videos = {path.relative_to(tmp_path).parts[0]: path for path in tmp_path.rglob("Pinwheel.mp4")}
    assert videos.keys() == {"media", "renders"}
    for video in videos.values():
        with av.open(video) as container:
            frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
        assert np.any(frames[0] != frames[len(frames) // 2])
    environment = python.parents[1]
    assert not [*environment.rglob("run.json"), *environment.rglob("renders")]


@pytest.mark.slow
def test_a_folder_of_its_own_is_a_project(python, tmp_path):
    epochreel = python.with_name("epochreel")
    run([epochreel, "new", "whirl"], tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"trainers", "scenes"}
    run([epochreel, "train", "whirl"], tmp_path)
    (recorded,) = (tmp_path / "runs").iterdir()
    run([epochreel, "render", "whirl", "--quality", "low"], tmp_path)
    assert [recorded] == list((tmp_path / "runs").iterdir())
    assert list((tmp_path / "renders").rglob("Whirl.mp4"))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    run([epochreel, "train", "../trainers/whirl.py"], elsewhere)
    assert [path.name for path in (elsewhere / "runs").iterdir()] == [recorded.name]
