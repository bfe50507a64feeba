"""How every kernel is compiled: single-threaded, without the GIL, cached on disk where that can be.

Beside the package, or, where nobody may write there, in the user's own cache.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from numba import njit
from numba.core.caching import FunctionCache, IndexDataCacheFile

from epochreel.files import content, whole

# Sums may be reordered to become vectors, but NaN and infinity are still told; numpy's error
# model checks no divisor.
_compile = njit(nogil=True, error_model="numpy", fastmath={"contract", "reassoc"})
_compile_exactly = njit(nogil=True, error_model="numpy")

HELPERS = b"".join(
    sha256((Path(__file__).parent / helper).read_bytes()).digest()
    for helper in ("compiling.py", "blending.py", "interpolation.py", "polyline.py", "touching.py")
)
"""Numba compiles a kernel anew where its own file has changed, but these are a part of it too."""


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a function when it is first called, unless it was before, here or elsewhere."""
    return _kept(_compile(function), function)


def exact_kernel(function: Callable[..., Any]) -> Any:
    """Compile a function that works out its numbers as they are written, on every processor."""
    return _kept(_compile_exactly(function), function)


def _kept(compiled: Any, function: Callable[..., Any]) -> Any:
    with suppress(RuntimeError):  # as Numba says that no folder can be written to
        compiled._cache = KernelCache(function)
    return compiled


class KernelCache(FunctionCache):
    """Numba's, which knows of the helpers; where the disk refuses it, what is drawn is the same."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        stamp = self._impl.locator.get_source_stamp(), HELPERS
        self._cache_file = KernelFiles(self._cache_path, self._impl.filename_base, stamp)

    def _guard_against_spurious_io_errors(self) -> AbstractContextManager[None]:
        return suppress(OSError)


class KernelFiles(IndexDataCacheFile):
    """Numba's index of what is compiled, and the files that it names.

    Numba writes the index first. A process killed then would leave a new one that leads to what an
    earlier version was compiled to, so the files' names tell what they are compiled of. Each ends
    with its digest, where Numba does not look: what is damaged is neither unpickled nor run.
    """

    def __init__(self, folder: str, base: str, stamp: object) -> None:
        super().__init__(folder, base, stamp)
        version = sha256(repr(stamp).encode()).hexdigest()[:12]
        self._data_name_pattern = f"{base}-{version}.{{number}}.nbc"

    @contextmanager
    def _open_for_write(self, filepath: str) -> Iterator[IO[bytes]]:
        with whole(Path(filepath)) as aside:
            with aside.open("wb") as file:
                yield file
            with aside.open("ab") as file:
                file.write(sha256(content(aside)).digest())

    def _load_index(self) -> dict[Any, str]:
        return super()._load_index() if _is_whole(self._index_path) else {}

    def _load_data(self, name: str) -> Any:
        return super()._load_data(name) if _is_whole(self._data_path(name)) else None


def _is_whole(path: str) -> bool:
    with suppress(OSError):
        data = content(Path(path))
        return sha256(data[:-32]).digest() == data[-32:]
    return False
