"""What a mobject draws, whatever it is, as plain data."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from manim import Mobject, VMobject
from manim.utils.family import extract_mobject_family_members

from epochreel.layers.layer import Canvas, Layer
from epochreel.look.style import rgba
from epochreel.marks.kinds import Drawn, Shape
from epochreel.notation.maths import STROKE, Typeset

__all__ = ["drawing_order", "drawn_by"]


def drawing_order(mobjects: Iterable[Mobject]) -> list[Mobject]:
    """Mobjects and their parts in the order of drawing, without the glyphs of texts."""
    members = extract_mobject_family_members(mobjects, use_z_index=True)
    glyphs = {part for each in members if isinstance(each, Typeset) for part in each.submobjects}
    return [member for member in members if member not in glyphs]


def drawn_by(mobject: Mobject, canvas: Canvas) -> tuple[Drawn, ...] | None:
    """What a mobject draws itself now, its parts apart; None of a layer that does not say.

    What is invisible is nothing.
    """
    if isinstance(mobject, Typeset):
        return mobject.marks()
    if isinstance(mobject, Layer):
        return mobject.marks(canvas) if mobject.opacity > 0 else ()
    return _shape(mobject) if isinstance(mobject, VMobject) and len(mobject.points) else ()


def _shape(mobject: VMobject) -> tuple[Drawn, ...]:
    fill = rgba(mobject.get_fill_color().to_hex().lower(), float(mobject.get_fill_opacity()))
    width = float(mobject.get_stroke_width())
    stroke = rgba(mobject.get_stroke_color().to_hex().lower(), mobject.get_stroke_opacity())
    stroke[3] *= bool(width > 0)
    if not (fill[3] or stroke[3]):
        return ()
    curves = np.asarray(mobject.points[:, :2], np.float64).reshape(-1, 4, 2)
    return (Shape(curves, fill, stroke, width * STROKE),)
