"""Texts of clips that are made to break the rules, at moments that are known."""

import pytest
from click.testing import CliRunner
from manim import LEFT, RIGHT, UP, FadeIn, Group, linear

from epochreel import Clip, Counter, files
from epochreel.checks.words import beyond, moments, overlaps, rehearsed, words_on
from epochreel.cli import epochreel
from epochreel.errors import ClipError
from epochreel.film import rendering
from epochreel.marks.box import Box


def test_boxes_that_lie_on_each_other_or_stand_out():
    boxes = [Box(0, 0, 2, 1), Box(1.9, 0.5, 3, 2), Box(3.01, 0, 4, 1), Box(3.99, 0, 5, 1)]
    assert overlaps(boxes) == [(0, 1)]  # those that touch by a hundredth are apart
    assert beyond(boxes[2], Box(0, 0, 3.9, 2)) == pytest.approx(0.1)
    assert beyond(boxes[2], Box(0, 0, 3.99, 2)) == 0


@pytest.mark.parametrize(("frames", "wanted"), [(1, [0]), (2, [0, 1]), (60, [15, 30, 45, 59])])
def test_a_play_is_looked_at_at_its_quarters_and_its_end(frames, wanted):
    assert moments(frames) == wanted


def forth_and_back(share):
    return linear(1 - abs(2 * share - 1))


class Careless(Clip):
    """Each fault is there for a moment: what the end of each play shows is right."""

    def construct(self):
        here, there = self.text("Here").shift(4 * LEFT), self.text("There")
        self.add(here, there)
        self.wait(1)
        self.play(there.animate(rate_func=forth_and_back).shift(4 * LEFT), run_time=2)  # at 2 s
        self.play(here.animate(rate_func=forth_and_back).shift(9 * LEFT), run_time=2)  # from 3.5 s
        self.caption("Twenty-five letters here.", run_time=0.4)
        self.caption("", run_time=0.4)
        self.play(FadeIn(self.text("Small").scale(0.4).shift(UP)), run_time=1)


class Careful(Clip):
    def construct(self):
        here = self.text("Here").shift(2 * LEFT)
        hidden, number = self.text("Here too").move_to(here), Counter(self.epoch, self.style)
        self.add(here, hidden.set_opacity(0.04), number.shift(2 * RIGHT))
        self.wait(2)


@pytest.fixture
def clip(monkeypatch, tmp_path):
    monkeypatch.setattr(files, "ROOT", tmp_path)
    return lambda kind: monkeypatch.setattr(rendering, "clip_class", lambda _: kind)


def test_faults_in_the_middle_of_plays_are_found_and_told_once(clip):
    clip(Careless)
    found = rehearsed("careless")
    told = [(finding.rule, finding.seconds) for finding in found]
    rules = [rule for rule, _ in told]
    assert sorted(rules) == ["overlap", "reading time", "safe area", "small text"]
    seconds = dict(told)
    # The half of a play of 30 frames; then its quarter, where 9 units are half behind it.
    assert seconds["overlap"] == 2
    assert seconds["safe area"] == pytest.approx(3 + 7 / 15)
    assert 5 < seconds["reading time"] < 5.4
    assert seconds["small text"] == pytest.approx(5.8 + 14 / 15)
    assert "“There” lies on “Here”" in found[rules.index("overlap")].sentence
    assert "“Here” stands" in found[rules.index("safe area")].sentence


@pytest.mark.parametrize("aspect", ["16:9", "1:1"])
def test_what_can_be_read_is_fit(clip, aspect):
    clip(Careful)
    assert [f.rule for f in rehearsed("careful", aspect=aspect)] == []


def test_only_what_is_to_be_seen_counts(clip):
    clip(Careful)
    with rendering.configured("careful"):
        scene = rendering.rehearse(Careful, theme="dark")
        seen = words_on([Group(*scene.mobjects)])
    assert [words.source for words in seen] == ["Here", "0"]


def test_the_command_takes_a_clip_that_is_not_rendered(clip):
    clip(Careless)
    told = CliRunner().invoke(epochreel, ["check", "careless", "--aspect", "4:5,16:9"])
    assert told.exit_code == 1
    lines = told.stdout.splitlines()
    assert "careless 16:9 dark (not rendered) at 2.0 s, overlap: “There” lies on “Here”" in (
        told.stdout
    )
    assert {line.split(" ")[1] for line in lines} == {"4:5", "16:9"}
    clip(Careful)
    told = CliRunner().invoke(epochreel, ["check", "careful", "--theme", "all", "--aspect", "1:1"])
    assert told.exit_code == 0
    assert told.stdout.splitlines() == [
        "careful 1:1 dark (not rendered) is fit.",
        "careful 1:1 print (not rendered) is fit.",
    ]


def test_an_unknown_aspect_is_one_sentence(clip):
    clip(Careful)
    with pytest.raises(ClipError, match=r"There is no aspect '3:2'; choose from"):
        rehearsed("careful", aspect="3:2")
    told = CliRunner().invoke(epochreel, ["check", "careful", "--aspect", "3:2"])
    assert told.exit_code == 1
    assert told.stderr.startswith("There is no aspect '3:2'; ")
