"""How every kernel is compiled: single-threaded, without the GIL, cached on disk where that can be.

Beside the package, or, where nobody may write there, in the user's own cache.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from numba import njit
from numba.core.caching import FunctionCache

# Sums may be reordered to become vectors, but NaN and infinity are still told; numpy's error
# model checks no divisor.
_compile = njit(nogil=True, error_model="numpy", fastmath={"contract", "reassoc"})

HELPERS = b"".join(
    sha256((Path(__file__).parent / helper).read_bytes()).digest()
    for helper in ("compiling.py", "blending.py", "interpolation.py", "polyline.py")
)
"""Numba compiles a kernel anew where its own file has changed, but these are a part of it too."""


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a function when it is first called, unless it was before, here or elsewhere."""
    compiled = _compile(function)
    with suppress(RuntimeError):  # as Numba says that no folder can be written to
        compiled._cache = KernelCache(function)
    return compiled


class KernelCache(FunctionCache):
    """Numba's, which knows of the helpers; where the disk refuses it, what is drawn is the same."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        self._cache_file._source_stamp = self._cache_file._source_stamp, HELPERS

    def _guard_against_spurious_io_errors(self) -> AbstractContextManager[None]:
        return suppress(OSError)
