"""What every clip says, and whether there is time to read it; a new file in scenes/ is covered."""

import pytest

from epochreel.film import clip_json, rendering
from epochreel.film.clip import CUTS
from epochreel.publish.captions import subtitles, unreadable
from epochreel.publish.words import description
from tests.filming import studio


@pytest.fixture(scope="session")
def told(recorded, tmp_path_factory):
    """A clip's name and cut to what its clip.json says, found by playing it without drawing."""
    found = {}

    def tell(name, cut):
        if (name, cut) not in found:
            scene_class = rendering.clip_class(name)
            run = recorded(scene_class.trainer)
            with studio(tmp_path_factory.mktemp("played"), rate=60):
                scene = rendering.rehearse(scene_class, theme="dark", run=run, cut=cut)
                found[name, cut] = clip_json.describe(scene, name, "high")
        return found[name, cut]

    return tell


clips = pytest.mark.parametrize("name", rendering.clips())


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
