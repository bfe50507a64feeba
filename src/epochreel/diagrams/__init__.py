"""Nets as graphs of shapes: who feeds whom, and what flows along the edges."""

from epochreel.diagrams.graph import Diagram
from epochreel.diagrams.nodes import (
    Vertex,
    cost,
    decoder,
    delay,
    encoder,
    gate,
    module,
    node,
    operation,
    variable,
)
from epochreel.diagrams.wiring import Edge

__all__ = [
    "Diagram",
    "Edge",
    "Vertex",
    "cost",
    "decoder",
    "delay",
    "encoder",
    "gate",
    "module",
    "node",
    "operation",
    "variable",
]
