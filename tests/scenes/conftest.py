"""What the tests of all clips share."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from functools import cache

import pytest

from epochreel.film import rendering
from tests.scenes import watching


@pytest.fixture(scope="session")
def given(recorded):
    """A clip's name to the small run that its tests film."""

    def find(name):
        trainer = rendering.clip_class(name).trainer
        return recorded(trainer) if trainer else None

    return find


@pytest.fixture(scope="session")
def watched(given, tmp_path_factory):
    """A variant of a clip, watched once: in 16:9 and dark each play's end drawn, else each beat's.

    In print it is watched until before the training, for a picture: all but colours are the same.
    """
    folder = tmp_path_factory.mktemp("watched")

    @cache
    def watch_once(name, aspect, theme, cut):
        variant = {"aspect": aspect, "theme": theme, "cut": cut, "run": given(name)}
        if (aspect, theme, cut) == ("16:9", "dark", "full"):
            drawn, ended = watching.SAMPLED, watching.EVERY
            return watching.watch(name, folder, drawn=drawn, ended=ended, **variant)
        if cut != "full":
            return watching.watch(name, folder, samples=1, **variant)
        whole = watch_once(name, "16:9", "dark", "full")
        before = whole.before_training.play
        if theme == "print":
            return watching.watch(name, folder, ended={before}, until=before, samples=1, **variant)
        ended = {before, *(moment.play for moment in whole.ends_of_beats)}
        return watching.watch(name, folder, ended=ended, **variant)

    return lambda name, aspect="16:9", theme="dark", cut="full": watch_once(
        name, aspect, theme, cut
    )


@pytest.fixture(scope="session")
def elsewhere():
    """Call a function of a module in a process where hashes of texts, and so sets, are others."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONHASHSEED", "12345")
        pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))
        pool.submit(int).result()
    with pool:
        yield lambda function, *arguments: pool.submit(function, *arguments).result()
