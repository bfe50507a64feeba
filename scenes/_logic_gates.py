"""Diagrams of neurons and gates that become each other, and what is told below and beside them."""

from dataclasses import replace

from _logic_neurons import summed
from manim import Group, ReplacementTransform, VGroup

from epochreel import Composition, Counter
from epochreel.diagrams.nodes import gate, module, variable
from epochreel.panels.layout import boxes, column, row, slot

INPUTS = {"x": variable("x_1", observed=True), "z": variable("x_2", observed=True)}
NEURON, OUTPUT = module("sigma"), {"y": variable("tilde(y)")}


def named(kind):
    """A gate with its name; it is a neuron, and so a module."""
    return replace(gate(kind), hue="lavender", opacity=NEURON.opacity, note=kind.upper())


TWO_LAYERS = INPUTS | {kind: named(kind) for kind in ("or", "nand", "and")} | OUTPUT
ADDER = INPUTS | {kind: named(kind) for kind in ("and", "xor")}
ADDER |= {bit: variable(bit) for bit in "cs"}

CAPTION, LAW = slot("caption", length=0.85), slot("law", length=0.6)
WIDE = row(column("net", slot("law", length=1.1)), slot("values", length=6.9))
LAYOUT = Composition(
    {
        "16:9": column(WIDE, CAPTION, gap=0.3),
        "1:1": column(row(slot("net", length=2.5), "values", gap=0.3), LAW, CAPTION, gap=0.2),
        "4:5": column(slot("net", length=2.1), "values", LAW, CAPTION, gap=0.3),
        "9:16": column(CAPTION, slot("net", length=2.7), "values", LAW, gap=0.3),
    }
)


def side_by_side(net, values):
    """The boxes of a diagram and of a table, of these two boxes; each as wide where net is tall."""
    if net.height < net.width:
        return net, values
    halves = boxes(row("net", "values", gap=0.2), net.around(values))
    return halves["net"], halves["values"]


class Told:
    """A clip's `net`, a diagram, and its `law`, what is written below that."""

    def say(self, source, *animations, **options):
        """Say something; the diagram stands for the parts of which it has come to be."""
        super().say(source, *animations, **options)
        self.add(self.net)

    def one(self, vertex, inputs=INPUTS):
        """The diagram of a single neuron."""
        return self.diagram(
            "net", inputs | {"n": vertex} | OUTPUT, [f"{', '.join(inputs)} -> n -> y"]
        )

    def become(self, net):
        """Animations of a neuron that becomes another: its shape goes over into the other's."""
        last, self.net = self.net, net
        old, new = last.nodes | last.edges, net.nodes | net.edges
        both = [key for key in old if key in new and key != "n"]
        moves = [ReplacementTransform(old[key], new[key]) for key in both]
        moves += [ReplacementTransform(old["n"].shape, new["n"].shape)]
        gone = VGroup(old["n"][1:], *(old[key] for key in old if key not in new))
        come = VGroup(new["n"][1:], *(new[key] for key in new if key not in old))
        return [*moves, *self.swap(gone, come)]

    def rebuild(self, nodes, *lines, slot="net"):
        """Animations into a diagram of several gates."""
        last, self.net = self.net, self.diagram(slot, nodes, lines)
        return last.into(self.net)

    def send(self, bits, *animations):
        """Let bits travel along edges of the diagram."""
        flows = [self.net.flow(*ends, value=str(bit)) for ends, bit in bits.items()]
        self.play(*flows, *animations, run_time=0.6)

    def written(self, kind):
        """The lines that tell what a neuron computes, and how steep it is."""
        size = self.style.type.formula
        k = Counter(self.k, self.style, digits=2, decimals=1, prefix="$k =$~", size=size)
        return f"tilde(y) = sigma(k thin ({summed(kind)}))", k

    def rewrite(self, *lines):
        """Animations that write something else below the diagram."""
        old, self.law = self.law, self.formulas(*lines, slot="law", gap=0.3)
        return self.swap(old, self.law)

    def name_axes(self, letter):
        """The names of both axes, beside the plane."""
        names = (self.formula(f"{letter}_{k}") for k in (1, 2))
        places = (self.places[side].centre for side in ("across", "up"))
        return Group(*(name.move_to(at) for name, at in zip(names, places, strict=True)))
