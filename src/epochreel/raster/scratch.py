"""Buffers that the kernels reuse: one of a type for each thread, left zeroed by whoever used it."""

import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

_buffers = threading.local()


def zeroed(shape: tuple[int, int], dtype: type[Any]) -> NDArray[Any]:
    """Cut the contiguous buffer of this type from one flat array that only ever grows."""
    flat: NDArray[Any] | None = getattr(_buffers, dtype.__name__, None)
    count = shape[0] * shape[1]
    if flat is None or flat.size < count:
        flat = np.zeros(count, dtype)
        setattr(_buffers, dtype.__name__, flat)
    return flat[:count].reshape(shape)
