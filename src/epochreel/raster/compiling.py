"""How every kernel is compiled: single-threaded, without the GIL, cached on disk.

Numba's cache knows when the file of a kernel changes, but not when a helper that the kernel calls
from another file does: after an edit of `blending` or `capsule`, delete `__pycache__/*.nb?`.
"""

from numba import njit

# Sums may be reordered to become vectors, but NaN and infinity are still told; numpy's error
# model checks no divisor.
kernel = njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract", "reassoc"})
