"""A deck with what it shows: each slide's card or film, and its thoughts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from epochreel.deck.deck import Deck, Slide
from epochreel.errors import DeckError, choices
from epochreel.film import rendering
from epochreel.gallery.exhibit import Film, exhibits
from epochreel.notation.card import Card
from epochreel.notation.plain import plain
from epochreel.publish.chapters import chapters
from epochreel.publish.thoughts import Thought, opening, thoughts

__all__ = ["Lecture", "Shown", "lecture"]


@dataclass(frozen=True)
class Shown:
    """A slide: its name as a chapter, notes, and either a card, which is one thought, or a film."""

    name: str
    notes: str
    shows: Card | Film
    thoughts: tuple[Thought, ...]

    @property
    def stretches(self) -> list[range]:
        """The frames of a film that are shown when nobody stops it."""
        found: list[range] = []
        for thought in self.thoughts:
            if found and thought.first == found[-1].stop:
                found[-1] = range(found[-1].start, thought.last + 1)
            else:
                found.append(range(thought.first, thought.last + 1))
        return found

    def said(self, thought: Thought) -> str:
        """What is told at a thought, in plain words: the caption, or what a card says."""
        return self.shows.plain if isinstance(self.shows, Card) else thought.text


@dataclass(frozen=True)
class Lecture:
    """A deck's slides, the opening card first; `size` is that of its largest film, in pixels."""

    deck: Deck
    title: str
    slides: tuple[Shown, ...]

    @property
    def films(self) -> list[Film]:
        """Its films, each once."""
        films = (slide.shows for slide in self.slides if isinstance(slide.shows, Film))
        return list({film.plays: film for film in films}.values())

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of its pictures, which are those of its largest film."""
        if not self.films:
            return rendering.size(self.deck.aspect, "high")
        largest = max(self.films, key=lambda film: film.size)
        return largest.size

    @property
    def frame_rate(self) -> float:
        """Frames a second, those of its fastest film."""
        rates = [float(film.described["frame_rate"]) for film in self.films]
        return max(rates, default=30.0)


def lecture(deck: Deck, path: Path, renders: Path) -> Lecture:
    """Find what a deck shows among the rendered clips; `path` is what the errors speak of.

    Raises DeckError for a clip or a beat that there is not, and for a clip that is not rendered.
    """
    found = []
    for number, slide in enumerate(deck.slides):
        where = f"Slide {number} of {path}"
        if slide.clip is None:
            assert slide.title is not None
            card = Card(slide.title, slide.text or "")
            found.append(Shown(plain(slide.title), slide.notes, card, (Thought(0, 0, 0),)))
        else:
            film = _film(slide.clip, deck, where, renders)
            name = plain(slide.title) if slide.title else film.described["title"]
            notes = slide.notes or film.described["story"]
            found.append(Shown(name, notes, film, _chosen(slide, film, where)))
    return Lecture(deck, plain(deck.title), tuple(found))


def _film(clip: str, deck: Deck, where: str, renders: Path) -> Film:
    """The rendering of a clip in the deck's shape and theme."""
    known = {*rendering.clips(), *(file.parents[1].name for file in renders.glob("*/*/clip.json"))}
    if clip not in known:
        raise DeckError(
            f"{where} shows {clip!r}, and there is no such clip; {choices(clip, sorted(known))}"
        )
    shown, faults = exhibits(renders, clip)
    for film in (film for exhibit in shown for film in exhibit.films):
        said = film.described
        if (said["aspect"], said["theme"], said["cut"]) == (deck.aspect, deck.theme, "full"):
            return film
    if faults:
        raise DeckError(f"{where} shows {clip}: {faults[0]}")
    shape = f"--aspect {deck.aspect} " * (deck.aspect != "16:9")
    theme = f"--theme {deck.theme} " * (deck.theme != "dark")
    command = f"epochreel render {clip} {shape}{theme}".rstrip()
    raise DeckError(
        f"{where} shows {clip}, which is not rendered in {deck.aspect}, {deck.theme}; "
        f"`{command}` does that."
    )


def _chosen(slide: Slide, film: Film, where: str) -> tuple[Thought, ...]:
    """The thoughts of the beats that a slide names, or all.

    One that does not go on from the one before it begins where its own beat is on screen.
    """
    every = thoughts(film.described)
    if slide.beats is None:
        return tuple(every)
    names = [name for _, _, name in chapters(film.described)]
    for beat in slide.beats:
        if beat not in names:
            raise DeckError(
                f"{where} shows the beat {beat!r}, and {slide.clip} has none of that name; "
                f"{choices(beat, names)}"
            )
    chosen: list[Thought] = []
    for each in (each for each in every if names[each.beat] in slide.beats):
        goes_on = chosen and each.first == chosen[-1].last + 1
        chosen.append(each if goes_on else replace(each, first=opening(film.described, each)))
    if not any(thought.last for thought in chosen):
        raise DeckError(
            f"{where} shows {', '.join(slide.beats)} alone, in which {slide.clip} says nothing; "
            "name the beat after it too."
        )
    return tuple(chosen)
