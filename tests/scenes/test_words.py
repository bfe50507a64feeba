"""What every clip says, and whether there is time to read it; a new file in scenes/ is covered."""

import pytest

from epochreel.film import rendering
from epochreel.film.clip import CUTS
from epochreel.publish.captions import subtitles, unreadable
from epochreel.publish.words import description


@pytest.fixture
def told(watched):
    """A clip's name and cut to what its clip.json says."""
    return lambda name, cut: watched(name, cut=cut).described


clips = pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in rendering.clips()]
)


@clips
@pytest.mark.parametrize("cut", CUTS)
def test_there_is_time_to_read_every_caption(told, name, cut):
    given = told(name, cut)
    sentences = unreadable(given)
    assert not sentences, f"scenes/{name}.py, {cut} cut:\n" + "\n".join(sentences)
    assert given["captions"]
    assert subtitles(given)


@clips
def test_the_story_has_a_title_parts_and_results(told, name):
    full, short = (told(name, cut) for cut in CUTS)
    assert rendering.clip_class(name).title
    assert full["story"]
    assert full["results"]
    names = [beat["name"] for beat in full["beats"]]
    assert len(names) >= 3
    assert full["beats"][0]["start"] == 0
    essential = [beat["name"] for beat in full["beats"] if not beat["optional"]]
    assert [beat["name"] for beat in short["beats"]] == essential
    assert short["duration"] < full["duration"]
    assert full["title"] in description(full)
