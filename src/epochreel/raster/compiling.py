"""How every kernel is compiled: single-threaded, without the GIL, cached on disk."""

from contextlib import suppress
from pathlib import Path

from numba import njit

# Sums may be reordered to become vectors, but NaN and infinity are still told; numpy's error
# model checks no divisor.
kernel = njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract", "reassoc"})


def forget_stale(folder: Path, helpers: tuple[str, ...]) -> None:
    """Delete from the cache what was compiled before the last edit of the helper files.

    Numba compiles a kernel anew when its own file has changed, but helpers of other files that it
    calls are compiled into it as well.
    """
    with suppress(OSError):
        edited = max((folder / helper).stat().st_mtime for helper in helpers)
        for index in (folder / "__pycache__").glob("*.nbi"):
            if index.stat().st_mtime < edited:
                index.unlink()


forget_stale(
    Path(__file__).parent, ("compiling.py", "blending.py", "interpolation.py", "polyline.py")
)
