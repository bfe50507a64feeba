"""To dim what is not looked at, and light it again: shapes, texts and layers alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from manim import Animation, Mobject, VMobject
from numpy.typing import NDArray

from epochreel.layers.layer import Layer

__all__ = ["Brightness", "dim", "light"]

PAINTS = ("fill_rgbas", "stroke_rgbas", "background_stroke_rgbas")
"""Where Manim keeps the opacities of a shape."""


class Brightness:
    """How opaque the members of a mobject are at one moment, to show them at a share of that."""

    def __init__(self, member: Mobject) -> None:
        self.layer = float(member.opacity) if isinstance(member, Layer) else None
        self.paints: dict[str, NDArray[Any]] = {
            name: getattr(member, name)[:, 3].copy() for name in PAINTS if hasattr(member, name)
        }

    def show(self, member: Mobject, share: float) -> None:
        """Show the member at a share of it, 0 to 1; 1 is exactly as it was."""
        if self.layer is not None:
            member.opacity = share * self.layer
        for name, alphas in self.paints.items():
            colours = getattr(member, name).copy()
            colours[:, 3] = share * np.resize(alphas, len(colours))
            setattr(member, name, colours)


class _Dimming(Animation):
    """Show the members of a mobject at a share of how they are when it is not dimmed.

    What a member is then is kept on it, as `undimmed` beside its share, for as long as it is dim.
    """

    def __init__(self, mobject: Mobject, to: float, but: Iterable[Mobject], **options: Any) -> None:
        kept = {member for each in but for member in each.get_family()}
        self.members = [
            member
            for member in dict.fromkeys(mobject.get_family())
            if member not in kept and isinstance(member, VMobject | Layer)
        ]
        self.to = to
        self.starts: list[float] = []
        # Layers go on following their clocks meanwhile.
        super().__init__(mobject, suspend_mobject_updating=False, **options)

    def create_starting_mobject(self) -> Mobject:
        """No copy is needed."""
        return self.mobject

    def begin(self) -> None:
        """Start from what the members are when the animation is played."""
        for member in self.members:
            if not hasattr(member, "undimmed"):
                member.undimmed = 1.0, Brightness(member)
        self.starts = [member.undimmed[0] for member in self.members]
        super().begin()

    def interpolate_mobject(self, alpha: float) -> None:
        """Show the members as they are at a share of the animation, 0 to 1."""
        done = self.rate_func(alpha)
        for member, start in zip(self.members, self.starts, strict=True):
            share = (1 - done) * start + done * self.to
            member.undimmed[1].show(member, share)
            member.undimmed = share, member.undimmed[1]

    def finish(self) -> None:
        """Forget what is as bright as it was."""
        super().finish()
        for member in self.members:
            if member.undimmed[0] == 1:
                del member.undimmed


def dim(
    mobject: Mobject, to: float = 0.25, *, but: Iterable[Mobject] = (), **options: Any
) -> Animation:
    """Lower everything in a mobject, except for some of it, to a share of its opacity, 0 to 1."""
    return _Dimming(mobject, to, but, **options)


def light(mobject: Mobject, **options: Any) -> Animation:
    """Bring everything in a mobject that is dim back to exactly what it was."""
    return _Dimming(mobject, 1.0, (), **options)
