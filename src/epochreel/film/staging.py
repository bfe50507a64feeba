"""Where a clip puts things: the slots of its composition, and what fills them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from manim import DOWN, LEFT, RIGHT, UP, Group, Mobject, ValueTracker, config
from numpy.typing import ArrayLike

from epochreel.errors import ClipError, choices
from epochreel.film.camera import FrameScene
from epochreel.layers.data import Quantity
from epochreel.look.style import Style
from epochreel.marks.box import Box
from epochreel.notation import maths
from epochreel.notation.maths import Typeset
from epochreel.panels.compositions import ASPECTS, Composition, hero
from epochreel.panels.graph import Graph
from epochreel.panels.layout import GAP, Part, boxes, column, row
from epochreel.panels.legend import ColourBar
from epochreel.panels.limits import Limits, holding
from epochreel.panels.matrix import Matrix
from epochreel.panels.panel import Panel
from epochreel.panels.panel3d import Panel3D
from epochreel.panels.readings import Reading, readings
from epochreel.runs import training
from epochreel.runs.run import Run

if TYPE_CHECKING:  # a clip that plays no net does not wait for torch, nor for graphs
    from epochreel.diagrams.graph import Diagram
    from epochreel.diagrams.nodes import Vertex
    from epochreel.diagrams.wiring import Edge
    from epochreel.panels.bar_chart import BarChart
    from epochreel.panels.listing import Listing
    from epochreel.runs.functions import Function
    from epochreel.runs.recorded import Recording

__all__ = ["Staging", "aspect_of"]

SAFE = {"9:16": (0.05, 0.20, 0.95, 0.88)}
"""Left, bottom, right, top of the area for content; 9:16 leaves room for a platform's buttons."""


def aspect_of(width: int, height: int) -> str:
    """The name of a resolution's aspect ratio, to within a pixel or two."""
    for name, ratio in ASPECTS.items():
        if abs(width / height - ratio) < 0.01 * ratio:
            return name
    raise ClipError(
        f"A resolution of {width}×{height} has none of the aspect ratios {', '.join(ASPECTS)}."
    )


