"""Arrays in, pixels out: every picture is uint8 (H, W, 4), C-contiguous, RGBA premultiplied.

Coordinates are in pixels, x to the right and y down; pixel (row i, column j) covers
[j, j + 1) × [i, i + 1). `clip` is a half-open rectangle (left, top, right, bottom) outside which
nothing is drawn. Colours are straight RGBA, whole numbers from 0 to 255; `opacity`, held within
[0, 1], multiplies their alpha. Everything is anti-aliased and composited source-over.
"""

from epochreel.raster.arrow import arrows
from epochreel.raster.bleeding import bled
from epochreel.raster.contours import crossing, level_paths
from epochreel.raster.disc import discs
from epochreel.raster.fields import field
from epochreel.raster.images import image
from epochreel.raster.interpolation import sample
from epochreel.raster.levels import level_lines
from epochreel.raster.marks3d import discs3d, polylines3d
from epochreel.raster.picture import over, put, stamp, straight
from epochreel.raster.polygon import polygons
from epochreel.raster.polyline import polylines
from epochreel.raster.projection import project, shade
from epochreel.raster.rectangles import rectangle
from epochreel.raster.ribbons import ribbon
from epochreel.raster.sprites import sprites
from epochreel.raster.surfaces import depth_buffer, surface
from epochreel.raster.tiles import tiles
from epochreel.raster.touching import TILE, Shades, areas, tiling, touched
from epochreel.raster.wedge import wedge_shades, wedges
from epochreel.raster.yuv import yuv420

__all__ = [
    "TILE",
    "Shades",
    "areas",
    "arrows",
    "bled",
    "crossing",
    "depth_buffer",
    "discs",
    "discs3d",
    "field",
    "image",
    "level_lines",
    "level_paths",
    "over",
    "polygons",
    "polylines",
    "polylines3d",
    "project",
    "put",
    "rectangle",
    "ribbon",
    "sample",
    "shade",
    "sprites",
    "stamp",
    "straight",
    "surface",
    "tiles",
    "tiling",
    "touched",
    "wedge_shades",
    "wedges",
    "yuv420",
]
