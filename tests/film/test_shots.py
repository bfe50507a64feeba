import pytest

from epochreel.crew.local import Processes
from epochreel.errors import ClipError
from epochreel.film.moments import Moments
from epochreel.film.shots import Variant, shots, variants
from epochreel.panels.compositions import ASPECTS
from tests.scenes.test_scenes import TINY


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


def test_shots_come_variant_by_variant(story):
    wanted = variants(story, "1:1,9:16")
    drawn = list(shots(story, wanted, Moments(("0,3",)), quality="low"))
    assert [(shot.variant, shot.number, shot.count) for shot in drawn] == [
        (variant, number, 2) for variant in wanted for number in (0, 1)
    ]
    assert [(shot.seconds, shot.play) for shot in drawn[:2]] == [(0, 0), (3, 1)]
    assert [shot.pixels.shape for shot in drawn[::2]] == [(480, 480, 3), (854, 480, 3)]


def test_a_crew_draws_the_same(story):
    wanted, moments = variants(story, "1:1,9:16"), Moments(count=3)
    alone = list(shots(story, wanted, moments, quality="low"))
    with Processes(2) as crew:
        shared = list(shots(story, wanted, moments, quality="low", crew=crew))
    assert len(alone) == 6
    by_crew = {(shot.variant, shot.number): shot for shot in shared}
    for shot in alone:
        other = by_crew[shot.variant, shot.number]
        assert (shot.seconds, shot.play, shot.slots) == (other.seconds, other.play, other.slots)
        assert (shot.pixels == other.pixels).all()


def test_an_error_of_the_clip_is_raised_as_it_is(story):
    story.write_text(story.read_text("utf-8").replace("self.wait(2)", "1 / 0"), "utf-8")
    with pytest.raises(ZeroDivisionError):
        list(shots(story, variants(story, "1:1"), Moments(count=2), quality="low"))