class Staging(FrameScene):
    """A scene whose things stand in the slots of its `layout`, in every shape of the frame."""

    layout: ClassVar[Composition] = hero()
    trainer: ClassVar[str] = ""
    run_path: ClassVar[str] = ""

    style: Style
    aspect: str
    epoch: ValueTracker

    # --- places

    @property
    def frame(self) -> Box:
        """The whole frame."""
        width, height = config.frame_width, config.frame_height
        return Box(-width / 2, -height / 2, width / 2, height / 2)

    @property
    def safe(self) -> Box:
        """The part of the frame that may hold more than background."""
        return self.frame.part(*SAFE.get(self.aspect, (0.05, 0.05, 0.95, 0.95)))

    def slots(self, layout: Composition | None = None) -> dict[str, Box]:
        """The boxes of a composition's slots in this shape of the frame, by default the clip's."""
        return (layout or self.layout).slots(self.aspect, self.safe)

    def slot(self, name: str) -> Box:
        """The box of a slot; raises ClipError where the composition has none of this name."""
        slots = self.slots()
        if name not in slots:
            raise ClipError(
                f"The {self.aspect} layout of {type(self).__name__} has no slot {name!r}; "
                f"{choices(name, slots)}"
            )
        return slots[name]

    def parts(self, name: str, *parts: Part | str, gap: float = GAP) -> dict[str, Box]:
        """Parts of a slot, by their names: below each other where it is tall, else side by side."""
        box = self.slot(name)
        return boxes((column if box.height > box.width else row)(*parts, gap=gap), box)

    # --- what was recorded

    @cached_property
    def run(self) -> Run:
        """The run in the folder `run_path`, or the trainer's, recorded now if there is none."""
        if self.run_path:
            return training.reopen(self.run_path)
        if not self.trainer:
            raise ClipError(
                f'{type(self).__name__} names no run; set `trainer = "…"` or `run_path = "…"`.'
            )
        return training.record(self.trainer)

    @cached_property
    def recording(self) -> Recording:
        """The run with its trainer."""
        from epochreel.runs.recorded import Recording

        return Recording(self.run, self.trainer)

    @cached_property
    def config(self) -> Any:
        """The trainer's Config of this run."""
        return self.recording.config

    def nets(self, *names: Any, **options: Any) -> Any:
        """Nets of the run as functions that compose; see `Recording.nets`."""
        return self.recording.nets(*names, **options)

    def recorded(self, name: str) -> Function:
        """A scalar or a tensor of the run as a function of the epoch."""
        return self.recording.recorded(name)

    # --- what fills a slot

    def panel(
        self,
        slot: str | Box,
        *,
        x: Limits | None = None,
        y: Limits | None = None,
        reach: float | None = None,
        fit: ArrayLike | None = None,
        equal: bool = True,
        **options: Any,
    ) -> Panel:
        """Axes in a slot, or in a box, whose methods draw; see `Panel` for other options.

        The data limits are `x` and `y`, or `-reach` to `reach` in both, or what holds the points
        `fit` (…, 2). Unless `equal` is False they are widened to fill the slot at equal units.
        """
        box = self.slot(slot) if isinstance(slot, str) else slot
        if fit is not None:
            x, y = holding(fit)
        if reach is not None:
            x = y = (-reach, reach)
        if x is None or y is None:
            raise ClipError("A panel needs data limits: give it x and y, reach=…, or fit=data.")
        slots = self.slots()
        beside = slots.get(f"{slot} bar") if isinstance(slot, str) else None
        return Panel(
            box, self.style, x=x, y=y, clock=self.epoch, equal=equal,
            **({"bar_box": beside} | options),
        )  # fmt: skip

    def panel3d(self, slot: str | Box, **options: Any) -> Panel3D:
        """Space in a slot, or in a box; see `Panel3D` for the options."""
        box = self.slot(slot) if isinstance(slot, str) else slot
        return Panel3D(box, self.style, clock=self.epoch, **options)

    def graph(self, slot: str | Box, **options: Any) -> Graph:
        """A small graph in a slot, or in a box; its `panel` draws. See `Graph` for the options."""
        box = self.slot(slot) if isinstance(slot, str) else slot
        return Graph(box, self.style, clock=self.epoch, **options)

    def matrix(self, slot: str | Box, values: Quantity, **options: Any) -> Matrix:
        """Numbers as cells in a slot, or in a box; see `Matrix` for the options."""
        box = self.slot(slot) if isinstance(slot, str) else slot
        return Matrix(box, values, self.style, self.epoch, **options)

    def bar_chart(self, slot: str | Box, values: Quantity, **options: Any) -> BarChart:
        """A vector's numbers as bars with names, in a slot, or in a box; see `BarChart`."""
        from epochreel.panels.bar_chart import BarChart

        box = self.slot(slot) if isinstance(slot, str) else slot
        return BarChart(box, self.style, values, clock=self.epoch, **options)

    def readings(self, *wanted: str | Reading, slot: str | Box = "readings") -> Group:
        """The epoch, and recorded scalars as strips, in their slot, or in a box; see `Reading`."""
        return readings(
            wanted,
            self.slot(slot) if isinstance(slot, str) else slot,
            self.run,
            self.epoch,
            self.style,
            epoch_box=self.slots().get("epoch"),
        )

    def colour_bar(self, slot: str | Box, symbol: str, **options: Any) -> ColourBar:
        """The colours of a map in a slot of their own; see `ColourBar`."""
        box = self.slot(slot) if isinstance(slot, str) else slot
        return ColourBar(box, self.style, symbol=symbol, **options)

    def net_diagram(
        self, parts: Mapping[str, tuple[str, str]], inputs: str = "bold(x)", slot: str = "aside"
    ) -> Diagram:
        """The net as a diagram, made from the module; see `diagrams.nets.net_diagram`."""
        from epochreel.diagrams.nets import net_diagram

        box = self.slot(slot)
        return net_diagram(self.recording.modules, parts, inputs, box, self.style)

    def code(
        self,
        slot: str | Box,
        source: str | Callable[..., Any],
        lines: tuple[int, int] | None = None,
    ) -> Listing:
        """Python in a slot, or in a box, or a function's own source; see `Listing`."""
        from epochreel.panels.listing import Listing

        box = self.slot(slot) if isinstance(slot, str) else slot
        return Listing(box, source, self.style, lines=lines)

    def diagram(
        self,
        slot: str | Box,
        nodes: Mapping[str, Vertex],
        edges: Sequence[str | Edge] = (),
        **options: Any,
    ) -> Diagram:
        """A graph of who feeds whom in a slot, or in a box; see `Diagram`."""
        from epochreel.diagrams.graph import Diagram

        box = self.slot(slot) if isinstance(slot, str) else slot
        return Diagram(nodes, edges, box, self.style, **options)

    def formula(self, source: str, size: str = "formula", **options: Any) -> Typeset:
        """Maths in Typst's notation; `size` is a name in the stylesheet's table `type`."""
        size_of = getattr(self.style.type, size)
        return maths.formula(source, self.style, size=size_of, **options)

    def text(self, source: str, size: str = "caption", **options: Any) -> Typeset:
        """Words with maths between dollar signs; `size` is a name in the table `type`."""
        return maths.text(source, self.style, size=getattr(self.style.type, size), **options)

    def formulas(
        self,
        *sources: str | Mobject,
        slot: str | Box = "aside",
        size: str = "formula",
        gap: float = 0.4,
    ) -> Group:
        """Formulas, counters or groups of counters in a slot or box, below or beside each other."""
        box = self.slot(slot) if isinstance(slot, str) else slot
        lines = Group(
            *(self.formula(each, size) if isinstance(each, str) else each for each in sources)
        )
        below = lines.copy().arrange(DOWN, buff=gap, aligned_edge=LEFT)
        beside = lines.copy().arrange(RIGHT, buff=2 * gap)
        flush = self.aspect == "16:9" and box.height > 0.5 * box.width
        # Whichever is larger once it fits.
        shrink = [max(each.width / box.width, each.height / box.height) for each in (below, beside)]
        if flush or shrink[0] <= max(shrink[1], 1):
            lines.arrange(DOWN, buff=gap, **({"aligned_edge": LEFT} if flush else {}))
        else:
            lines.arrange(RIGHT, buff=2 * gap)
            bases = [maths.baseline(each[0] if type(each) is Group else each) for each in lines]
            for line, base in zip(lines, bases, strict=True):
                line.shift((bases[0] - base) * UP)
        return self.fitted(lines, box, align="left" if flush else "center")

    def fitted(self, mobject: Any, slot: str | Box, *, align: str = "center") -> Any:
        """Put a mobject into the middle of a slot, or its "left", no larger than fits."""
        box = self.slot(slot) if isinstance(slot, str) else slot
        scale = min(1.0, box.width / mobject.width, box.height / mobject.height)
        mobject.scale(scale).move_to(box.centre)
        if align != "center":
            edge, side = {"left": (box.left, LEFT), "right": (box.right, RIGHT)}[align]
            mobject.align_to([edge, 0, 0], side)
        return mobject

    def heading(self, slot: str | Box, source: str, size: str = "label", **options: Any) -> Typeset:
        """Words in a slot, or in a box, at its left."""
        words: Typeset = self.fitted(self.text(source, size, **options), slot, align="left")
        if words.height < 2 * words.cap:  # one line: neighbours stand on one baseline
            middle = (self.slot(slot) if isinstance(slot, str) else slot).centre[1]
            words.shift((middle - words.cap / 2 - words.baseline) * UP)
        return words
