"""Which looks a command asks for."""

import pytest

from epochreel.errors import ClipError
from epochreel.studio.orders import looks_of
from tests.studio.story import write


def test_looks_are_named_by_two_lists(tmp_path):
    scene = write(tmp_path)
    found = looks_of(scene, "16:9, 1:1", "all", "low")
    assert [look.name for look in found] == ["16:9 dark", "1:1 dark", "16:9 print", "1:1 print"]
    assert {look.scene for look in found} == {scene}
    assert len(looks_of(scene, "all", "dark", "low")) == 4


def test_a_broken_scene_is_found_all_the_same(tmp_path):
    (look,) = looks_of(write(tmp_path, second="("), "9:16", "print", "low")
    assert look.name == "9:16 print"


def test_a_clip_is_found_by_its_name():
    (look,) = looks_of("autoencoder", "1:1", "dark", "low")
    assert look.scene.name == "autoencoder.py"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("nowhere", "16:9", "dark"), "There is no clip 'nowhere'"),
        (("autoencoder", "16:8", "dark"), "There is no aspect '16:8'; did you mean '16:9'"),
        (("autoencoder", "16:9", "dusk"), "There is no theme 'dusk'"),
    ],
)
def test_what_there_is_not_is_one_sentence(given, said):
    with pytest.raises(ClipError, match=said):
        looks_of(*given, "low")
