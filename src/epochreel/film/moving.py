"""What of a scene can change while animations play; all else is drawn once."""

from __future__ import annotations

from collections.abc import Iterable

from manim import Animation, Mobject

from epochreel.layers.layer import Layer

__all__ = ["moved_by"]


def moved_by(animations: Iterable[Animation], mobjects: Iterable[Mobject]) -> set[Mobject]:
    """All members of these mobjects' families that can change while the animations play."""
    animated = {
        member
        for animation in animations
        for part in _parts(animation)
        for member in part.mobject.get_family()
    }
    moved = set(animated)
    layers = []
    for mobject in mobjects:
        for member in mobject.get_family():
            if isinstance(member, Layer):
                layers.append(member)
                if member.is_moved_by(animated):
                    moved.add(member)
            elif member.updaters:
                moved.update(member.get_family())
    # A picture of some of a space's layers could not be hidden by the others.
    spaces = {layer.space for layer in moved if isinstance(layer, Layer)} - {None}
    return moved.union(layer for layer in layers if layer.space in spaces)


def _parts(animation: Animation) -> Iterable[Animation]:
    """What an animation is made of: a group of animations moves nothing by itself."""
    parts = getattr(animation, "animations", ())
    if not parts:
        yield animation
    for part in parts:
        yield from _parts(part)
