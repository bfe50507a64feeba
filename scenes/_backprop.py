"""Where the matrices of backprop stand, and how they come and go."""

from manim import Group

from epochreel.panels.layout import boxes, centred, column, slot
from epochreel.panels.products import CellByCell

HIGH, WIDE, GAP, NAME = 0.65, 0.95, 0.2, 0.8  # of a cell, between matrices, of a name, at most
SIGNED = {"low": -2.0, "high": 2.0, "decimals": 2}  # one scale in all of the clip
STEP, FAST = 2.4, 1.2  # seconds of a product that is to be followed, and of what is plain


class Workbench:
    """What a clip has on whose stage, the slot "values", matrices follow each other."""

    stage = None

    def places(self, *rows):
        """Slots in rows, each (height, {name: width}) in cells, in the middle of "values"."""
        box = self.slot("values")
        gaps = GAP * max(len(columns) - 1 for _, columns in rows)
        most = max(sum(columns.values()) for _, columns in rows)
        wide = min(WIDE, (box.width - gaps) / most)
        room = box.height - NAME * len(rows) - GAP * (len(rows) + 1)
        high = min(HIGH, room / sum(height for height, _ in rows))
        lines = (
            centred(
                *(slot(name, length=count * wide) for name, count in columns.items()),
                gap=GAP,
                length=height * high + NAME,
            )
            for height, columns in rows
        )
        return boxes(column("rest", *lines, "rest", gap=GAP), box)

    def cells(self, place, name, values, **options):
        """A matrix of numbers."""
        return self.matrix(place, values, name=name, cell=HIGH, fill=True, **(SIGNED | options))

    def slopes(self, place, symbol, values):
        """Slopes of the cost: a matrix in a green frame, which may have to be filled."""
        matrix = self.cells(place, f"nabla_({symbol}) C", values)
        return matrix.add(matrix.outline(hue="green"))

    def put(self, caption, new, *animations):
        """Say something, or not, while other matrices take the place of those on the stage."""
        old, self.stage = self.stage, Group(*new)
        changes = *self.swap(old, self.stage), *animations
        if caption:
            self.say(caption, *changes, run_time=1.4)
        else:
            self.play(*changes, run_time=1.4)

    def keep(self, animation, result, run_time=STEP):
        """Play what lets a result appear, which then belongs to the stage."""
        self.play(animation, run_time=run_time)
        self.remove(result)
        self.stage.add(result)

    def compute(self, result, *operands, run_time=STEP):
        """Let the cells of a result appear, those of the operands lit that take part."""
        self.keep(CellByCell(result, operands), result, run_time)
