import itertools
from datetime import timedelta

import pytest
import srt
from hypothesis import given
from hypothesis import strategies as st

from epochreel.errors import ClipError
from epochreel.publish.captions import Subtitle, subtitles, to_srt, to_vtt, unreadable
from tests.publish.described import captions, described

LONG = (
    "The first sentence of these two is of a good length. "
    "The second, which follows it, is not a bit shorter than that."
)


def shown(*parts):
    return subtitles(described(**captions(*parts)))


def test_a_caption_of_a_line_stays_as_it_is():
    assert shown(("Five arms.", 1.0, 4.0)) == [Subtitle(1.0, 4.0, "Five arms.")]


def test_the_two_lines_of_a_caption_are_much_alike():
    words = "Five arms of a spiral: no straight line tells them apart."
    (subtitle,) = shown((words, 0.0, 5.0))
    assert subtitle.text == "Five arms of a spiral: no\nstraight line tells them apart."


def test_what_is_tied_together_stays_on_a_line():
    words = "aaaaaaaaaaaaaaaaaaaaaaaaaaaa bb\u00a0ccccccccccccccccccccccccccccc"
    (subtitle,) = shown((words, 0.0, 5.0))
    assert subtitle.text.split("\n") == words.split(" ")


def test_more_than_two_lines_become_several_subtitles_parted_at_sentences():
    first, second = shown((LONG, 2.0, 12.0))
    assert first.text.endswith("good length.")
    assert second.text.startswith("The second,")
    assert (first.start, second.end) == (2.0, 12.0)
    assert first.end == second.start
    # Each gets its share of the time that reading takes.
    lengths = [len(subtitle.text) for subtitle in (first, second)]
    assert (first.end - 2) / (12 - first.end) == pytest.approx(lengths[0] / lengths[1])


def test_a_caption_without_sentences_is_parted_at_its_clauses():
    words = "a clause with many words in it so that it takes a line, another clause as long as that"
    first, second = shown((words, 0.0, 10.0))
    assert first.text.endswith("line,")
    assert second.text.startswith("another")


def test_a_subtitle_stays_for_seven_seconds_at_most():
    assert shown(("Then it unwinds …", 3.0, 18.0)) == [Subtitle(3.0, 10.0, "Then it unwinds …")]


def test_one_that_is_gone_too_soon_stays_on_where_none_follows_at_once():
    words = "x" * 34  # two seconds
    assert shown((words, 1.0, 1.5), ("Next.", 9.0, 11.0))[0].end == 3.0
    assert shown(("A.", 1.0, 1.2), ("Next.", 9.0, 11.0))[0].end == 2.0


def test_one_that_cannot_be_read_is_an_error_with_the_time_it_wants():
    given = described(**captions(("x" * 34, 1.0, 2.5), ("Next.", 2.5, 5.0)))
    with pytest.raises(ClipError, match=r"'x+' of spiral .* in the 1\.5 s .* for 0\.50 s more"):
        subtitles(given)
    (sentence,) = unreadable(given)
    assert "(34 characters) at 1.0 s is on screen for 1.5 s" in sentence
    assert "hold it for 0.50 s more, or say it in 25 characters" in sentence


def test_a_word_of_more_than_a_line_is_an_error():
    with pytest.raises(ClipError, match="has no space to part it into lines of 42"):
        shown(("y" * 43, 0.0, 9.0))


def test_nothing_is_unreadable_that_is_on_screen_for_long_enough():
    assert unreadable(described(**captions(("x" * 34, 0.0, 2.0), ("Next.", 2.0, 3.0)))) == []


words = st.lists(st.text("abcdefgh,.", min_size=1, max_size=12), min_size=1, max_size=40)


@given(st.lists(st.tuples(words, st.floats(0, 8)), max_size=6))
def test_whatever_the_captions_their_subtitles_obey(given):
    parts, start = [], 0.0
    for text, extra in given:
        joined = " ".join(text)
        end = start + 1.1 * len(joined) / 17 + len(joined) / 17 + 2 + extra
        parts.append((joined, start, end))
        start = end
    found = subtitles(described(**captions(*parts), duration=start))
    for subtitle in found:
        lines, time = subtitle.text.split("\n"), subtitle.end - subtitle.start
        assert len(lines) <= 2
        assert max(map(len, lines)) <= 42
        assert 1 - 1e-6 <= time <= 7 + 1e-6
        assert len(subtitle.text) / time <= 17 + 1e-6
    for one, other in itertools.pairwise(found):
        assert one.end <= other.start + 1e-6
    said = " ".join(subtitle.text.replace("\n", " ") for subtitle in found)
    assert said == " ".join(text for text, _, _ in parts)


SUBTITLES = [Subtitle(0.0, 1.5, "One & only"), Subtitle(3661.25, 3663.0, "a < b\nb > c")]


def test_subrip():
    first, second = srt.parse(to_srt(SUBTITLES))
    assert (first.index, first.content) == (1, "One & only")
    assert (second.start, second.end) == (timedelta(seconds=3661.25), timedelta(seconds=3663))
    assert second.content == "a < b\nb > c"


def test_webvtt():
    assert to_vtt(SUBTITLES) == (
        "WEBVTT\n\n"
        "1\n00:00:00.000 --> 00:00:01.500\nOne &amp; only\n\n"
        "2\n01:01:01.250 --> 01:01:03.000\na &lt; b\nb &gt; c\n"
    )


def test_braces_and_tags_are_words():
    words = "{x} a<b>c \\ {\\i1}"
    (shown,) = srt.parse(to_srt([Subtitle(0, 1, words)]))
    assert shown.content == words
    assert "{x} a&lt;b&gt;c" in to_vtt([Subtitle(0, 1, words)])
