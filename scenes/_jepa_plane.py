"""Where things stand in the clip of a JEPA, and what it draws of pictures and embeddings."""

import numpy as np
from _jepa import AROUND, ONES, TRIED
from _jepa_pendulum import seen, stepped
from manim import Group

from epochreel.look.hues import by_place
from epochreel.panels.layout import column, row, slot

SQUARE = 2**0.5
TURN = np.pi / 4


def trees():
    """The plane of embeddings; two pictures, a push between them, and the energies of futures."""
    pictures = row("x", slot("push", share=0.45), "y", gap=0.1)
    upright = column("x", slot("push", length=0.7), "y", gap=0.1)
    hero, count = row("hero", name="picture"), slot("count", length=0.45)
    beside = row(pictures, column(count, "graph", gap=0.1), name="aside", length=2.3)
    aside = (
        row(pictures, length=2.1),
        count,
        slot("graph"),
        slot("caption", length=1.3),
    )
    return {
        "16:9": row(column(*aside, name="aside", length=5.2, gap=0.3), hero, gap=0.45),
        "1:1": column(
            row(slot("hero", ratio=1), upright, gap=0.25, name="picture"),
            row(slot("count", share=0.5), "graph", name="aside", length=1.35),
            slot("caption", length=0.8),
            gap=0.25,
        ),
        "4:5": column(hero, beside, slot("caption", length=0.85), gap=0.25),
        "9:16": column(
            slot("caption", length=0.95),
            column("hero", row(pictures, length=2.0), name="picture", gap=0.25),
            row(slot("count", share=0.5), "graph", name="aside", length=1.6),
            gap=0.25,
        ),
    }


def between_pictures(clip):
    """A push, as an arrow from one picture to the next."""
    across = clip.slot("x").bottom < clip.slot("y").top
    way = np.array([1, 0]) if across else np.array([0, -1])
    plane = clip.panel("push", reach=1, cross=False)
    aside = np.array([-0.3 * way[1], 0.25 * way[0]])
    arrow = plane.arrows([-0.8 * way], [0.8 * way], "u", width="arrow")
    name = plane.words([aside], ["bold(u)"], towards=np.sign(aside), size="label")
    return Group(plane, arrow, name)


def hues(style, angles):
    """A colour for each angle."""
    turned = np.stack([np.cos(angles + TURN), np.sin(angles + TURN)], axis=1)
    return by_place(style, turned, 1 / SQUARE)


def ring(clip, plane, which):
    """The embeddings of pictures all around, about their middle."""
    h = which(seen(AROUND))
    drawn = h - h.mean(axis=0)
    return plane.scatter(drawn, hues(clip.style, AROUND), size="point_large", rank="ghosts")


def tries(plane, world, which):
    """Where pushes are guessed to lead, as arrows, where they do, and how far off that is."""
    middle = which(seen(AROUND)).mean(axis=0)
    tails, tips = which(seen(ONES)) - middle, world.guess(which, ONES, TRIED) - middle
    there = which(seen(stepped(ONES, TRIED))) - middle
    drawn = Group(plane.segments(tips, there, "E", width="arrow"), plane.probe(there, "y"))
    if which is world.alone:
        return drawn.add(plane.probe(tips, "f"))
    return drawn.add(plane.arrows(tails, tips, "f", width="arrow"))
