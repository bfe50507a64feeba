"""The state of a training between two epochs, to bytes and back, with no pickle.

The bytes are a safetensors file: the tensors, and a JSON skeleton of everything around them in
the file's metadata.
"""

import json
import random
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors import torch as tensors_file

from epochreel.errors import RunError
from epochreel.runs.nets import unwrapped
from epochreel.runs.store import AGAIN
from epochreel.runs.tensors import RECORDED, require_values

KEPT = RECORDED | {torch.float8_e4m3fn, torch.float8_e5m2}

# What objects and generators raise of a state that is another's.
MISFIT = ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError

# Everything that can be handed to `Recorder.epochs`, by what it is asked for.
Resumable = Any


def capture(objects: Mapping[str, Resumable]) -> bytes:
    """Capture the state of the named objects and of the global random generators."""
    tree = {
        "objects": {name: _state(name, item) for name, item in objects.items()},
        "random": _random_state(),
    }
    tensors: dict[str, torch.Tensor] = {}
    skeleton = _flatten(tree, tensors, "")
    return tensors_file.save(tensors, {"skeleton": json.dumps(skeleton)})


def restore(data: bytes, objects: Mapping[str, Resumable]) -> None:
    """Put a captured state back into objects of the same names, and into the global generators."""
    try:
        tensors = tensors_file.load(data)
        length = int.from_bytes(data[:8], "little")
        skeleton = json.loads(data[8 : 8 + length])["__metadata__"]["skeleton"]
        tree = _unflatten(json.loads(skeleton), tensors)
        saved, generators = dict(tree["objects"]), tree["random"]
    except (SafetensorError, *MISFIT) as error:
        raise RunError(f"The resume state is damaged ({error}): {AGAIN}.") from error
    if saved.keys() != objects.keys():
        raise RunError(
            f"The run was recorded with recorder.epochs(…) keeping {_listed(saved)}, and is "
            f"resumed with {_listed(objects)}: hand it the same names."
        )
    for name, item in objects.items():
        try:
            _load(item, saved[name])
        except MISFIT as error:
            raise RunError(
                f"The state of {name!r} does not fit the object handed on resuming ({error}): "
                "build it as it was built when recorded."
            ) from error
    try:
        _set_random_state(generators)
    except MISFIT as error:
        raise RunError(f"The resume state is damaged ({error}): {AGAIN}.") from error


def _listed(names: Mapping[str, Any]) -> str:
    return ", ".join(sorted(names)) or "nothing"


def _state(name: str, item: Resumable) -> Any:
    if isinstance(item, torch.Generator):
        return item.get_state()
    if isinstance(item, np.random.Generator):
        return item.bit_generator.state
    if isinstance(item, torch.nn.Module):
        return unwrapped(item).state_dict()
    if hasattr(item, "state_dict") and hasattr(item, "load_state_dict"):
        return item.state_dict()
    raise RunError(
        f"recorder.epochs cannot keep {name!r}, a {type(item).__name__}: hand it modules, "
        "optimisers, schedulers or random generators."
    )


def _load(item: Resumable, state: Any) -> None:
    if isinstance(item, torch.Generator):
        item.set_state(state)
    elif isinstance(item, np.random.Generator):
        item.bit_generator.state = state
    elif isinstance(item, torch.nn.Module):
        unwrapped(item).load_state_dict(state)
    else:
        item.load_state_dict(state)


def _random_state() -> dict[str, Any]:
    python, words, gauss = random.getstate()
    return {
        "python": (python, np.array(words), gauss),
        "numpy": np.random.get_state(legacy=False),  # noqa: NPY002 - a trainer may use it
        "torch": torch.get_rng_state(),
        "cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
        "mps": torch.mps.get_rng_state() if torch.backends.mps.is_available() else None,
    }


def _set_random_state(state: dict[str, Any]) -> None:
    python, words, gauss = state["python"]
    random.setstate((python, tuple(words.tolist()), gauss))
    np.random.set_state(state["numpy"])  # noqa: NPY002
    torch.set_rng_state(state["torch"])
    # A run may go on where there is no such device, or fewer.
    for device, each in enumerate(state["cuda"][: torch.cuda.device_count()]):
        torch.cuda.set_rng_state(each, device)
    if state["mps"] is not None and torch.backends.mps.is_available():
        torch.mps.set_rng_state(state["mps"])


def _flatten(value: Any, tensors: dict[str, torch.Tensor], where: str) -> Any:
    """JSON of a tree whose tensors are moved into `tensors`; containers become [tag, content]."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case np.generic():
            return value.item()
        case torch.Tensor():
            require_values(value, f"The state at {where.removeprefix('/objects/')}", KEPT)
            tensors[where] = value.detach().to("cpu", copy=True).contiguous()
            return ["tensor", where]
        case np.ndarray():
            tensors[where] = torch.from_numpy(value.copy())
            return ["array", where]
        case Mapping():
            tag = "counter" if isinstance(value, Counter) else "dict"
            return [
                tag,
                [[key, _flatten(each, tensors, f"{where}/{key}")] for key, each in value.items()],
            ]
        case list() | tuple():
            tag = "list" if isinstance(value, list) else "tuple"
            return [tag, [_flatten(each, tensors, f"{where}/{i}") for i, each in enumerate(value)]]
    raise RunError(
        f"The state at {where.removeprefix('/objects/')} is a {type(value).__name__}, "
        "which cannot be saved for resuming: keep it out of the object's state_dict."
    )


def _unflatten(value: Any, tensors: Mapping[str, torch.Tensor]) -> Any:
    match value:
        case ["tensor", str(where)]:
            return tensors[where]
        case ["array", str(where)]:
            return tensors[where].numpy()
        case ["list", list(items)]:
            return [_unflatten(each, tensors) for each in items]
        case ["tuple", list(items)]:
            return tuple(_unflatten(each, tensors) for each in items)
        case ["dict", list(items)]:
            return {key: _unflatten(each, tensors) for key, each in items}
        case ["counter", list(items)]:
            return Counter({key: _unflatten(each, tensors) for key, each in items})
    return value
