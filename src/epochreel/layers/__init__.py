"""Manim mobjects over `epochreel.raster`: what a lecture draws from a run."""

from epochreel.layers.areas import Areas
from epochreel.layers.arrows import Arrows
from epochreel.layers.bars import Bars
from epochreel.layers.counter import Counter
from epochreel.layers.curves3d import Curves3D, LevelLines3D
from epochreel.layers.data import DataLayer, Plane, Quantity, View, Zoom
from epochreel.layers.fields import Field, LevelLines
from epochreel.layers.images import Image
from epochreel.layers.labels import Labels, Numbers
from epochreel.layers.lattice import Energy, flow, lattice
from epochreel.layers.layer import Canvas, Layer
from epochreel.layers.lines import Cross, Lines, ScaleBar, grid
from epochreel.layers.points import Points
from epochreel.layers.regions import Regions
from epochreel.layers.solids import Points3D, Surface
from epochreel.layers.stems import Stems
from epochreel.layers.tiles import Tiles
from epochreel.layers.vectors import VectorField
from epochreel.layers.waveform import Waveform

__all__ = [
    "Areas",
    "Arrows",
    "Bars",
    "Canvas",
    "Counter",
    "Cross",
    "Curves3D",
    "DataLayer",
    "Energy",
    "Field",
    "Image",
    "Labels",
    "Layer",
    "LevelLines",
    "LevelLines3D",
    "Lines",
    "Numbers",
    "Plane",
    "Points",
    "Points3D",
    "Quantity",
    "Regions",
    "ScaleBar",
    "Stems",
    "Surface",
    "Tiles",
    "VectorField",
    "View",
    "Waveform",
    "Zoom",
    "flow",
    "grid",
    "lattice",
]
