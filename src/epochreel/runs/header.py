"""What run.json says of a run: typed, bounded, and held to a checksum of its own."""

import hashlib
import json
import math
import re
from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta, Struct, convert, to_builtins

SCHEMA = 1
LARGEST = 32 * 2**20  # bytes of run.json: 300 000 commits
DEEPEST = 64  # containers of a config within each other

Natural = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Checksum = Annotated[str, Meta(pattern=r"\A[0-9a-f]{32}\Z")]
DTYPES = re.compile(
    r"bool|u?int(8|16|32|64)|bfloat16|float(16|32|64)|float[48]_\w+|complex(32|64|128)"
)


class TensorType(Struct, frozen=True, forbid_unknown_fields=True):
    """What never changes about a recorded tensor: its shape and the name of its dtype."""

    shape: Annotated[tuple[Natural, ...], Meta(max_length=32)]
    dtype: str

    def __post_init__(self) -> None:
        if not DTYPES.fullmatch(self.dtype):
            raise ValueError(f"there is no dtype {self.dtype!r}")

    @property
    def floating(self) -> bool:
        """Whether values between two snapshots can be interpolated."""
        return self.dtype.startswith(("float", "bfloat"))

    def __str__(self) -> str:
        return f"{self.dtype} {list(self.shape)}"


class Layout(Struct, frozen=True, forbid_unknown_fields=True):
    """What every snapshot holds: the fields of each net, by parameter, and of each tensor."""

    nets: dict[str, dict[str, TensorType]]
    tensors: dict[str, TensorType]

    def rows(self) -> dict[str, TensorType]:
        """Return what a row of each array in a shard is, by the array's key."""
        rows = {f"tensor:{name}": field for name, field in self.tensors.items()}
        for net, fields in self.nets.items():
            length = sum(math.prod(field.shape) for field in fields.values() if field.floating)
            rows[f"net:{net}"] = TensorType((length,), "float32")
            for name, field in fields.items():
                if not field.floating:
                    rows[f"net:{net}:{name}"] = field
        return rows


class Shard(Struct, frozen=True, forbid_unknown_fields=True):
    """The checksums of one commit: its scalars and, where it holds any, its snapshots."""

    scalars: Checksum
    snapshots: Checksum | None


class Resume(Struct, frozen=True, forbid_unknown_fields=True):
    """Where the loop can go on: the first epoch to do, the state before it, the shards to keep."""

    epoch: Natural
    state: Checksum
    shards: Natural


class Header(Struct, frozen=True, forbid_unknown_fields=True):
    """The content of run.json, its checksum apart."""

    trainer: str
    created: str
    config: dict[str, Any]
    schedule: dict[str, list[Natural]]
    seeds: dict[str, int]
    versions: dict[str, str]
    schema: int = SCHEMA
    complete: bool = False
    layout: Layout | None = None
    scalars: list[str] = []
    shards: list[Shard] = []
    resume: Resume | None = None


def plain(header: Header) -> dict[str, Any]:
    """Return a header as dicts and lists."""
    fields: dict[str, Any] = to_builtins(header)
    return fields


def checksum(data: bytes | memoryview) -> str:
    """Compute what run.json keeps of bytes."""
    return hashlib.sha256(data).hexdigest()[:32]


def to_json(header: Header) -> bytes:
    """Write a header as JSON; ValueError where `from_json` would not take it back for its size."""
    fields = plain(header)
    data = json.dumps({**fields, "checksum": _checksum(fields)}, indent=1).encode()
    _require_bounded(data, header)
    return data


def from_json(data: bytes) -> Header:
    """Undo `to_json`; what was written before there were checksums is held to its types alone.

    Raises ValueError, ValidationError or RecursionError where it is damaged, and LookupError of
    the schema where that is another.
    """
    fields = json.loads(data)
    schema = fields.get("schema") if isinstance(fields, dict) else None
    if schema != SCHEMA:
        raise LookupError(schema)
    written = fields.pop("checksum", None)
    header = convert(fields, Header)
    _require_bounded(data, header)
    if written is not None and written != _checksum(fields):
        raise ValueError("its checksum is wrong")
    if datetime.fromisoformat(header.created).tzinfo is None:
        raise ValueError(f"{header.created!r} says no time zone")
    if header.schedule.keys() != {"periods", "epochs"} or 0 in header.schedule["periods"]:
        raise ValueError("its schedule is none")
    if header.resume and header.resume.shards > len(header.shards):
        raise ValueError(f"it resumes after {header.resume.shards} of {len(header.shards)} shards")
    if header.layout is None and any(shard.snapshots for shard in header.shards):
        raise ValueError("its snapshots have no layout")
    return header


def _checksum(fields: dict[str, Any]) -> str:
    return checksum(json.dumps(fields, sort_keys=True).encode())


def _require_bounded(data: bytes, header: Header) -> None:
    if len(data) > LARGEST:
        raise ValueError(f"it has {len(data)} bytes, more than {LARGEST}")
    if (depth := _depth(header.config)) > DEEPEST:
        raise ValueError(f"its config is nested {depth} deep, more than {DEEPEST}")


def _depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value
    return 1 + max(map(_depth, inner), default=0) if isinstance(value, dict | list) else 0
