import pytest

from epochreel.errors import ClipError
from epochreel.film.frames import Reel
from epochreel.film.shots import Variant, last, moments, shots, variants
from epochreel.panels.compositions import ASPECTS
from tests.filming import studio
from tests.scenes.test_scenes import TINY

STORY = """
from epochreel import Clip

class Story(Clip):
    def construct(self):
        self.beat("First, a wait")
        self.wait(1)
        self.beat("The $x$")
        self.wait(2)
"""


@pytest.fixture
def story(tmp_path):
    path = tmp_path / "story.py"
    path.write_text(STORY, "utf-8")
    return path


@pytest.fixture
def reel(story):
    from epochreel.film.rendering import clip_class

    with studio(story.parent):
        return Reel(clip_class(story))


def test_all_are_the_shapes_that_the_clip_is_laid_out_for(story):
    assert variants(TINY) == [Variant(aspect, "dark") for aspect in ASPECTS]
    assert [variant.aspect for variant in variants(story)] == list(ASPECTS)
    assert variants(TINY, "9:16, 1:1", "all") == [
        Variant(aspect, theme) for theme in ("dark", "print") for aspect in ("9:16", "1:1")
    ]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"aspects": "16x9"}, r"no aspect '16x9'; did you mean '16:9'"),
        ({"themes": "dark,neon"}, r"no theme 'neon'; choose from all, dark, print\."),
    ],
)
def test_unknown_variants_are_one_sentence(options, sentence):
    with pytest.raises(ClipError, match=sentence):
        variants(TINY, **options)


def test_moments_are_seconds_and_beats(reel):
    assert moments(reel, ["0.5,2", "First, a wait", "The x", "2.25"]) == [0.5, 2, 0, 1, 2.25]


def test_what_is_no_moment_is_one_sentence(reel):
    with pytest.raises(ClipError, match=r"no moment 'First a wait': .* did you mean 'First, a w"):
        moments(reel, ["First a wait"])


def test_how_far_to_play():
    assert last(["1,7.5", "3"]) == 7.5
    assert last(["1", "The x"]) == last([]) == float("inf")


def test_shots_come_variant_by_variant(story):
    wanted = variants(story, "1:1,9:16")
    drawn = list(shots(story, wanted, lambda reel: [0, reel.seconds], quality="low"))
    assert [(shot.variant, shot.number, shot.count) for shot in drawn] == [
        (variant, number, 2) for variant in wanted for number in (0, 1)
    ]
    assert [(shot.seconds, shot.play) for shot in drawn[:2]] == [(0, 0), (3, 1)]
    assert [shot.pixels.shape for shot in drawn[::2]] == [(480, 480, 3), (854, 480, 3)]
