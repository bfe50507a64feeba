"""From the world to the picture and its depth, and the light on a surface: plain arrays."""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.floating[Any]]


def project(
    points: ArrayLike,
    elevation: float,
    azimuth: float,
    distance: float = math.inf,
    centre: tuple[float, float] = (0.0, 0.0),
    scale: float = 1.0,
) -> Floats:
    """Project points (…, 3) of a right-handed world, z up, to (x px, y px, depth) (…, 3).

    The viewer looks at the origin from `azimuth` (radians from the x axis towards the y axis) and
    `elevation` (radians, 0 horizontal, π/2 from above), `distance` away in units of the world;
    infinite is orthographic. The origin falls on the pixel `centre`, and near it one unit is
    `scale` pixels. Depth, in pixels at the origin, increases away from the viewer and is that of a
    projective map: planes stay planes and lines lines, so that both may be interpolated in the
    picture. Points that are not in front of the viewer become NaN. Raises ValueError unless
    distance > 0.
    """
    if not distance > 0:
        raise ValueError(f"distance must be positive, not {distance}")
    places = np.asarray(points, np.float64)
    if places.shape[-1:] != (3,):
        raise ValueError(f"points must have shape (…, 3), not {places.shape}")
    right = np.array([-math.sin(azimuth), math.cos(azimuth), 0.0])
    towards = np.array(
        [
            math.cos(elevation) * math.cos(azimuth),
            math.cos(elevation) * math.sin(azimuth),
            math.sin(elevation),
        ]
    )
    up = np.cross(towards, right)
    x, y, nearer = places @ right, places @ up, places @ towards
    if math.isfinite(distance):
        rest = distance - nearer
        with np.errstate(divide="ignore", invalid="ignore"):
            size = np.where(rest > 0, distance / rest, np.nan)
        x, y, nearer = x * size, y * size, nearer * size
    return np.stack([centre[0] + scale * x, centre[1] - scale * y, -scale * nearer], axis=-1)


def shade(
    vertices: ArrayLike,
    colours: ArrayLike,
    light: tuple[float, float, float] = (-0.4, -0.6, 1.0),
    ambient: float = 0.6,
) -> NDArray[np.uint8]:
    """Darken straight RGBA `colours` (h, w, 4) of a grid by how far it is turned from the light.

    `vertices` (h, w, 3) are those of the world, `light` the direction towards the light. Both sides
    are lit alike: the colour is multiplied by ambient + (1 − ambient)·|normal·light|, Lambert's
    law, with normals from central differences over the grid.
    """
    places = np.asarray(vertices, np.float64)
    paint = np.asarray(colours)
    if places.ndim != 3 or places.shape[2] != 3 or min(places.shape[:2]) < 2:
        raise ValueError(f"vertices must have shape (h, w, 3), h, w ≥ 2, not {places.shape}")
    if paint.shape != (*places.shape[:2], 4):
        raise ValueError(f"colours must have shape {(*places.shape[:2], 4)}, not {paint.shape}")
    normals = np.cross(np.gradient(places, axis=1), np.gradient(places, axis=0))
    direction = np.asarray(light, np.float64)
    lengths = np.linalg.norm(normals, axis=-1) * np.linalg.norm(direction)
    with np.errstate(divide="ignore", invalid="ignore"):
        facing = np.nan_to_num(np.abs(normals @ direction) / lengths, nan=1.0)
    lit = paint.astype(np.float64)
    lit[..., :3] *= (ambient + (1 - ambient) * facing)[..., None]
    return np.rint(lit).astype(np.uint8)
