"""A net as a short list of steps on rows of numbers, which a page can work through."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch._ops import OpOverload
from torch.func import functional_call, functionalize
from torch.fx import GraphModule, Node
from torch.fx.experimental.proxy_tensor import make_fx
from torch.fx.node import map_arg

__all__ = ["Program", "program"]

ROWS = 1009
"""Of what is traced: so many, and prime, that no width is taken for them."""

UNARY = {
    **dict.fromkeys(("relu", "tanh", "sigmoid", "silu", "exp", "log", "sqrt", "abs", "neg"), ()),
    **dict.fromkeys(("reciprocal", "sin", "cos"), ()),
    "softplus": ("beta", "threshold"),
    "leaky_relu": ("negative_slope",),
    "elu": ("alpha", "scale", "input_scale"),
    "gelu": ("approximate",),
    "clamp": ("min", "max"),
    "hardtanh": ("min_val", "max_val"),
}
"""What is done to each number, and the options that it has."""
BINARY = ("add", "sub", "rsub", "mul", "div", "pow", "atan2", "maximum", "minimum")
ROW = {"_softmax": 0, "_log_softmax": 0, "sum": 1, "mean": 1, "amax": 1, "amin": 1, "logsumexp": 1}
"""What is done to each row: 1 where a number comes of it, else 0."""
SAME = ("view", "_unsafe_view", "unsqueeze", "squeeze", "clone", "detach", "alias", "expand")
PARTS = ("unbind", "split", "split_with_sizes", "slice", "select")

Step = tuple[str, list[Any], list[Any]]
"""Its name, its operands and its options; an operand is the number of a value, ["tensor", number]
or ["number", number]."""


class _Unknown(Exception):  # noqa: N818
    """A page has no step for this."""


@dataclass(frozen=True)
class Program:
    """Steps, each of which makes a value; value 0 is the input, value n that of the nth step.

    `widths` are how many numbers a row of each value has. `names` are the parameters of the modules
    in the order in which `tensors` takes them.
    """

    steps: list[Step]
    widths: list[int]
    names: list[list[str]]
    _graph: GraphModule
    _needed: list[Node]

    @property
    def count(self) -> int:
        """How many tensors the steps take."""
        return len(self._needed)

    @property
    def plane(self) -> int | None:
        """The last value of two numbers a row through which all goes; None where there is none."""
        for place in reversed(range(1, len(self.widths))):
            after = [operands for _, operands, _ in self.steps[place:]]
            before = [v for operands in after for v in operands if isinstance(v, int) and v < place]
            if self.widths[place] == 2 and not before:
                return place
        return None

    def tensors(self, parameters: Sequence[torch.Tensor]) -> list[NDArray[np.float64]]:
        """Return the tensors that the steps take, flat, from all the parameters."""
        values: dict[Node, Any] = {}  # of all that depends on no row
        given = iter(parameters)
        for node in self._graph.graph.nodes:
            if node.op == "placeholder":
                if (parameter := next(given, None)) is not None:
                    values[node] = parameter
            elif node.op == "get_attr":
                values[node] = getattr(self._graph, node.target)
            elif node.op == "call_function" and values.keys() >= {*node.all_input_nodes}:
                take = values.__getitem__
                values[node] = node.target(*map_arg(node.args, take), **map_arg(node.kwargs, take))
        return [values[node].detach().double().numpy().ravel() for node in self._needed]


def program(modules: Sequence[torch.nn.Module], inputs: int) -> Program | None:
    """Return what modules, one after the other, do with rows of so many numbers.

    None where they do not take them, answer with anything but rows, or do what a page has no step
    for; whatever a forward raises means that it does not take them.
    """
    states = [dict(each.state_dict(keep_vars=True)) for each in modules]
    names = [[k for k, v in state.items() if isinstance(v, torch.Tensor)] for state in states]
    flat = [states[i][name].detach() for i, own in enumerate(names) for name in own]
    floats = [value.dtype for value in flat if value.is_floating_point()]

    def forward(parameters: list[torch.Tensor], x: torch.Tensor) -> Any:
        rest = iter(parameters)
        for module, own in zip(modules, names, strict=True):
            x = functional_call(module, {name: next(rest) for name in own}, (x,))
        return x

    rows = torch.zeros(ROWS, inputs, dtype=floats[0] if floats else torch.float32)
    modes = [module.training for module in modules]
    try:
        with torch.no_grad():
            for module in modules:
                module.eval()
            forward(flat, rows)  # or torch would log at length why this cannot be traced
            plain = functionalize(forward, remove="mutations")
            graph = make_fx(plain, tracing_mode="fake")(flat, rows)
        graph.graph.eliminate_dead_code()
        return _Translation(graph).program(names)
    except Exception:
        return None
    finally:
        for module, mode in zip(modules, modes, strict=True):
            module.train(mode)


class _Translation:
    def __init__(self, graph: GraphModule) -> None:
        self.graph = graph
        self.steps: list[Step] = []
        self.widths: list[int] = []
        self.needed: list[Node] = []
        self.values: dict[Node, Any] = {}  # the number of the value of each node that has rows

    def program(self, names: list[list[str]]) -> Program:
        nodes = list(self.graph.graph.nodes)
        rows = [node for node in nodes if node.op == "placeholder"][-1]
        self.widths.append(_width(rows))
        self.values[rows] = 0
        for node in nodes:
            if node.op == "call_function" and any(n in self.values for n in node.all_input_nodes):
                self.values[node] = self._value(node)
        (output,) = [node for node in nodes if node.op == "output"]
        result = output.args[0]
        if isinstance(result, (list, tuple)):
            (result,) = result
        if self.values[result] != len(self.steps):
            raise _Unknown(result)
        return Program(self.steps, self.widths, names, self.graph, self.needed)

    def _value(self, node: Node) -> Any:
        """The number of the value that a node makes, or those of its parts by their places."""
        if node.target is operator.getitem:
            parts, place = node.args
            source, start, width = self.values[cast(Node, parts)][cast(int, place)]
            return self._part(source, start, width, node)
        name = cast(OpOverload, node.target).overloadpacket.__name__
        given = _arguments(node)
        if name in SAME:
            return self._same(node, given["self"])
        if name in PARTS:
            return self._parts(node, name, given)
        if name in UNARY:
            options = [given[option] for option in UNARY[name]]
            if any(isinstance(option, Node) for option in options):
                raise _Unknown(name)  # a number that the parameters decide
            name = "clamp" if name == "hardtanh" else name
            return self._step(node, name, [given["self"]], options)
        if name in BINARY and given.get("alpha", 1) == 1 and not given.get("rounding_mode"):
            both = [*given.values()][:2]
            if name == "rsub":
                name, both = "sub", both[::-1]
            return self._step(node, name, both)
        if name in ROW:
            _require_last(given["self"], given["dim"])
            return self._step(node, name.removeprefix("_"), [given["self"]], width=ROW[name])
        match name:
            case "mm" | "mv":
                matrix = given["mat2" if name == "mm" else "vec"]
                return self._affine(node, given["self"], matrix, None)
            case "addmm" if given["beta"] == given["alpha"] == 1:
                return self._affine(node, given["mat1"], given["mat2"], given["self"])
            case "native_layer_norm" if [*given["normalized_shape"]] == [_width(given["input"])]:
                scale, shift = given["weight"], given["bias"]
                affine = [1 if scale is None else scale, 0 if shift is None else shift]
                place = self._step(node, name, [given["input"], *affine], [given["eps"]])
                return [(place, 0, self.widths[place])]
            case "cat" | "stack":
                return self._joined(node, given["tensors"], given["dim"])
        raise _Unknown(name)

    def _step(
        self,
        node: Node,
        name: str,
        operands: Sequence[Any],
        options: Sequence[Any] = (),
        width: int = 0,
    ) -> int:
        """Add a step; its rows are as wide as its widest operand where no width is given."""
        widths = [_width(each) for each in operands if isinstance(each, Node)]
        self.steps.append((name, [self._operand(each) for each in operands], [*options]))
        self.widths.append(width or max(widths))
        made = node.meta["val"]
        if _columns(made[0] if isinstance(made, (list, tuple)) else made) != self.widths[-1]:
            raise _Unknown(name)
        return len(self.steps)

    def _operand(self, operand: Any) -> Any:
        if not isinstance(operand, Node):
            return ["number", float(operand)]
        if operand in self.values:
            return self.values[operand]
        if operand not in self.needed:
            self.needed.append(operand)  # what depends on parameters alone is worked out here
        return ["tensor", self.needed.index(operand)]

    def _affine(self, node: Node, rows: Any, matrix: Any, bias: Any) -> int:
        if rows not in self.values or matrix in self.values or bias in self.values:
            raise _Unknown(node)
        terms = [rows, matrix] if bias is None else [rows, matrix, bias]
        return self._step(node, "affine", terms, width=_columns(node.meta["val"]))

    def _same(self, node: Node, before: Any) -> Any:
        if _width(node) != _width(before):
            raise _Unknown(node)
        return self.values[before]

    def _joined(self, node: Node, parts: Sequence[Node], dim: int) -> int:
        if dim not in (1, -1) or any(part not in self.values for part in parts):
            raise _Unknown(node)
        return self._step(node, "join", parts, width=sum(map(_width, parts)))

    def _parts(self, node: Node, name: str, given: dict[str, Any]) -> Any:
        source, dim = given["self"], given["dim"]
        width, start = _width(source), 0
        if name == "slice" and dim == 0 and node.meta["val"].shape == source.meta["val"].shape:
            return self.values[source]
        _require_last(source, dim)
        if name == "select":
            return self._part(self.values[source], given["index"] % width, 1, node)
        if name == "slice":
            if given["step"] != 1:
                raise _Unknown(name)
            start = slice(given["start"], None).indices(width)[0]  # or from its end
            return self._part(self.values[source], start, _width(node), node)
        parts = []
        for part in node.meta["val"]:
            parts.append((self.values[source], start, _columns(part)))
            start += _columns(part)
        return parts

    def _part(self, source: int, start: int, width: int, node: Node) -> int:
        if (start, width) == (0, self.widths[source]):
            return source
        self.steps.append(("part", [source], [start]))
        self.widths.append(width)
        if _width(node) != width:
            raise _Unknown(node)
        return len(self.steps)


def _arguments(node: Node) -> dict[str, Any]:
    """What an operation of torch's is given, by name, defaults included."""
    known = cast(OpOverload, node.target)._schema.arguments
    given = {each.name: each.default_value for each in known}
    given |= dict(zip(given, node.args, strict=False))
    return given | node.kwargs


def _width(operand: Any) -> int:
    """The numbers in a row; of what is no row but a constant, those that meet every row."""
    return _columns(operand.meta["val"]) if "val" in operand.meta else 1


def _columns(value: Any) -> int:
    if not value.is_floating_point() or value.ndim > 2:
        raise _Unknown(value)
    shape = tuple(value.shape)
    if shape[:1] == (ROWS,):
        return int(np.prod(shape[1:]))
    if len(shape) == 2 and shape[0] != 1:
        return int(shape[1])
    return int(np.prod(shape))


def _require_last(source: Any, dim: Any) -> None:
    """Only along its rows may anything be done to a value."""
    (dim,) = dim if isinstance(dim, (list, tuple)) else (dim,)
    if source.meta["val"].ndim != 2 or dim not in (1, -1):
        raise _Unknown(source)
