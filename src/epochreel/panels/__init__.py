"""Where marks stand: boxes, axes, strips, charts, legends."""

from epochreel.marks.box import Box
from epochreel.panels.bar_chart import BarChart
from epochreel.panels.graph import Graph
from epochreel.panels.legend import ColourBar, ScaleArrow
from epochreel.panels.matrix import Matrix
from epochreel.panels.panel import Panel
from epochreel.panels.panel3d import Panel3D
from epochreel.panels.products import add, appear, multiply, outer
from epochreel.panels.strip import Strip
from epochreel.panels.thermometer import Thermometer

__all__ = [
    "BarChart",
    "Box",
    "ColourBar",
    "Graph",
    "Matrix",
    "Panel",
    "Panel3D",
    "ScaleArrow",
    "Strip",
    "Thermometer",
    "add",
    "appear",
    "multiply",
    "outer",
]
